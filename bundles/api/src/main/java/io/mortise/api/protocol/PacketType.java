// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

/** The MQTT control packet types (MQTT 5.0, 2.1.2). */
public enum PacketType {
    CONNECT,
    CONNACK,
    PUBLISH,
    PUBACK,
    PUBREC,
    PUBREL,
    PUBCOMP,
    SUBSCRIBE,
    SUBACK,
    UNSUBSCRIBE,
    UNSUBACK,
    PINGREQ,
    PINGRESP,
    DISCONNECT,
    AUTH;

    private static final PacketType[] VALUES = values();

    /**
     * The type that stands for {@code value} in the upper four bits of the first byte.
     *
     * @param value 1 to 15
     * @throws IllegalArgumentException for any other value; 0 is reserved
     */
    public static PacketType of(int value) {
        if (value < 1 || value > VALUES.length) {
            throw new IllegalArgumentException("packet type 1 to 15 expected, got " + value);
        }
        return VALUES[value - 1];
    }

    /** The value on the wire: 1 to 15. */
    public int value() {
        return ordinal() + 1;
    }
}
