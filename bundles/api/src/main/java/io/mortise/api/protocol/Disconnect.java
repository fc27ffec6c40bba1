// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

/** The last packet of a connection (MQTT 5.0, 3.14); a server sends none before MQTT 5.0. */
public record Disconnect(ReasonCode reasonCode, Properties properties) implements Packet {

    /** Without properties. */
    public Disconnect(ReasonCode reasonCode) {
        this(reasonCode, Properties.NONE);
    }

    @Override
    public PacketType type() {
        return PacketType.DISCONNECT;
    }
}
