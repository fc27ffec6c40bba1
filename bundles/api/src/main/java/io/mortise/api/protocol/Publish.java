// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

import java.util.List;

/**
 * Carries a message (MQTT 5.0, 3.3).
 *
 * @param message what is published; its topic is {@link Topic#NONE} if only the topic alias names it
 * @param qos the QoS of this transfer: as published on the way in, as granted on the way out
 * @param retain the RETAIN flag of this transfer
 * @param duplicate the DUP flag: this may be sent again
 * @param packetId 1 to 65,535; 0 at QoS 0
 * @param topicAlias 1 to 65,535; 0 if there is none
 * @param subscriptionIdentifiers of the subscriptions that matched; empty on the way in
 */
public record Publish(
        Message message,
        Qos qos,
        boolean retain,
        boolean duplicate,
        int packetId,
        int topicAlias,
        List<Integer> subscriptionIdentifiers)
        implements Packet {

    /** Copies the list, unless it cannot change. */
    public Publish {
        subscriptionIdentifiers = List.copyOf(subscriptionIdentifiers);
    }

    /** A first transfer of a message as it was published. */
    public Publish(Message message, int packetId) {
        this(message, message.qos(), message.retain(), false, packetId, 0, List.of());
    }

    @Override
    public PacketType type() {
        return PacketType.PUBLISH;
    }
}
