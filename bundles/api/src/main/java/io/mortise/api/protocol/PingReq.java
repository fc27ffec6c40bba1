// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

/** Says that the client is alive, and asks whether the server is (MQTT 5.0, 3.12). */
public record PingReq() implements Packet {

    /** They are all alike. */
    public static final PingReq INSTANCE = new PingReq();

    @Override
    public PacketType type() {
        return PacketType.PINGREQ;
    }
}
