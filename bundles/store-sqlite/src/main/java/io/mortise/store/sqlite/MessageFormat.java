// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.sqlite;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.UserProperty;
import io.mortise.api.protocol.Will;

/**
 * Messages and wills as bytes.
 *
 * <pre>
 * message:    version 1 | flags | [expires at, 8 bytes] | topic | [properties] | payload
 * will:       version 1 | flags | topic | [properties] | payload
 * flags:      bits 0-1 QoS, bit 2 retain, bit 3 expires, bit 4 properties
 * properties: count | (identifier, value) … | count of user properties | (name, value) …
 * </pre>
 *
 * <p>A version that is not known is refused; a later one of these formats gets another number and reads this one too.
 */
final class MessageFormat {
    private static final int VERSION = 1;
    private static final int QOS = 0b11;
    private static final int RETAIN = 1 << 2;
    private static final int EXPIRES = 1 << 3;
    private static final int PROPERTIES = 1 << 4;

    private MessageFormat() {}

    static byte[] bytes(Message message) {
        ByteWriter writer = new ByteWriter(
                16 + message.topic().utf8Length() + message.payload().size());
        boolean expires = message.expiresAtMillis() != Message.NEVER;
        begin(writer, message.qos(), message.retain(), message.properties(), expires ? EXPIRES : 0);
        if (expires) {
            writer.number(message.expiresAtMillis());
        }
        end(writer, message.topic(), message.properties(), message.payload());
        return writer.toByteArray();
    }

    static byte[] bytes(Will will) {
        ByteWriter writer =
                new ByteWriter(16 + will.topic().utf8Length() + will.payload().size());
        begin(writer, will.qos(), will.retain(), will.properties(), 0);
        end(writer, will.topic(), will.properties(), will.payload());
        return writer.toByteArray();
    }

    /**
     * The message that these bytes are.
     *
     * @throws Damaged if they are none
     */
    static Message message(byte[] bytes) {
        try {
            ByteReader reader = new ByteReader(bytes);
            int flags = flags(reader);
            long expiresAt = (flags & EXPIRES) == 0 ? Message.NEVER : reader.number();
            Topic topic = Topic.of(reader.text());
            Properties properties = (flags & PROPERTIES) == 0 ? Properties.NONE : properties(reader);
            return new Message(topic, reader.rest(), Qos.of(flags & QOS), (flags & RETAIN) != 0, properties, expiresAt);
        } catch (IllegalArgumentException | ProtocolViolation nonsense) {
            throw new Damaged("a message that cannot be: " + nonsense.getMessage(), nonsense);
        }
    }

    /**
     * The will that these bytes are.
     *
     * @throws Damaged if they are none
     */
    static Will will(byte[] bytes) {
        try {
            ByteReader reader = new ByteReader(bytes);
            int flags = flags(reader);
            Topic topic = Topic.of(reader.text());
            Properties properties = (flags & PROPERTIES) == 0 ? Properties.NONE : properties(reader);
            return new Will(topic, reader.rest(), Qos.of(flags & QOS), (flags & RETAIN) != 0, properties);
        } catch (IllegalArgumentException | ProtocolViolation nonsense) {
            throw new Damaged("a will that cannot be: " + nonsense.getMessage(), nonsense);
        }
    }

    private static int flags(ByteReader reader) {
        int version = reader.octet();
        if (version != VERSION) {
            throw new Damaged("a message of format " + version + ", expected " + VERSION);
        }
        return reader.octet();
    }

    private static void begin(ByteWriter writer, Qos qos, boolean retain, Properties properties, int more) {
        writer.octet(VERSION);
        writer.octet(qos.value() | (retain ? RETAIN : 0) | (properties.isEmpty() ? 0 : PROPERTIES) | more);
    }

    private static void end(ByteWriter writer, Topic topic, Properties properties, Payload payload) {
        writer.length(topic.utf8Length());
        topic.writeUtf8To(writer::append);
        if (!properties.isEmpty()) {
            write(properties, writer);
        }
        writer.rest(payload);
    }

    private static void write(Properties properties, ByteWriter writer) {
        int[] count = {0};
        properties.forEach((property, value) -> count[0]++);
        writer.length(count[0]);
        properties.forEach((property, value) -> {
            writer.octet(property.identifier());
            if (value instanceof Long number) {
                writer.number(number);
            } else if (value instanceof String text) {
                writer.text(text);
            } else {
                writer.binary((Payload) value);
            }
        });
        writer.length(properties.userProperties().size());
        for (UserProperty user : properties.userProperties()) {
            writer.text(user.name());
            writer.text(user.value());
        }
    }

    private static Properties properties(ByteReader reader) {
        Properties.Builder builder = Properties.builder();
        for (int rest = reader.length(); rest > 0; rest--) {
            int identifier = reader.octet();
            Property property = Property.of(identifier);
            if (property == null) {
                throw new Damaged("a property with the identifier " + identifier + ", which there is not");
            }
            switch (property.type()) {
                case BYTE, TWO_BYTE_INTEGER, FOUR_BYTE_INTEGER, VARIABLE_BYTE_INTEGER ->
                    builder.number(property, reader.number());
                case UTF_8_STRING -> builder.text(property, reader.text());
                case BINARY_DATA -> builder.binary(property, reader.binary());
                case UTF_8_STRING_PAIR -> throw new Damaged("a user property among the others");
            }
        }
        for (int rest = reader.length(); rest > 0; rest--) {
            builder.user(reader.text(), reader.text());
        }
        return builder.build();
    }
}
