// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.auth.AuthenticationMethod;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The authentication methods that are there, each with the auth provider that it belongs to (MQTT 5.0, 4.12). Immutable; any
 * thread.
 *
 * @param present those that are there
 * @param missed those that were there, and are not
 */
record Methods(Map<Key, AuthenticationMethod> present, Set<Key> missed) {

    /**
     * One method.
     *
     * @param provider the name of the auth provider that it belongs to; empty if that has none
     * @param name as clients send it
     */
    record Key(String provider, String name) {}

    /** Copies. */
    Methods {
        present = Map.copyOf(present);
        missed = Set.copyOf(missed);
    }

    /** The method of this name that the first of these providers has; {@code null} if none of them has it. */
    @Nullable
    AuthenticationMethod find(String name, List<String> providers) {
        for (String provider : providers) {
            AuthenticationMethod method = present.get(new Key(provider, name));
            if (method != null) {
                return method;
            }
        }
        return null;
    }

    /** Whether one of these providers had a method of this name, and has it no longer. */
    boolean isMissed(String name, List<String> providers) {
        return providers.stream().anyMatch(provider -> missed.contains(new Key(provider, name)));
    }
}
