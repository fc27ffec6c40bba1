// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

/**
 * Says that a {@link Publish} at QoS 2 was received (MQTT 5.0, 3.5).
 *
 * @param packetId 1 to 65,535
 */
public record PubRec(int packetId, ReasonCode reasonCode, Properties properties) implements Packet {

    /** Success, without properties. */
    public PubRec(int packetId) {
        this(packetId, ReasonCode.SUCCESS, Properties.NONE);
    }

    @Override
    public PacketType type() {
        return PacketType.PUBREC;
    }
}
