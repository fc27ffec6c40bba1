// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

/**
 * Releases the packet identifier of a {@link Publish} at QoS 2 (MQTT 5.0, 3.6).
 *
 * @param packetId 1 to 65,535
 */
public record PubRel(int packetId, ReasonCode reasonCode, Properties properties) implements Packet {

    /** Success, without properties. */
    public PubRel(int packetId) {
        this(packetId, ReasonCode.SUCCESS, Properties.NONE);
    }

    @Override
    public PacketType type() {
        return PacketType.PUBREL;
    }
}
