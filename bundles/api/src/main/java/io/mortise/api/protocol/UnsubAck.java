// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

import java.util.List;

/**
 * Answers an {@link Unsubscribe} (MQTT 5.0, 3.11).
 *
 * @param packetId 1 to 65,535
 * @param reasonCodes one for each filter, in its order; not on the wire before MQTT 5.0
 */
public record UnsubAck(int packetId, List<ReasonCode> reasonCodes, Properties properties) implements Packet {

    /** Copies the list. */
    public UnsubAck {
        reasonCodes = List.copyOf(reasonCodes);
    }

    @Override
    public PacketType type() {
        return PacketType.UNSUBACK;
    }
}
