// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

import java.util.List;

/**
 * Asks for subscriptions (MQTT 5.0, 3.8).
 *
 * @param packetId 1 to 65,535
 * @param subscriptions at least one; each has the packet's subscription identifier, if there is one
 */
public record Subscribe(int packetId, List<Subscription> subscriptions, Properties properties) implements Packet {

    /** Copies the list. */
    public Subscribe {
        subscriptions = List.copyOf(subscriptions);
    }

    @Override
    public PacketType type() {
        return PacketType.SUBSCRIBE;
    }
}
