// SPDX-License-Identifier: Apache-2.0
package io.mortise.codec;

import io.mortise.api.protocol.PacketType;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.ReasonCode;
import io.netty.buffer.ByteBuf;

/** Writes PUBACK, PUBREC, PUBREL and PUBCOMP, which are built alike (MQTT 5.0, 3.4 to 3.7). Owned by one event loop. */
final class AcknowledgementWriter {
    private static final int SIZE_OF_THE_SHORT_FORM = 4;

    private final PropertyWriter propertyWriter;

    AcknowledgementWriter(PropertyWriter propertyWriter) {
        this.propertyWriter = propertyWriter;
    }

    /**
     * Appends a packet.
     *
     * @param withProperties whether the version has properties and reason codes; what it has not is left out
     * @return {@code false} if it is larger than {@code maximumSize}; {@code out} is then as it was
     */
    boolean write(
            PacketType type,
            int packetId,
            ReasonCode reasonCode,
            Properties properties,
            boolean withProperties,
            ByteBuf out,
            int maximumSize) {
        int firstByte = type.value() << 4 | FixedHeader.flags(type);
        if (!withProperties || reasonCode == ReasonCode.SUCCESS && properties.isEmpty()) {
            if (SIZE_OF_THE_SHORT_FORM > maximumSize) {
                return false;
            }
            out.writeInt(firstByte << 24 | 2 << 16 | packetId);
            return true;
        }
        int propertyLength = propertyWriter.size(properties);
        int remainingLength = 2 + 1 + DataTypes.sizeOfVariableByteInteger(propertyLength) + propertyLength;
        if (1 + DataTypes.sizeOfVariableByteInteger(remainingLength) + remainingLength > maximumSize) {
            return false;
        }
        out.writeByte(firstByte);
        DataTypes.writeVariableByteInteger(out, remainingLength);
        out.writeShort(packetId);
        out.writeByte(reasonCode.value());
        DataTypes.writeVariableByteInteger(out, propertyLength);
        propertyWriter.write(properties, out);
        return true;
    }
}
