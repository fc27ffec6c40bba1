// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.health;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * How one part is. Whatever may be unwell while it runs registers one as a service; operators and probes read them all.
 *
 * <p>Called on any thread, as often as somebody looks; does not block.
 */
@ConsumerType
public interface Health {

    /** What is spoken of, in a word: {@code store}. Constant. */
    String name();

    /** How it is now. */
    Status status();

    /** How far a part does what it is for. */
    enum Level {
        /** It does. */
        UP,
        /** It does, and somebody should look at it. */
        DEGRADED,
        /** It does not. */
        DOWN
    }

    /**
     * How a part was at one moment.
     *
     * @param reason a sentence for an operator: why, and what to do; empty if there is nothing to say
     */
    record Status(Level level, String reason) {

        /** All is well. */
        public static final Status UP = new Status(Level.UP, "");
    }
}
