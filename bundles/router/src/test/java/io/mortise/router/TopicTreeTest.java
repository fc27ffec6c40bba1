// SPDX-License-Identifier: Apache-2.0
package io.mortise.router;

import static io.mortise.router.Fixtures.filter;
import static io.mortise.router.Fixtures.message;
import static io.mortise.router.Fixtures.subscription;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.Topic;
import io.mortise.api.routing.Subscriber;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicTreeTest {
    /** How many are many: were the cost of one in proportion to their number, the test would take minutes. */
    private static final int MANY = Integer.getInteger("mortise.subscriptions", 200_000);

    private final TopicTree tree = new TopicTree();
    private final RecordingSubscriber subscriber = new RecordingSubscriber("subscriber");

    @ParameterizedTest(name = "{0} matches {1}: {2}")
    @CsvSource({
        // filter, topic, matches
        "sport/tennis, sport/tennis, true",
        "sport/tennis, sport/Tennis, false",
        "sport/tennis, sport, false",
        "sport/tennis, sport/tennis/player1, false",
        "sport, sport/, false",
        "sport/, sport/, true",
        "/sport, /sport, true",
        "/sport, sport, false",
        "/, /, true",
        "a//b, a//b, true",
        "a//b, a/b, false",
        // 4.7.1.2 multi-level wildcard
        "sport/tennis/player1/#, sport/tennis/player1, true",
        "sport/tennis/player1/#, sport/tennis/player1/ranking, true",
        "sport/tennis/player1/#, sport/tennis/player1/score/wimbledon, true",
        "sport/tennis/player1/#, sport/tennis/player2, false",
        "sport/#, sport, true",
        "sport/#, sport/, true",
        "sport/#, sports, false",
        "#, sport, true",
        "#, /, true",
        "/#, /, true",
        "/#, sport, false",
        // 4.7.1.3 single-level wildcard
        "sport/tennis/+, sport/tennis/player1, true",
        "sport/tennis/+, sport/tennis/player1/ranking, false",
        "sport/+, sport, false",
        "sport/+, sport/, true",
        "+, sport, true",
        "+, /finance, false",
        "+/+, /finance, true",
        "/+, /finance, true",
        "+/tennis/#, sport/tennis, true",
        "+/tennis/#, sport/tennis/player1, true",
        "+/tennis/#, sport/football, false",
        "sport/+/player1, sport/tennis/player1, true",
        "sport/+/player1, sport//player1, true",
        "sport/+/player1, sport/player1, false",
        "+/+/#, a, false",
        "+/+/#, a/b, true",
        "+/#, a, true",
        // 4.7.2 topics beginning with $
        "#, $SYS/monitor, false",
        "+/monitor, $SYS/monitor, false",
        "+/#, $SYS, false",
        "$SYS/#, $SYS, true",
        "$SYS/#, $SYS/monitor/Clients, true",
        "$SYS/+, $SYS/monitor, true",
        "$SYS/monitor/+, $SYS/monitor/Clients, true",
        "a/#, a/$b, true",
        "a/+, a/$b, true",
        // 4.8.2 the share name is not part of the filter
        "$share/group/sport/+, sport/tennis, true",
        "$share/group/#, $SYS/monitor, false",
        "$share/group/$SYS/#, $SYS/monitor, true",
        "$share/group//a, /a, true",
    })
    void shouldMatchAsTheSpecificationSays(String filter, String topic, boolean matches) {
        tree.add(subscriber, subscription(filter));

        assertEquals(matches ? 1 : 0, deliver(topic));
        assertEquals(matches, filter(filter).matches(Topic.of(topic)), "the reference says otherwise");
    }

    @Test
    void shouldTellWhetherASubscriptionIsNew() {
        assertTrue(tree.add(subscriber, subscription("a/b")));
        assertFalse(tree.add(subscriber, subscription("a/b")));
        assertTrue(tree.add(subscriber, subscription("$share/g/a/b")));
        assertFalse(tree.add(subscriber, subscription("$share/g/a/b")));
        assertTrue(tree.add(subscriber, subscription("$share/h/a/b")));
        assertTrue(tree.add(new RecordingSubscriber("another"), subscription("a/b")));
    }

    @Test
    void shouldTellWhetherThereWasASubscription() {
        tree.add(subscriber, subscription("a/b"));
        tree.add(subscriber, subscription("$share/g/a/b"));

        assertFalse(tree.remove(subscriber, filter("a")));
        assertFalse(tree.remove(subscriber, filter("a/b/c")));
        assertFalse(tree.remove(subscriber, filter("a/+")));
        assertFalse(tree.remove(subscriber, filter("$share/h/a/b")));
        assertFalse(tree.remove(new RecordingSubscriber("another"), filter("a/b")));
        assertTrue(tree.remove(subscriber, filter("a/b")));
        assertFalse(tree.remove(subscriber, filter("a/b")));
        assertTrue(tree.remove(subscriber, filter("$share/g/a/b")));
        assertFalse(tree.remove(subscriber, filter("$share/g/a/b")));
    }

    @Test
    void shouldKeepTheRestOfAPathWhenItsEndIsCutOff() {
        tree.add(subscriber, subscription("a/b"));
        tree.add(subscriber, subscription("a/b/c/d"));
        tree.add(subscriber, subscription("a/b/+/#"));

        tree.remove(subscriber, filter("a/b/c/d"));
        assertEquals(1, deliver("a/b"));
        assertEquals(1, deliver("a/b/c/d"));

        tree.remove(subscriber, filter("a/b/+/#"));
        assertEquals(1, deliver("a/b"));
        assertEquals(0, deliver("a/b/c/d"));
    }

    @Test
    void shouldBeEmptyAfterTheLastSubscriptionIsGone() {
        Random random = new Random(5);
        List<Subscriber> subscribers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            subscribers.add(new RecordingSubscriber("subscriber " + i));
        }
        List<Runnable> removals = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            String filter = RandomTopics.filter(random);
            Subscriber some = subscribers.get(random.nextInt(subscribers.size()));
            if (tree.add(some, subscription(filter))) {
                removals.add(() -> assertTrue(tree.remove(some, filter(filter)), filter));
            }
        }
        assertFalse(tree.isEmpty());

        Collections.shuffle(removals, random);
        removals.forEach(Runnable::run);

        assertTrue(tree.isEmpty());
    }

    /** What stays is what would be there had the others never come. */
    @Test
    void shouldKeepTheSubscriptionsOfThoseWhoStayWhenTheOthersLeaveTogether() {
        Random random = new Random(6);
        List<RecordingSubscriber> subscribers = new ArrayList<>();
        for (int i = 0; i < 60; i++) { // more than an array holds at one node
            subscribers.add(new RecordingSubscriber("subscriber " + i));
        }
        Set<Subscriber> leaving = new HashSet<>(subscribers.subList(0, 40));
        TopicTree expected = new TopicTree();
        for (int i = 0; i < 5_000; i++) {
            Subscription made = subscription(RandomTopics.filter(random));
            Subscriber some = subscribers.get(random.nextInt(subscribers.size()));
            tree.add(some, made);
            if (!leaving.contains(some)) {
                expected.add(some, made);
            }
        }

        tree.removeAll(leaving::contains);

        Fence fence = new Fence();
        for (int i = 0; i < 500; i++) {
            Topic topic = Topic.of(RandomTopics.topic(random));
            int delivered = tree.match(topic).deliver(message(topic.name()), null, fence);
            assertEquals(expected.match(topic).deliver(message(topic.name()), null, fence), delivered, topic.name());
        }
        assertEquals(
                List.of(),
                subscribers.subList(0, 40).stream()
                        .flatMap(gone -> gone.deliveries().stream())
                        .toList());
        tree.removeAll(all -> true);
        assertTrue(tree.isEmpty());
    }

    /** As deep as a filter may be: no recursion. */
    @Test
    void shouldLetGoOfAFilterOfManyLevels() {
        tree.add(subscriber, subscription("a/".repeat(30_000) + "#"));

        tree.removeAll(subscriber::equals);

        assertTrue(tree.isEmpty());
    }

    @Test
    void shouldLeaveNothingBehindWhenThereWasNothingToRemove() {
        assertFalse(tree.remove(subscriber, filter("a/b/c")));

        assertTrue(tree.isEmpty());
    }

    /** SEC-05: no recursion as deep as the topic. */
    @Test
    void SEC_05_shouldTakeTheDeepestTopicThereIs() {
        String deepest = "/".repeat(65_535);
        tree.add(subscriber, subscription(deepest));
        tree.add(new RecordingSubscriber("wildcards"), subscription("+" + "/+".repeat(32_766)));
        tree.add(new RecordingSubscriber("parent"), subscription("/".repeat(65_534) + "#"));
        tree.add(new RecordingSubscriber("shared"), subscription("$share/g/" + "/".repeat(65_525)));

        assertEquals(2, deliver(deepest));
        assertEquals(1, deliver("/".repeat(32_766)));
        assertEquals(1, deliver("/".repeat(65_525)));
        assertTrue(tree.remove(subscriber, filter(deepest)));
        assertEquals(1, deliver(deepest));
    }

    /** SEC-20: many siblings. */
    @Test
    void SEC_20_shouldHoldManySiblings() {
        int siblings = MANY;
        for (int i = 0; i < siblings; i++) {
            tree.add(subscriber, subscription("siblings/" + i));
        }
        for (int i = 0; i < siblings; i += 1_000) {
            assertEquals(1, deliver("siblings/" + i));
        }
        for (int i = 0; i < siblings; i++) {
            assertTrue(tree.remove(subscriber, filter("siblings/" + i)));
        }
        assertTrue(tree.isEmpty());
    }

    /** SEC-20: many subscribers of one topic. */
    @Test
    void SEC_20_shouldHoldManySubscribersOfOneTopic() {
        List<Subscriber> subscribers = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            subscribers.add(new RecordingSubscriber("one of many"));
        }
        for (Subscriber one : subscribers) {
            tree.add(one, subscription("all"));
        }
        assertEquals(subscribers.size(), deliver("all"));
        for (Subscriber one : subscribers) {
            assertTrue(tree.remove(one, filter("all")));
        }
        assertTrue(tree.isEmpty());
    }

    /** Level names whose hash codes are all the same must not make the tree slow; the test would take minutes. */
    @Test
    void shouldHoldManySiblingsWithOneHashCode() {
        List<String> colliding = new ArrayList<>(List.of(""));
        for (int length = 0; length < 16; length++) {
            List<String> longer = new ArrayList<>();
            for (String prefix : colliding) {
                longer.add(prefix + "Aa");
                longer.add(prefix + "BB");
            }
            colliding = longer;
        }
        assertEquals(colliding.get(0).hashCode(), colliding.get(65_535).hashCode());
        for (String level : colliding) {
            tree.add(subscriber, subscription(level));
        }
        assertEquals(1, deliver(colliding.get(4_711)));
    }

    private int deliver(String topic) {
        return tree.match(Topic.of(topic)).deliver(message(topic), null, new Fence());
    }
}
