// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicTest {

    /** 4.7.3: names are case-sensitive, may have spaces and empty levels; 1.5.4.2: U+FEFF is a character like others. */
    @ParameterizedTest
    @ValueSource(
            strings = {"a", "/", "//", "/finance", "Accounts payable", "$SYS/uptime", "a/\uFEFF/b", "ü/日本/\uD83D\uDE00"
            })
    void shouldTakeEachNameThatTheSpecificationAllows(String name) {
        Topic topic = Topic.of(name);

        assertEquals(name, topic.name());
        assertArrayEquals(name.getBytes(StandardCharsets.UTF_8), utf8(topic));
        assertEquals(utf8(topic).length, topic.utf8Length());
    }

    static Stream<String> badNames() {
        return Stream.of(
                "",
                "a/+/b",
                "+",
                "#",
                "a#",
                "a/#",
                "a\0b",
                "\uD800",
                "a\uDC00b",
                "x".repeat(65_536),
                "ü".repeat(32_768));
    }

    @ParameterizedTest
    @MethodSource("badNames")
    void shouldRefuseWhatIsNoTopicName(String name) {
        ProtocolViolation violation = assertThrows(ProtocolViolation.class, () -> Topic.of(name));

        assertEquals(ReasonCode.TOPIC_NAME_INVALID, violation.reasonCode());
        assertFalse(violation.reason().isEmpty());
        assertTrue(violation.reason().length() < 200, "does not repeat a long name");
    }

    @Test
    void shouldTakeTheLongestName() {
        assertEquals(65_535, Topic.of("x".repeat(65_535)).utf8Length());
        assertEquals(65_534, Topic.of("ü".repeat(32_767)).utf8Length());
        assertEquals(65_536, Topic.of("/".repeat(65_535)).levelCount());
    }

    @Test
    void shouldCountEmptyLevels() {
        assertArrayEquals(new String[] {"a"}, Topic.of("a").levels());
        assertArrayEquals(new String[] {"", ""}, Topic.of("/").levels());
        assertArrayEquals(
                new String[] {"", "a", "", "b", ""}, Topic.of("/a//b/").levels());
        assertEquals(5, Topic.of("/a//b/").levelCount());
    }

    @Test
    void shouldBeReservedWhenItBeginsWithADollarSign() {
        assertTrue(Topic.of("$SYS/a").isReserved());
        assertTrue(Topic.of("$").isReserved());
        assertFalse(Topic.of("/$SYS").isReserved());
        assertFalse(Topic.of("a$").isReserved());
        assertFalse(Topic.NONE.isReserved());
    }

    @Test
    void shouldBeEqualWhenTheNameIs() {
        assertEquals(Topic.of("a/b"), Topic.of("a/" + 'b'));
        assertEquals(Topic.of("a/b").hashCode(), Topic.of("a/" + 'b').hashCode());
        assertNotEquals(Topic.of("a/b"), Topic.of("A/b"));
        assertNotEquals(Topic.of("Aa"), Topic.of("BB"), "the same hash");
        assertNotEquals(Topic.of("a"), "a");
    }

    private static byte[] utf8(Topic topic) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        topic.writeUtf8To(out::write);
        return out.toByteArray();
    }
}
