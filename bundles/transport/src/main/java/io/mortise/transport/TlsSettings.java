// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import java.util.List;

/**
 * How connections are encrypted, as configured. Immutable.
 *
 * @param identities what the broker shows of itself; the first is for clients that name no host, or one that is not ours
 * @param provider who does the work
 * @param protocols the versions of TLS that are spoken
 * @param ciphers the cipher suites that may be chosen, the best first
 * @param clients what clients show of themselves
 * @param handshakeTimeoutMillis how long a handshake may take
 * @param handshakesPerSecond how many may begin in a second; further ones are closed at once
 */
record TlsSettings(
        List<KeyFiles> identities,
        SslProvider provider,
        List<String> protocols,
        List<String> ciphers,
        Clients clients,
        int handshakeTimeoutMillis,
        int handshakesPerSecond) {

    /** Forward secrecy and authenticated encryption, and nothing else. */
    static final List<String> SOUND_CIPHERS = List.of(
            "TLS_AES_256_GCM_SHA384",
            "TLS_AES_128_GCM_SHA256",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    /** Copies the lists, and refuses what cannot be. */
    TlsSettings {
        identities = List.copyOf(identities);
        protocols = List.copyOf(protocols);
        ciphers = ciphers.isEmpty() ? SOUND_CIPHERS : List.copyOf(ciphers);
        if (identities.isEmpty()) {
            throw new IllegalArgumentException("certificates: at least one file expected, got none");
        }
        if (protocols.isEmpty()) {
            throw new IllegalArgumentException("protocols: at least one version of TLS expected, got none");
        }
    }

    /**
     * What clients show of themselves.
     *
     * @param authentication whether they have to show a certificate
     * @param authorities files with the certificates of those who vouch for clients
     * @param revocations files with what these have revoked
     * @param username what of the certificate is the user name
     * @param followed whether a connected client goes when its certificate is no longer vouched for
     */
    record Clients(
            ClientAuth authentication,
            List<Path> authorities,
            List<Path> revocations,
            CertificateName username,
            boolean followed) {

        /** Copies the lists, and refuses what cannot be: to trust nobody is not to trust everybody. */
        Clients {
            authorities = List.copyOf(authorities);
            revocations = List.copyOf(revocations);
            if (authentication != ClientAuth.NONE && authorities.isEmpty()) {
                throw new IllegalArgumentException(
                        "client.ca: at least one file expected to check the certificates of clients, got none");
            }
            if (authentication == ClientAuth.NONE && !authorities.isEmpty()) {
                throw new IllegalArgumentException(
                        "client.authentication: optional or required expected with client.ca, got none");
            }
        }
    }
}
