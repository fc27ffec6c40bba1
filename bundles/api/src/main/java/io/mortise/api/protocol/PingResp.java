// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

/** Answers a {@link PingReq} (MQTT 5.0, 3.13). */
public record PingResp() implements Packet {

    /** They are all alike. */
    public static final PingResp INSTANCE = new PingResp();

    @Override
    public PacketType type() {
        return PacketType.PINGRESP;
    }
}
