// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.auth;

/**
 * Who a connected client is.
 *
 * @param clientId its client identifier, never empty
 * @param principal in whose name it acts, as the authenticator says; empty for an anonymous client. A session belongs to
 *     both: no other principal gets it
 * @param username the user name of its CONNECT; empty if there was none
 */
public record Identity(String clientId, String principal, String username) {

    /** Whether the client gave no proof of who it is. */
    public boolean isAnonymous() {
        return principal.isEmpty();
    }
}
