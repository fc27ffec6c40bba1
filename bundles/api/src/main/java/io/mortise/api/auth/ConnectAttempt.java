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
 * @param username the user name, if one was sent
 * @param password the password, if one was sent
 * @param listener the name of the listener that it came through
 * @param remoteAddress where it is
 * @param localAddress where it connected to
 */
public record ConnectAttempt(
        String clientId,
        @Nullable String username,
        @Nullable Payload password,
        ProtocolVersion version,
        String listener,
        SocketAddress remoteAddress,
        SocketAddress localAddress) {

    /** Leaves the password out. */
    @Override
    public String toString() {
        return "ConnectAttempt[" + clientId + ", username=" + username + ", " + version + ", " + listener + ", "
                + remoteAddress + "]";
    }
}
