// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RetainedTest {
    private final TestClock clock = new TestClock();
    private final TestRetainedStore store = new TestRetainedStore();
    private final Gate gate = new Gate();
    private final Memory memory = new Memory(Harness.SETTINGS.broker());
    private final Retained retained = new Retained(gate, clock, Harness.SETTINGS.broker(), memory, new Counters());

    RetainedTest() {
        TestAuth auth = new TestAuth();
        gate.open(new Parts(
                new LinearRouter(),
                new TestSessionStore(),
                store,
                Harness.only(auth),
                listener -> auth,
                new Methods(Map.of(), Set.of()),
                Interceptors.NONE));
    }

    private void retain(String topic, String text, long expiresAtMillis) {
        retained.retain(new Message(
                Topic.of(topic), Payload.of(text), Qos.AT_MOST_ONCE, true, Properties.NONE, expiresAtMillis));
    }

    private void retain(String topic) {
        retain(topic, "x", Message.NEVER);
    }

    private List<String> find(String filter, int steps) {
        List<String> found = new ArrayList<>();
        Retained.Cursor cursor = retained.cursor(TopicFilter.of(filter));
        while (cursor.advance(steps, message -> found.add(message.topic().name()))) {
            // goes on
        }
        return found;
    }

    @Test
    void shouldReplaceAndForget() {
        retain("a", "1", Message.NEVER);
        retain("a", "2", Message.NEVER);
        assertEquals("2", store.messages.get("a").payload().toText());
        assertEquals(1, retained.size());

        retain("a", "", Message.NEVER);
        assertEquals(0, retained.size());
        assertTrue(store.messages.isEmpty());
    }

    @Test
    void shouldFindTheParentOfAMultiLevelWildcardButNotItsNeighbours() {
        List.of("a", "a!", "a/b", "a/b/c", "ab", "a-b", "b").forEach(this::retain);

        assertEquals(List.of("a", "a/b", "a/b/c"), find("a/#", 1));
        assertEquals(List.of("a/b"), find("a/+", 1));
        assertEquals(List.of("a"), find("a", 1));
    }

    @Test
    void shouldStopWhereTheTakerSaysAndGoOnFromThere() {
        List.of("a", "a/b", "a/c").forEach(this::retain);
        Retained.Cursor cursor = retained.cursor(TopicFilter.of("a/#"));
        List<String> found = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            assertTrue(cursor.advance(100, message -> {
                found.add(message.topic().name());
                return false;
            }));
        }

        assertEquals(List.of("a", "a/b", "a/c"), found);
        assertFalse(cursor.advance(100, message -> true));
    }

    @Test
    void shouldNotFindWhatHasExpiredAndForgetItLater() {
        retain("a", "x", clock.millis + 10);
        retain("b", "x", Message.NEVER);
        clock.millis += 10;
        assertEquals(List.of("b"), find("#", 10));

        retained.expire();
        assertEquals(1, retained.size());
        assertEquals(1, retained.expired());
        assertEquals(Set.of("b"), store.messages.keySet());
    }

    @Test
    void shouldFindWhatTheFilterMatchesWhateverTheStep() {
        Random random = new Random(42);
        String[] words = {"a", "b", "ab", "", "$x", "a!"};
        Set<String> topics = new TreeSet<>();
        for (int i = 0; i < 300; i++) {
            String topic = path(random, words, 4);
            if (!topic.isEmpty()) {
                topics.add(topic);
                retain(topic);
            }
        }
        String[] levels = {"a", "b", "ab", "", "$x", "+", "+"};
        for (int i = 0; i < 500; i++) {
            String path = path(random, levels, 4);
            String text = random.nextInt(3) == 0 ? (path.isEmpty() ? "#" : path + "/#") : path;
            if (text.isEmpty()) {
                continue;
            }
            TopicFilter filter = TopicFilter.of(text);
            Set<String> expected = new TreeSet<>(topics);
            expected.removeIf(topic -> !filter.matches(Topic.of(topic)));
            List<String> found = find(text, 1 + random.nextInt(5));
            assertEquals(expected.size(), found.size(), text);
            assertEquals(expected, new TreeSet<>(found), text);
        }
    }

    private static String path(Random random, String[] words, int longest) {
        StringBuilder path = new StringBuilder(words[random.nextInt(words.length)]);
        for (int level = random.nextInt(longest); level > 0; level--) {
            path.append('/').append(words[random.nextInt(words.length)]);
        }
        return path.toString();
    }
}
