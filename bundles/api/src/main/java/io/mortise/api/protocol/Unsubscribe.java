// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

import java.util.List;

/**
 * Ends subscriptions (MQTT 5.0, 3.10).
 *
 * @param packetId 1 to 65,535
 * @param filters at least one
 */
public record Unsubscribe(int packetId, List<TopicFilter> filters, Properties properties) implements Packet {

    /** Copies the list. */
    public Unsubscribe {
        filters = List.copyOf(filters);
    }

    @Override
    public PacketType type() {
        return PacketType.UNSUBSCRIBE;
    }
}
