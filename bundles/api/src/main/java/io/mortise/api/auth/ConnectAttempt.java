// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.auth;

import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.ProtocolVersion;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What a client shows when it wants to connect.
 *
 * @param clientId its client identifier, or the one that the broker assigned
 * @param username the user name: that of its certificate if the listener takes it from there, otherwise the one that was sent,
 *     if any
 * @param password the password, if one was sent
 * @param listener the name of the listener that it came through
 * @param remoteAddress where it is
 * @param localAddress where it connected to
 * @param certificate what TLS proved about it; {@code null} if it showed no certificate
 */
public record ConnectAttempt(
        String clientId,
        @Nullable String username,
        @Nullable Payload password,
        ProtocolVersion version,
        String listener,
        SocketAddress remoteAddress,
        SocketAddress localAddress,
        @Nullable ClientCertificate certificate) {

    /** Of a client that shows no certificate. */
    public ConnectAttempt(
            String clientId,
            @Nullable String username,
            @Nullable Payload password,
            ProtocolVersion version,
            String listener,
            SocketAddress remoteAddress,
            SocketAddress localAddress) {
        this(clientId, username, password, version, listener, remoteAddress, localAddress, null);
    }

    /** Leaves the password out. */
    @Override
    public String toString() {
        return "ConnectAttempt[" + clientId + ", username=" + username + ", " + version + ", " + listener + ", "
                + remoteAddress + "]";
    }
}
