// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The chain of auth providers of each listener, with those that are there at a time. Immutable; any thread.
 *
 * @param ofAll for a listener that has no chain of its own
 * @param ofListeners by their names
 */
record Links<T>(List<Link<T>> ofAll, Map<String, List<Link<T>>> ofListeners) {

    /**
     * One provider in its place.
     *
     * @param name by which the configuration calls it
     * @param provider {@code null} if it is not there, and everybody is refused on its account
     * @param ownName by which it calls itself; empty if it does not
     */
    record Link<T>(String name, @Nullable T provider, String ownName) {

        /** A provider that is called as it calls itself. */
        Link(String name, @Nullable T provider) {
            this(name, provider, name);
        }

        /** Whether it is the same object: what a provider calls equal is its own affair. */
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Link<?> that
                    && name.equals(that.name)
                    && provider == that.provider
                    && ownName.equals(that.ownName);
        }

        @Override
        public int hashCode() {
            return name.hashCode();
        }

        /** As the log calls it. */
        String title() {
            return name.equals(ChainNames.ANY) ? "the provider" : name;
        }
    }

    /** The chain for the clients of a listener. */
    List<Link<T>> of(String listener) {
        return ofListeners.getOrDefault(listener, ofAll);
    }
}
