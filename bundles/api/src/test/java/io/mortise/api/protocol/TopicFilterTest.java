// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TopicFilterTest {

    @ParameterizedTest(name = "{0} has the levels {1}")
    @CsvSource({
        // filter, levels, has wildcard
        "a, a, false",
        "/, |, false",
        "/a//b/, |a||b|, false",
        "+, +, true",
        "#, #, true",
        "/+, |+, true",
        "+/+, +|+, true",
        "a/+/b/#, a|+|b|#, true",
        "$SYS/#, $SYS|#, true",
        // these only look like shared subscriptions
        "$share, $share, false",
        "$SHARE/g/a, $SHARE|g|a, false",
        "$Share//a, $Share||a, false",
        "$shared/g/a, $shared|g|a, false",
        "/$share/g/a, |$share|g|a, false",
    })
    void shouldTakeAnOrdinaryFilter(String text, String levels, boolean hasWildcard) {
        TopicFilter filter = TopicFilter.of(text);

        assertEquals(text, filter.text());
        assertEquals(levels, levels(filter));
        assertEquals(hasWildcard, filter.hasWildcard());
        assertEquals(false, filter.isShared());
        assertNull(filter.shareName());
    }

    @ParameterizedTest(name = "{0} is {2} shared as {1}")
    @CsvSource({
        // filter, share name, levels
        "$share/g/a, g, a",
        "$share/g/a/+, g, a|+",
        "$share/g/#, g, #",
        "$share/g//, g, |",
        "$share/g//a, g, |a",
        "$share/two words/a, two words, a",
        "$share/$share/$share/a, $share, $share|a",
        "$share/g/$SYS/#, g, $SYS|#",
    })
    void SEC_39_shouldTakeAFilterOfASharedSubscription(String text, String shareName, String levels) {
        TopicFilter filter = TopicFilter.of(text);

        assertEquals(text, filter.text());
        assertTrue(filter.isShared());
        assertEquals(shareName, filter.shareName());
        assertEquals(levels, levels(filter));
    }

    static Stream<String> badFilters() {
        return Stream.of(
                // 4.7.3
                "",
                "a\0",
                "\uD800",
                "x".repeat(65_536),
                // 4.7.1.2: # is the last level, and a whole one
                "#/a",
                "a/#/b",
                "a#",
                "a/b#",
                "#a",
                "a/##",
                "#/",
                // 4.7.1.3: + is a whole level
                "a+",
                "+a",
                "a/b+/c",
                "++",
                "+#",
                // 4.8.2
                "$share/",
                "$share//",
                "$share//x",
                "$share/g",
                "$share/g/",
                "$share/a+b/x",
                "$share/+/x",
                "$share/#",
                "$share/#/x",
                "$share/a#/x",
                "$share/g/a#",
                "$share/g/#/a");
    }

    @ParameterizedTest
    @MethodSource("badFilters")
    void SEC_39_shouldRefuseWhatIsNoTopicFilter(String text) {
        ProtocolViolation violation = assertThrows(ProtocolViolation.class, () -> TopicFilter.of(text));

        assertEquals(ReasonCode.TOPIC_FILTER_INVALID, violation.reasonCode());
    }

    @ParameterizedTest(name = "{0} matches {1}: {2}")
    @CsvSource({
        // filter, topic, matches; the first ones are the examples of 4.7.1 and 4.7.2
        "sport/tennis/player1/#, sport/tennis/player1, true",
        "sport/tennis/player1/#, sport/tennis/player1/ranking, true",
        "sport/tennis/player1/#, sport/tennis/player1/score/wimbledon, true",
        "sport/#, sport, true",
        "sport/tennis/+, sport/tennis/player1, true",
        "sport/tennis/+, sport/tennis/player2, true",
        "sport/tennis/+, sport/tennis/player1/ranking, false",
        "sport/+, sport, false",
        "sport/+, sport/, true",
        "+/+, /finance, true",
        "/+, /finance, true",
        "+, /finance, false",
        "#, $SYS/a, false",
        "+/monitor/Clients, $SYS/monitor/Clients, false",
        "$SYS/#, $SYS/a, true",
        "$SYS/monitor/+, $SYS/monitor/Clients, true",
        "#, a/b, true",
        "#, /, true",
        "+/tennis/#, sport/tennis/a, true",
        "sport/+/player1, sport/tennis/player1, true",
        "sport/+/player1, sport//player1, true",
        "sport/+/player1, sport/player1, false",
        "sport/#, sports, false",
        "sport/#, sport/, true",
        "sport, sport/, false",
        "sport/, sport, false",
        "Accounts, ACCOUNTS, false",
        "/finance, finance, false",
        "a/b, a/bc, false",
        "a/bc, a/b, false",
        "a/+/#, a, false",
        "a/+/#, a/, true",
        "+/#, a, true",
        "+/#, $SYS, false",
        "a/#, a/$b, true",
        "$share/g/a/+, a/b, true",
        "$share/g/a, $share/g/a, false",
        "$share/g/#, $SYS/a, false",
    })
    void shouldMatchAsTheSpecificationSays(String filter, String topic, boolean matches) {
        assertEquals(matches, TopicFilter.of(filter).matches(Topic.of(topic)));
    }

    @Test
    void shouldBeEqualWhenTheTextIs() {
        assertEquals(TopicFilter.of("a/+"), TopicFilter.of("a/" + '+'));
        assertEquals(
                TopicFilter.of("a/+").hashCode(), TopicFilter.of("a/" + '+').hashCode());
        assertNotEquals(TopicFilter.of("a/b"), TopicFilter.of("$share/g/a/b"));
        assertNotEquals(TopicFilter.of("$share/g/a"), TopicFilter.of("$share/h/a"));
    }

    @Test
    void shouldTakeTheDeepestFilter() {
        TopicFilter filter = TopicFilter.of("+" + "/+".repeat(32_767));

        assertEquals(32_768, filter.levelCount());
        assertTrue(filter.matches(Topic.of("/".repeat(32_767))));
    }

    private static String levels(TopicFilter filter) {
        List<String> levels = new ArrayList<>();
        for (int i = 0; i < filter.levelCount(); i++) {
            levels.add(filter.level(i));
        }
        return String.join("|", levels);
    }
}
