// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.auth;

import java.util.Map;

/**
 * Who a connected client is. Immutable; any thread.
 *
 * @param clientId its client identifier, never empty
 * @param principal in whose name it acts, as the authenticator says; empty for an anonymous client. A session belongs to
 *     both: no other principal gets it
 * @param username the user name of its CONNECT; empty if there was none
 * @param attributes what else the authenticator found out about it: the claims of its token, say. They last as long as its
 *     connection, whatever is swapped meanwhile, and are not stored
 */
public record Identity(String clientId, String principal, String username, Map<String, String> attributes) {

    /** Copies the map. */
    public Identity {
        attributes = Map.copyOf(attributes);
    }

    /** Of whom nothing else is known. */
    public Identity(String clientId, String principal, String username) {
        this(clientId, principal, username, Map.of());
    }

    /** Whether the client gave no proof of who it is. */
    public boolean isAnonymous() {
        return principal.isEmpty();
    }

    /** Leaves the attributes out, which may be nobody's business. */
    @Override
    public String toString() {
        return "Identity[" + clientId + ", principal=" + principal + ", username=" + username + "]";
    }
}
