// SPDX-License-Identifier: Apache-2.0
package io.mortise.codec;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.PacketType;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.Topic;
import io.netty.buffer.ByteBuf;
import java.time.InstantSource;
import java.util.List;

/**
 * Reads a PUBLISH straight from its bytes (MQTT 5.0, 3.3), past netty: the road that most packets take.
 *
 * <p>Owned by one event loop. Makes nothing but the {@link Publish}, its {@link Message} and its {@link Payload}. A test
 * proves on random bytes that netty reads the same from what this accepts.
 */
final class PublishReader {
    private final PropertyReader propertyReader;
    private final InstantSource clock;

    PublishReader(PropertyReader propertyReader, InstantSource clock) {
        this.propertyReader = propertyReader;
        this.clock = clock;
    }

    /**
     * Reads what follows the fixed header.
     *
     * @param flags the lower four bits of the first byte: DUP, QoS, RETAIN
     * @param topics those of the connection
     */
    Publish read(ByteBuf frame, int flags, ProtocolVersion version, TopicCache topics) {
        int level = flags >> 1 & 0b11;
        boolean duplicate = (flags & 0b1000) != 0;
        boolean retain = (flags & 0b0001) != 0;
        if (level == 3) {
            throw Violations.malformed("QoS of a PUBLISH: 0, 1 or 2 expected, got 3"); // [MQTT-3.3.1-4]
        }
        if (duplicate && level == 0) {
            throw Violations.malformed("DUP of a PUBLISH at QoS 0: 0 expected, got 1"); // [MQTT-3.3.1-2]
        }
        int topicLength = DataTypes.length(frame, "topic name");
        Topic topic = topicLength == 0 ? Topic.NONE : topics.read(frame, topicLength);
        int packetId = level == 0 ? 0 : DataTypes.packetId(frame);
        Properties properties = Properties.NONE;
        int topicAlias = 0;
        long expiresAtMillis = Message.NEVER;
        if (version.hasProperties()) {
            properties = propertyReader.read(frame, PacketType.PUBLISH);
            topicAlias = propertyReader.topicAlias();
            expiresAtMillis = expiresAtMillis(propertyReader.messageExpirySeconds());
        }
        if (topicLength == 0 && topicAlias == 0) {
            // 3.3.2.1
            throw Violations.protocolError(
                    "a topic name" + (version.hasProperties() ? " or a topic alias" : "") + " expected, got none");
        }
        Payload payload = DataTypes.bytes(frame, frame.readableBytes());
        Qos qos = Qos.of(level);
        Message message = new Message(topic, payload, qos, retain, properties, expiresAtMillis);
        return new Publish(message, qos, retain, duplicate, packetId, topicAlias, List.of());
    }

    private long expiresAtMillis(long seconds) {
        return seconds < 0 ? Message.NEVER : clock.millis() + seconds * 1000;
    }
}
