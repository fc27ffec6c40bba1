// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

/**
 * Answers a {@link Connect} (MQTT 5.0, 3.2).
 *
 * @param sessionPresent whether the session existed before; only with {@link ReasonCode#SUCCESS}, and not in MQTT 3.1
 */
public record ConnAck(boolean sessionPresent, ReasonCode reasonCode, Properties properties) implements Packet {

    @Override
    public PacketType type() {
        return PacketType.CONNACK;
    }
}
