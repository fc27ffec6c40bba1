// SPDX-License-Identifier: Apache-2.0
package io.mortise.codec;

import io.mortise.api.protocol.PacketType;
import io.mortise.api.protocol.ProtocolVersion;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** The first two to five bytes of a packet (MQTT 5.0, 2.1). Any thread. */
final class FixedHeader {
    private static final int DUP = 0b1000;

    private FixedHeader() {}

    /** The packet type that the first byte of a frame says. */
    static PacketType type(ByteBuf frame) {
        int value = DataTypes.unsignedByte(frame, "fixed header") >> 4;
        if (value == 0) {
            throw Violations.malformed("packet type: 1 to 15 expected, got 0");
        }
        return PacketType.of(value);
    }

    /** The flags that packets of a type have, a PUBLISH excepted (2.1.3). */
    static int flags(PacketType type) {
        return switch (type) {
            case PUBREL, SUBSCRIBE, UNSUBSCRIBE -> 0b0010;
            default -> 0;
        };
    }

    /**
     * Checks the flags of a packet that is no PUBLISH [MQTT-2.1.3-1].
     *
     * @param version what is spoken; {@code null} if that is not known yet. In MQTT 3.1 a PUBREL, SUBSCRIBE or UNSUBSCRIBE
     *     that is sent again has the DUP flag (3.1, 2.1)
     */
    static void checkFlags(PacketType type, int flags, @Nullable ProtocolVersion version) {
        int expected = flags(type);
        boolean mayBeDuplicate = version == ProtocolVersion.MQTT_3_1 && expected != 0;
        if ((mayBeDuplicate ? flags & ~DUP : flags) != expected) {
            throw Violations.malformed("flags of " + type + ": " + expected + " expected, got " + flags);
        }
    }

    /** Reads the remaining length, which the transport has followed when it cut the frame. */
    static void checkRemainingLength(ByteBuf frame, boolean shortest) {
        int remainingLength = DataTypes.variableByteInteger(frame, "remaining length", shortest);
        if (remainingLength != frame.readableBytes()) {
            throw Violations.malformed(
                    "remaining length: " + frame.readableBytes() + " expected, got " + remainingLength);
        }
    }
}
