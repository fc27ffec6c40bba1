// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicRuleTest {
    private static final String[] WORDS = {"a", "b", "", "$x"};

    @ParameterizedTest
    @CsvSource({
        "a/b,     a/b,          true,  true",
        "a/+,     a/b,          true,  true",
        "a/+,     a/+,          true,  true",
        "a/b,     a/+,          false, true",
        "a/#,     a,            true,  true",
        "a/#,     a/#,          true,  true",
        "a/#,     #,            false, true",
        "a/+,     a/#,          false, true",
        "+/#,     #,            true,  true",
        "#,       +/+,          true,  true",
        "#,       $SYS/#,       false, false",
        "+/b,     $SYS/b,       false, false",
        "$SYS/#,  #,            false, false",
        "$SYS/#,  $SYS/broker,  true,  true",
        "$SYS/+,  +/uptime,     false, false",
        "a,       b,            false, false",
        "a/b,     a/b/c,        false, false",
        "#,       $share/g/a/#, true,  true",
        "a/#,     $share/g/#,   false, true",
        "#,       $share/g/$SYS/#, false, false",
        "#,       $queue/a/#,   false, false",
        "#,       $SHARE/g/a,   false, false"
    })
    void shouldJudgeAFilterByTheTopicsThatItMatches_SEC35(
            String rule, String filter, boolean contains, boolean overlaps) {
        assertEquals(contains, rule(rule).contains(TopicFilter.of(filter)), "contains");
        assertEquals(overlaps, rule(rule).overlaps(TopicFilter.of(filter)), "overlaps");
    }

    /** SEC-35: against every topic there is, of few words and few levels. */
    @Test
    void shouldAgreeWithWhatEveryTopicSays_SEC35() {
        List<Topic> topics = everyTopic();
        Random random = new Random(35);
        for (int round = 0; round < 4_000; round++) {
            String ruleText = randomFilter(random);
            String filterText = (random.nextInt(4) == 0 ? "$share/g/" : "") + randomFilter(random);
            TopicRule rule = rule(ruleText);
            TopicFilter same = TopicFilter.of(ruleText);
            TopicFilter filter = TopicFilter.of(filterText);
            boolean all = true;
            boolean any = false;
            for (Topic topic : topics) {
                boolean matches = rule.matches(topic);
                assertEquals(same.matches(topic), matches, () -> ruleText + " matches " + topic);
                if (filter.matches(topic)) {
                    all &= matches;
                    any |= matches;
                }
            }
            assertEquals(all, rule.contains(filter), () -> ruleText + " contains " + filterText);
            assertEquals(any, rule.overlaps(filter), () -> ruleText + " overlaps " + filterText);
        }
    }

    private static TopicRule rule(String text) {
        TopicRule rule = TopicTemplate.parse(text, TopicRules.Places.NONE).forClient(new Identity("c", "u", "u"));
        assertNotNull(rule);
        return rule;
    }

    /** With one word more than filters have, and one level more. */
    private static List<Topic> everyTopic() {
        List<Topic> topics = new ArrayList<>();
        List<String> longer = new ArrayList<>(List.of("a", "b", "", "$x", "z"));
        for (int levels = 1; levels <= 4; levels++) {
            List<String> next = new ArrayList<>();
            for (String text : longer) {
                if (!text.isEmpty()) {
                    topics.add(Topic.of(text));
                }
                for (String word : List.of("a", "b", "", "$x", "z")) {
                    next.add(text + "/" + word);
                }
            }
            longer = next;
        }
        return topics;
    }

    private static String randomFilter(Random random) {
        int levels = 1 + random.nextInt(3);
        StringBuilder filter = new StringBuilder();
        for (int i = 0; i < levels; i++) {
            filter.append(i == 0 ? "" : "/");
            int kind = random.nextInt(4);
            filter.append(kind == 0 ? "+" : kind == 1 && i == levels - 1 ? "#" : WORDS[random.nextInt(WORDS.length)]);
        }
        String text = filter.toString();
        return text.isEmpty() || text.equals("/#") ? "+" : text; // the parent of /# cannot be a topic
    }
}
