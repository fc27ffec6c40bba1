// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.health;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * What other bundles were asked to do, and how that went. Whoever calls others so often that somebody may want to know registers one as
 * a service; operators read them all, and add up what several say of one bundle.
 *
 * <p>Called on any thread, as often as somebody looks; does not block.
 */
@ConsumerType
public interface Ledger {

    /** What is known of each bundle, by its identifier; of one that is not in it, nothing. */
    Map<Long, Entry> entries();

    /**
     * One bundle.
     *
     * @param calls how often it was called, since the one who counts began
     * @param errors how many of these calls it failed
     * @param nanos how long all of them took, in nanoseconds, until there was an answer; an estimate from some of them where they
     *     are frequent. What it has called in turn is in it
     * @param waiting how much waits for it at this moment
     * @param swapped when it took the place of another version; {@code null} if it did not
     */
    record Entry(
            long calls,
            long errors,
            long nanos,
            long waiting,
            @Nullable Instant swapped) {

        /** Nothing. */
        public static final Entry NONE = new Entry(0, 0, 0, 0, null);

        /** Both together. */
        public Entry plus(Entry other) {
            return new Entry(
                    calls + other.calls,
                    errors + other.errors,
                    nanos + other.nanos,
                    waiting + other.waiting,
                    swapped == null || other.swapped != null && other.swapped.isAfter(swapped)
                            ? other.swapped
                            : swapped);
        }
    }
}
