// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

/**
 * Acknowledges a {@link Publish} at QoS 1 (MQTT 5.0, 3.4).
 *
 * @param packetId 1 to 65,535
 */
public record PubAck(int packetId, ReasonCode reasonCode, Properties properties) implements Packet {

    /** Success, without properties. */
    public PubAck(int packetId) {
        this(packetId, ReasonCode.SUCCESS, Properties.NONE);
    }

    @Override
    public PacketType type() {
        return PacketType.PUBACK;
    }
}
