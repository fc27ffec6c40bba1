// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

/** One step of an extended authentication (MQTT 5.0, 3.15). */
public record Auth(ReasonCode reasonCode, Properties properties) implements Packet {

    @Override
    public PacketType type() {
        return PacketType.AUTH;
    }
}
