// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.protocol.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TopicRuleSetTest {
    /** "Aa" and "BB" have the same hash, and so have all that is made of them. */
    private static final String[] WORDS = {"Aa", "BB", "", "$x", "c"};

    private static List<Topic> everyTopic() {
        List<Topic> topics = new ArrayList<>();
        for (String one : WORDS) {
            if (!one.isEmpty()) {
                topics.add(Topic.of(one));
            }
            for (String two : WORDS) {
                topics.add(Topic.of(one + "/" + two));
                for (String three : WORDS) {
                    topics.add(Topic.of(one + "/" + two + "/" + three));
                }
            }
        }
        return topics;
    }

    private static TopicRule randomRule(Random random) {
        @Nullable String[] levels = new String[1 + random.nextInt(3)];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = random.nextInt(4) == 0 ? null : WORDS[random.nextInt(WORDS.length)];
        }
        return new TopicRule(levels, random.nextInt(3) == 0);
    }

    @Test
    void shouldFindWhatOneAfterTheOtherFinds() {
        Random random = new Random(7);
        List<Topic> topics = everyTopic();
        int found = 0;
        for (int round = 0; round < 2_000; round++) {
            List<TopicRule> rules = new ArrayList<>();
            int count = random.nextInt(12);
            for (int i = 0; i < count; i++) {
                rules.add(randomRule(random));
            }
            TopicRuleSet set = new TopicRuleSet(rules);
            for (Topic topic : topics) {
                boolean expected = rules.stream().anyMatch(rule -> rule.matches(topic));
                assertEquals(expected, set.matches(topic), () -> topic.name() + " by " + rules);
                found += expected ? 1 : 0;
            }
        }
        assertTrue(found > 10_000, "the test finds something");
    }

    @Test
    void shouldFindOneOfMany() {
        List<TopicRule> rules = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            rules.add(new TopicRule(new @Nullable String[] {"plant", "hall-" + i, null, "alice"}, true));
        }
        TopicRuleSet set = new TopicRuleSet(rules);
        assertTrue(set.matches(Topic.of("plant/hall-4999/line/alice/temperature")));
        assertTrue(set.matches(Topic.of("plant/hall-0/line/alice")));
        assertFalse(set.matches(Topic.of("plant/hall-5000/line/alice")));
        assertFalse(set.matches(Topic.of("plant/hall-1/line/bob")));
        assertFalse(set.matches(Topic.of("plant/hall-1")));
    }
}
