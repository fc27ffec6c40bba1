// SPDX-License-Identifier: Apache-2.0
package io.mortise.codec;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.PacketType;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.netty.buffer.ByteBuf;
import java.time.InstantSource;
import java.util.List;

/**
 * Writes a PUBLISH straight to its bytes (MQTT 5.0, 3.3), past netty: the road that most packets take.
 *
 * <p>Owned by one event loop. A test proves that netty writes the same.
 */
final class PublishWriter {
    private static final int DUP = 0b1000;
    private static final int SIZE_OF_TOPIC_ALIAS = 1 + 2;
    private static final int SIZE_OF_MESSAGE_EXPIRY_INTERVAL = 1 + 4;
    private static final long LONGEST_EXPIRY_SECONDS = 0xFFFF_FFFFL;

    private final Appender appender;
    private final PropertyWriter propertyWriter;
    private final InstantSource clock;

    PublishWriter(Appender appender, PropertyWriter propertyWriter, InstantSource clock) {
        this.appender = appender;
        this.propertyWriter = propertyWriter;
        this.clock = clock;
    }

    /** The first byte, without DUP: the packet type, the QoS and RETAIN. */
    static byte firstByte(Publish publish) {
        return (byte) (PacketType.PUBLISH.value() << 4 | publish.qos().value() << 1 | (publish.retain() ? 1 : 0));
    }

    /** Sets DUP in the first byte of a packet, if it is to be set. */
    static void setDuplicate(ByteBuf out, int start, Publish publish) {
        if (publish.duplicate()) {
            out.setByte(start, out.getByte(start) | DUP);
        }
    }

    /**
     * Appends a packet.
     *
     * @param withProperties whether the version has properties
     * @return {@code false} if it is larger than {@code maximumSize}; {@code out} is then as it was
     */
    boolean write(Publish publish, boolean withProperties, ByteBuf out, int maximumSize) {
        Message message = publish.message();
        int propertyLength = withProperties ? propertyLength(publish) : 0;
        long remainingLength =
                2L + message.topic().utf8Length() + message.payload().size();
        boolean hasPacketId = publish.qos() != Qos.AT_MOST_ONCE;
        if (hasPacketId) {
            remainingLength += 2;
        }
        if (withProperties) {
            remainingLength += DataTypes.sizeOfVariableByteInteger(propertyLength) + propertyLength;
        }
        if (remainingLength > DataTypes.LARGEST_VARIABLE_BYTE_INTEGER) {
            return false;
        }
        int length = (int) remainingLength;
        int size = 1 + DataTypes.sizeOfVariableByteInteger(length) + length;
        if (size > maximumSize) {
            return false;
        }
        out.ensureWritable(size);
        int start = out.writerIndex();
        out.writeByte(firstByte(publish));
        setDuplicate(out, start, publish);
        DataTypes.writeVariableByteInteger(out, length);
        out.writeShort(message.topic().utf8Length());
        appender.append(message.topic(), out);
        if (hasPacketId) {
            out.writeShort(publish.packetId());
        }
        if (withProperties) {
            DataTypes.writeVariableByteInteger(out, propertyLength);
            writeProperties(publish, out);
        }
        appender.append(message.payload(), out);
        return true;
    }

    private int propertyLength(Publish publish) {
        Message message = publish.message();
        int length = propertyWriter.size(message.properties());
        if (publish.topicAlias() != 0) {
            length += SIZE_OF_TOPIC_ALIAS;
        }
        if (message.expiresAtMillis() != Message.NEVER) {
            length += SIZE_OF_MESSAGE_EXPIRY_INTERVAL;
        }
        List<Integer> identifiers = publish.subscriptionIdentifiers();
        for (int i = 0; i < identifiers.size(); i++) {
            length += 1 + DataTypes.sizeOfVariableByteInteger(identifiers.get(i));
        }
        return length;
    }

    private void writeProperties(Publish publish, ByteBuf out) {
        Message message = publish.message();
        if (publish.topicAlias() != 0) {
            out.writeByte(Property.TOPIC_ALIAS.identifier());
            out.writeShort(publish.topicAlias());
        }
        if (message.expiresAtMillis() != Message.NEVER) {
            out.writeByte(Property.MESSAGE_EXPIRY_INTERVAL.identifier());
            out.writeInt((int) remainingSeconds(message.expiresAtMillis()));
        }
        List<Integer> identifiers = publish.subscriptionIdentifiers();
        for (int i = 0; i < identifiers.size(); i++) {
            out.writeByte(Property.SUBSCRIPTION_IDENTIFIER.identifier());
            DataTypes.writeVariableByteInteger(out, identifiers.get(i));
        }
        propertyWriter.write(message.properties(), out);
    }

    /**
     * The message expiry interval to send on (3.3.2.3.3): what is left of it, rounded up, so that a message which passes at
     * once keeps the interval with which it came; 0 if it expired on its way through the outgoing queue.
     */
    private long remainingSeconds(long expiresAtMillis) {
        long millis = Math.max(0, expiresAtMillis - clock.millis());
        return Math.min(LONGEST_EXPIRY_SECONDS, millis / 1000 + (millis % 1000 == 0 ? 0 : 1));
    }
}
