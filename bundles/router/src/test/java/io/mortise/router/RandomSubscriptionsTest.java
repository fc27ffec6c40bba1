// SPDX-License-Identifier: Apache-2.0
package io.mortise.router;

import static io.mortise.router.Fixtures.message;
import static io.mortise.router.Fixtures.subscription;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares the router with a list of subscriptions that {@link TopicFilter#matches} is asked about one by one. */
class RandomSubscriptionsTest {
    private static final Qos[] QOS = Qos.values();

    private final List<RecordingSubscriber> subscribers = new ArrayList<>();
    private final List<Map<String, Subscription>> model = new ArrayList<>();

    @ParameterizedTest(name = "seed {0}, cache limit {1}, {2} subscribers")
    @CsvSource({
        "1, 0, 5",
        "1, 262144, 5",
        "2, 100, 5",
        "2, 1000, 5",
        "3, 0, 60",
        "3, 262144, 60",
        "4, 1000, 60",
        "5, 262144, 1",
    })
    void shouldRouteAsTheReferenceDoes(long seed, int cacheLimit, int subscriberCount) {
        Random random = new Random(seed);
        TopicRouter router = new TopicRouter(cacheLimit);
        for (int i = 0; i < subscriberCount; i++) {
            subscribers.add(new RecordingSubscriber("subscriber " + i));
            model.add(new TreeMap<>());
        }
        for (int step = 0; step < 20_000; step++) {
            int kind = random.nextInt(10);
            // grows for 5,000 steps, shrinks for 5,000, and again
            boolean growing = step / 5_000 % 2 == 0;
            int someone = random.nextInt(subscriberCount);
            if (kind < 2) {
                if (growing || random.nextInt(4) == 0) {
                    subscribe(router, someone, random);
                } else {
                    unsubscribe(router, someone, random);
                }
            } else {
                int publisher = random.nextInt(subscriberCount + 1) - 1;
                compare(router, message(RandomTopics.topic(random)), publisher);
            }
        }
    }

    private void subscribe(TopicRouter router, int who, Random random) {
        String filter = RandomTopics.filter(random);
        boolean noLocal = !filter.startsWith("$share/") && random.nextInt(4) == 0;
        Integer[] identifiers = random.nextBoolean() ? new Integer[0] : new Integer[] {1 + random.nextInt(9)};
        Subscription made = subscription(filter, QOS[random.nextInt(3)], noLocal, random.nextInt(4) == 0, identifiers);
        boolean isNew = model.get(who).put(filter, made) == null;
        assertEquals(isNew, router.subscribe(subscribers.get(who), made));
    }

    private void unsubscribe(TopicRouter router, int who, Random random) {
        List<String> filters = new ArrayList<>(model.get(who).keySet());
        String filter = filters.isEmpty() ? RandomTopics.filter(random) : filters.get(random.nextInt(filters.size()));
        boolean existed = model.get(who).remove(filter) != null;
        assertEquals(existed, router.unsubscribe(subscribers.get(who), TopicFilter.of(filter)));
    }

    private void compare(TopicRouter router, Message message, int publisher) {
        Map<String, List<Subscription>> expectedShared = new TreeMap<>();
        List<String> expected = new ArrayList<>();
        for (int who = 0; who < subscribers.size(); who++) {
            List<Subscription> matching = new ArrayList<>();
            for (Subscription subscription : model.get(who).values()) {
                if (!subscription.filter().matches(message.topic())) {
                    continue;
                }
                if (subscription.filter().isShared()) {
                    expectedShared
                            .computeIfAbsent(subscription.filter().text(), filter -> new ArrayList<>())
                            .add(subscription);
                } else if (who != publisher || !subscription.noLocal()) {
                    matching.add(subscription);
                }
            }
            if (!matching.isEmpty()) {
                expected.add(who + " " + describe(matching));
            }
        }

        int delivered = router.route(message, publisher < 0 ? null : subscribers.get(publisher));

        List<String> actual = new ArrayList<>();
        int shared = 0;
        for (int who = 0; who < subscribers.size(); who++) {
            for (Subscription delivery : subscribers.get(who).takeDeliveries()) {
                if (delivery.filter().isShared()) {
                    shared++;
                    // exactly one of each group: who took it is taken out
                    List<Subscription> group =
                            expectedShared.remove(delivery.filter().text());
                    assertEquals(true, group != null && group.contains(delivery), message.topic() + " " + delivery);
                } else {
                    actual.add(who + " " + describe(List.of(delivery)));
                }
            }
        }
        assertEquals(expected, actual, () -> message.topic().toString());
        assertEquals(Map.of(), expectedShared, "groups without a delivery");
        assertEquals(expected.size() + shared, delivered);
    }

    private static String describe(List<Subscription> united) {
        List<Integer> identifiers = new ArrayList<>();
        int qos = 0;
        boolean retainAsPublished = false;
        for (Subscription subscription : united) {
            identifiers.addAll(subscription.identifiers());
            qos = Math.max(qos, subscription.maximumQos().value());
            retainAsPublished |= subscription.retainAsPublished();
        }
        identifiers.sort(null);
        return "QoS " + qos + ", retain as published " + retainAsPublished + ", " + identifiers;
    }
}
