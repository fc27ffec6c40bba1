// SPDX-License-Identifier: Apache-2.0
package io.mortise.codec;

import io.mortise.api.protocol.Packet;
import io.mortise.api.protocol.PacketType;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.PubAck;
import io.mortise.api.protocol.PubComp;
import io.mortise.api.protocol.PubRec;
import io.mortise.api.protocol.PubRel;
import io.mortise.api.protocol.ReasonCode;
import io.netty.buffer.ByteBuf;

/** Reads PUBACK, PUBREC, PUBREL and PUBCOMP, which are built alike (MQTT 5.0, 3.4 to 3.7). Owned by one event loop. */
final class AcknowledgementReader {
    private final PropertyReader propertyReader;

    AcknowledgementReader(PropertyReader propertyReader) {
        this.propertyReader = propertyReader;
    }

    /** Reads what follows the fixed header. */
    Packet read(ByteBuf frame, PacketType type, ProtocolVersion version) {
        int packetId = DataTypes.packetId(frame);
        ReasonCode reasonCode = ReasonCode.SUCCESS;
        Properties properties = Properties.NONE;
        if (version.hasProperties() && frame.isReadable()) {
            reasonCode = Strictness.reasonCode(frame, type);
            if (frame.isReadable()) { // 3.4.2.2.1: without a property length there are no properties
                properties = propertyReader.read(frame, type);
            }
        }
        DataTypes.end(frame);
        return switch (type) {
            case PUBACK -> new PubAck(packetId, reasonCode, properties);
            case PUBREC -> new PubRec(packetId, reasonCode, properties);
            case PUBREL -> new PubRel(packetId, reasonCode, properties);
            case PUBCOMP -> new PubComp(packetId, reasonCode, properties);
            default -> throw new IllegalArgumentException("no acknowledgement: " + type);
        };
    }
}
