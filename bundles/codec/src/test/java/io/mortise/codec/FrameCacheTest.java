// SPDX-License-Identifier: Apache-2.0
package io.mortise.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.Topic;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameCacheTest {
    private static final int NO_LIMIT = Integer.MAX_VALUE;
    private static final Properties PROPERTIES =
            Properties.builder().text(Property.CONTENT_TYPE, "text/plain").build();

    private final PublishWriter writer;
    private final FrameCache cache;

    FrameCacheTest() {
        Appender appender = new Appender();
        writer = new PublishWriter(
                appender, new PropertyWriter(appender), InstantSource.fixed(Instant.ofEpochMilli(Packets.NOW)));
        cache = new FrameCache(writer);
    }

    @Test
    void shouldWriteWhatTheWriterWritesHoweverMessagesAreMixed() {
        Random random = new Random(42);
        List<Message> messages = new ArrayList<>();
        int[] payloadSizes = {0, 1, 100, 119, 120, 121, 122, 123, 124, 1000, 1010, 1023, 1024, 20_000};
        for (int size : payloadSizes) {
            byte[] payload = new byte[size];
            random.nextBytes(payload);
            Topic topic = Topic.of("t" + random.nextInt(3));
            messages.add(new Message(topic, Payload.of(payload), Qos.EXACTLY_ONCE, false));
            messages.add(new Message(
                    topic,
                    Payload.of(payload),
                    Qos.EXACTLY_ONCE,
                    true,
                    PROPERTIES,
                    random.nextBoolean() ? Message.NEVER : Packets.NOW + 5000));
        }
        for (int i = 0; i < 50_000; i++) {
            Qos qos = Qos.of(random.nextInt(3));
            Publish publish = new Publish(
                    messages.get(random.nextInt(messages.size())),
                    qos,
                    random.nextBoolean(),
                    qos != Qos.AT_MOST_ONCE && random.nextBoolean(),
                    qos == Qos.AT_MOST_ONCE ? 0 : 1 + random.nextInt(65_535),
                    random.nextInt(10) == 0 ? 1 + random.nextInt(65_535) : 0,
                    random.nextInt(10) == 0 ? List.of(1 + random.nextInt(1000)) : List.of());
            assertSameAsWriter(publish, random.nextBoolean(), random.nextBoolean() ? NO_LIMIT : random.nextInt(1500));
        }
    }

    private void assertSameAsWriter(Publish publish, boolean withProperties, int maximumSize) {
        ByteBuf expected = Unpooled.buffer();
        ByteBuf actual = Unpooled.buffer();
        boolean fits = writer.write(publish, withProperties, expected, maximumSize);
        assertEquals(fits, cache.write(publish, withProperties, actual, maximumSize));
        assertArrayEquals(ByteBufUtil.getBytes(expected), ByteBufUtil.getBytes(actual), publish::toString);
    }

    @Test
    void shouldCopyFromTheThirdTimeOn() {
        Message message = message("hello".length(), Message.NEVER);
        Publish publish = new Publish(message, 1);
        assertFalse(cache.holds(publish));
        write(publish);
        assertFalse(cache.holds(publish));
        write(publish);
        assertTrue(cache.holds(publish));
        Publish atMostOnce = new Publish(message, Qos.AT_MOST_ONCE, false, false, 0, 0, List.of());
        assertFalse(cache.holds(atMostOnce), "another QoS");
        Message equal = message.withTopic(message.topic());
        assertFalse(cache.holds(new Publish(equal, 1)), "an equal message, not the same");
    }

    @Test
    void shouldNotHoldWhatIsLargeOrDiffersFromSubscriberToSubscriber() {
        Message message = message(5, Message.NEVER);
        for (Publish publish : List.of(
                new Publish(message(FrameCache.LARGEST - 10, Message.NEVER), 1),
                new Publish(message(5, Packets.NOW + 1000), 1),
                new Publish(message, Qos.AT_LEAST_ONCE, false, false, 1, 7, List.of()),
                new Publish(message, Qos.AT_LEAST_ONCE, false, false, 1, 0, List.of(7)))) {
            write(publish);
            write(publish);
            assertFalse(cache.holds(publish), publish::toString);
        }
    }

    @Test
    void shouldHoldMostMessagesOfAReadBurst() {
        List<Publish> burst = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Payload payload = Payload.of("{\"temperature\": " + i + "}");
            burst.add(new Publish(
                    new Message(Topic.of("t"), payload, Qos.AT_LEAST_ONCE, false, PROPERTIES, Message.NEVER), 1));
        }
        for (int subscriber = 0; subscriber < 10; subscriber++) {
            burst.forEach(this::write);
        }
        long held = burst.stream().filter(cache::holds).count();
        assertTrue(held >= 40, held + " of 50");
    }

    private static Message message(int payloadSize, long expiresAtMillis) {
        return new Message(
                Topic.of("a"),
                Payload.owning(new byte[payloadSize]),
                Qos.AT_LEAST_ONCE,
                false,
                PROPERTIES,
                expiresAtMillis);
    }

    private void write(Publish publish) {
        assertTrue(cache.write(publish, true, Unpooled.buffer(), NO_LIMIT));
    }
}
