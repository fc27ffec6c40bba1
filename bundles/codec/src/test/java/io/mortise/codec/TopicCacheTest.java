// SPDX-License-Identifier: Apache-2.0
package io.mortise.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.Topic;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TopicCacheTest {
    private final TopicCache cache = new TopicCache(new TopicCache.Comparison());

    @Test
    void shouldFindTheSameObjectForTheSameBytes() {
        for (String name :
                new String[] {"a", "12345678", "Kitchen/Fridge/Temperature", "é/\uD83C\uDFB8", "x".repeat(256)}) {
            Topic topic = read(name);
            assertEquals(Topic.of(name), topic);
            assertSame(topic, read(name));
        }
    }

    @Test
    void shouldTellApartTopicsThatDifferInOneByte() {
        String name = "Kitchen/Fridge/Temperature";
        for (int i = 0; i < name.length(); i++) {
            String other = name.substring(0, i) + "_" + name.substring(i + 1);
            assertEquals(name, read(name).name());
            assertEquals(other, read(other).name());
        }
    }

    @Test
    void shouldReplaceTheTopicInWhosePlaceAnotherFalls() {
        String first = "t/0";
        int place = slot(first);
        String second = "";
        for (int i = 1; second.isEmpty(); i++) {
            second = slot("t/" + i) == place ? "t/" + i : "";
        }
        Topic before = read(first);
        assertEquals(second, read(second).name());
        Topic after = read(first);
        assertEquals(before, after);
        assertNotSame(before, after);
    }

    @Test
    void shouldSpreadTopicsThatDifferInANumber() {
        Set<Integer> places = new HashSet<>();
        for (int i = 0; i < TopicCache.SLOTS; i++) {
            places.add(slot("building/floor3/room" + i + "/temperature"));
        }
        assertTrue(places.size() >= TopicCache.SLOTS / 2, () -> places.size() + " places");
    }

    @Test
    void shouldNotHoldLongTopics() {
        String name = "x".repeat(TopicCache.LONGEST + 1);
        assertNotSame(read(name), read(name));
    }

    @Test
    void shouldRefuseBytesThatAreNoTopicName() {
        for (String hex : new String[] {"'a/+'", "'#'", "00", "C0 AF", "ED A0 80"}) {
            byte[] bytes = Wire.bytes(hex);
            for (int i = 0; i < 2; i++) {
                ByteBuf frame = Unpooled.wrappedBuffer(bytes);
                assertThrows(ProtocolViolation.class, () -> cache.read(frame, bytes.length));
            }
        }
    }

    private Topic read(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        ByteBuf frame = Wire.surrounded(bytes);
        Topic topic = cache.read(frame, bytes.length);
        assertEquals(0, frame.readableBytes());
        return topic;
    }

    private static int slot(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        return TopicCache.slot(Unpooled.wrappedBuffer(bytes), 0, bytes.length);
    }
}
