// SPDX-License-Identifier: Apache-2.0
package io.mortise.router;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.protocol.Topic;
import org.junit.jupiter.api.Test;

class RecentTopicsTest {
    private final RecentTopics recent = new RecentTopics();

    @Test
    void shouldKnowATopicThatComesAgain() {
        assertFalse(recent.comesAgain(Topic.of("a")));
        assertTrue(recent.comesAgain(Topic.of("a")));
        assertFalse(recent.comesAgain(Topic.of("b")));
    }

    @Test
    void shouldKnowAsManyTopicsAsACacheMayHold() {
        for (int i = 0; i < 10_000; i++) {
            recent.comesAgain(Topic.of("device/" + i));
        }
        for (int i = 0; i < 10_000; i++) {
            assertTrue(recent.comesAgain(Topic.of("device/" + i)));
        }
    }

    @Test
    void shouldMistakeFewTopicsForOthersHoweverManyThereAre() {
        int mistaken = 0;
        for (int i = 0; i < 1_000_000; i++) {
            mistaken += recent.comesAgain(Topic.of("device/" + i + "/state")) ? 1 : 0;
        }
        assertTrue(mistaken < 100_000, () -> "one in ten or more");
    }
}
