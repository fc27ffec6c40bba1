// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Opens a session (MQTT 5.0, 3.1).
 *
 * @param version what the client speaks
 * @param cleanStart Clean Start (5.0) or Clean Session (3.1, 3.1.1)
 * @param keepAliveSeconds 0 to 65,535; 0 means none
 * @param clientId may be empty: the broker then assigns one
 * @param will what to publish if the connection ends without a DISCONNECT
 * @param username the user name, if one was sent
 * @param password the password, if one was sent
 * @param properties none before MQTT 5.0
 */
public record Connect(
        ProtocolVersion version,
        boolean cleanStart,
        int keepAliveSeconds,
        String clientId,
        @Nullable Will will,
        @Nullable String username,
        @Nullable Payload password,
        Properties properties)
        implements Packet {

    @Override
    public PacketType type() {
        return PacketType.CONNECT;
    }

    /** The same packet without the password, for those who keep it. */
    public Connect withoutPassword() {
        return new Connect(version, cleanStart, keepAliveSeconds, clientId, will, username, null, properties);
    }

    /** Leaves the password out. */
    @Override
    public String toString() {
        return "Connect[" + version + ", clientId=" + clientId + ", cleanStart=" + cleanStart + ", keepAliveSeconds="
                + keepAliveSeconds + ", username=" + username + ", will=" + will + ", " + properties + "]";
    }
}
