// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

import java.util.List;

/**
 * Answers a {@link Subscribe} (MQTT 5.0, 3.9).
 *
 * @param packetId 1 to 65,535
 * @param reasonCodes one for each subscription asked for, in its order
 */
public record SubAck(int packetId, List<ReasonCode> reasonCodes, Properties properties) implements Packet {

    /** Copies the list. */
    public SubAck {
        reasonCodes = List.copyOf(reasonCodes);
    }

    @Override
    public PacketType type() {
        return PacketType.SUBACK;
    }
}
