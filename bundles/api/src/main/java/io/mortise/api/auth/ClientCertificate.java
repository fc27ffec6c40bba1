// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.auth;

import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a TLS handshake has proved about a client. Immutable; any thread.
 *
 * @param chain its certificate first, each followed by that of its issuer, as they were verified; never empty
 * @param username the user name that the listener takes from the certificate, and puts in the place of the one that CONNECT
 *     has; {@code null} if it takes none
 */
public record ClientCertificate(
        List<X509Certificate> chain, @Nullable String username) {

    /** Copies the list, and refuses an empty one. */
    public ClientCertificate {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("a chain of certificates expected, got none");
        }
    }

    /** The client's own certificate. */
    public X509Certificate own() {
        return chain.get(0);
    }

    /** Names the certificate, and does not write it out. */
    @Override
    public String toString() {
        return "ClientCertificate[" + own().getSubjectX500Principal() + ", username=" + username + "]";
    }
}
