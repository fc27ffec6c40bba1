// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.health.Ledger.Entry;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongPredicate;

/** A meter for each bundle that the engine calls, and the services that have one before them. Any thread. */
final class Meters {
    private final Map<Long, Meter> byBundle = new ConcurrentHashMap<>();
    private final Map<Key, Object> metered = new ConcurrentHashMap<>();

    /** A service under one of its interfaces; what it calls equal is its own affair. */
    private record Key(Class<?> type, Object service) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key that && type == that.type && service == that.service;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(service);
        }
    }

    /** That of the bundle that has registered a service with these properties. */
    Meter of(Map<String, ?> properties) {
        return byBundle.computeIfAbsent(ServiceProperties.bundle(properties), Meter::new);
    }

    /** Notes what stands for a service from now on, and returns it. */
    <T> T put(Class<T> type, T service, T instead) {
        metered.put(new Key(type, service), instead);
        return instead;
    }

    /** What stood for a service, which is forgotten. */
    <T> T take(Class<T> type, T service) {
        Object instead = metered.remove(new Key(type, service));
        return instead == null ? service : type.cast(instead);
    }

    /**
     * What the meters say.
     *
     * @param isThere whether there is a bundle with this identifier; those that are gone are forgotten
     */
    Map<Long, Entry> entries(LongPredicate isThere) {
        byBundle.keySet().removeIf(bundle -> !isThere.test(bundle));
        Map<Long, Entry> entries = new HashMap<>();
        byBundle.forEach((bundle, meter) -> entries.put(bundle, meter.entry()));
        return entries;
    }
}
