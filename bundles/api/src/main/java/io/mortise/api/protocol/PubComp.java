// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

/**
 * Completes a {@link Publish} at QoS 2 (MQTT 5.0, 3.7).
 *
 * @param packetId 1 to 65,535
 */
public record PubComp(int packetId, ReasonCode reasonCode, Properties properties) implements Packet {

    /** Success, without properties. */
    public PubComp(int packetId) {
        this(packetId, ReasonCode.SUCCESS, Properties.NONE);
    }

    @Override
    public PacketType type() {
        return PacketType.PUBCOMP;
    }
}
