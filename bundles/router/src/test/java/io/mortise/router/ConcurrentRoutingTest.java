// SPDX-License-Identifier: Apache-2.0
package io.mortise.router;

import static io.mortise.router.Fixtures.filter;
import static io.mortise.router.Fixtures.message;
import static io.mortise.router.Fixtures.subscription;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.routing.Subscriber;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SEC-19: several threads subscribe, unsubscribe and publish around the same topics. */
class ConcurrentRoutingTest {
    private static final int ROUNDS = 15_000;
    private static final int CHURNING_THREADS = 3;
    private static final int PUBLISHING_THREADS = 2;
    /** All of them match s/a; some are on the path of others, and some on no path that stands. */
    private static final TopicFilter[] FILTERS = {
        filter("s/a"), filter("s/+"), filter("s/#"), filter("+/a/#"), filter("#"), filter("+/+"), filter("s/a/#"),
    };

    private final AtomicLong published = new AtomicLong();

    /** Counts messages that came by a subscription with so many identifiers. */
    private static class CountingSubscriber implements Subscriber {
        final AtomicLong count = new AtomicLong();
        final int identifiers;

        CountingSubscriber(int identifiers) {
            this.identifiers = identifiers;
        }

        @Override
        public boolean deliver(Message message, Subscription subscription) {
            if (subscription.identifiers().size() != identifiers) {
                throw new AssertionError("not united: " + subscription);
            }
            count.incrementAndGet();
            return true;
        }

        @Override
        public boolean isReady() {
            return true;
        }
    }

    /** Knows whether it got what its own thread has just published. */
    private static final class Witness implements Subscriber {
        private final ThreadLocal<Boolean> got = ThreadLocal.withInitial(() -> false);

        @Override
        public boolean deliver(Message message, Subscription subscription) {
            got.set(true);
            return true;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        boolean takeGot() {
            boolean answer = got.get();
            got.set(false);
            return answer;
        }
    }

    @ParameterizedTest(name = "cache limit {0}")
    @ValueSource(ints = {0, 200, 262_144})
    void shouldMissNothingWhileOthersComeAndGo(int cacheLimit) throws Exception {
        TopicRouter router = new TopicRouter(cacheLimit);
        CountingSubscriber standing = new CountingSubscriber(1);
        CountingSubscriber overlapping = new CountingSubscriber(3);
        CountingSubscriber sharing = new CountingSubscriber(0);
        router.subscribe(standing, subscription("s/a", 1));
        router.subscribe(overlapping, subscription("s/a", 1));
        router.subscribe(overlapping, subscription("s/+", 2));
        router.subscribe(overlapping, subscription("+/a/#", 3));
        router.subscribe(sharing, subscription("$share/stands/s/a"));
        List<Callable<Void>> tasks = new ArrayList<>();
        for (int i = 0; i < CHURNING_THREADS; i++) {
            int seed = i;
            tasks.add(() -> churn(router, new Random(seed)));
        }
        for (int i = 0; i < PUBLISHING_THREADS; i++) {
            tasks.add(() -> publish(router));
        }

        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        try {
            for (Future<Void> task : threads.invokeAll(tasks)) {
                task.get();
            }
        } finally {
            threads.shutdownNow();
        }

        assertEquals(published.get(), standing.count.get());
        assertEquals(published.get(), overlapping.count.get());
        assertEquals(published.get(), sharing.count.get());
        assertEquals(3, router.route(message("s/a"), null), "only those that stand are left");
        assertTrue(router.unsubscribe(standing, filter("s/a")));
        assertTrue(router.unsubscribe(overlapping, filter("s/a")));
        assertTrue(router.unsubscribe(overlapping, filter("s/+")));
        assertTrue(router.unsubscribe(overlapping, filter("+/a/#")));
        assertTrue(router.unsubscribe(sharing, filter("$share/stands/s/a")));
        assertEquals(0, router.route(message("s/a"), null));
    }

    /** Subscribes and unsubscribes; what it publishes itself must arrive in between, and only then. */
    private Void churn(TopicRouter router, Random random) {
        Message message = message("s/a");
        List<Witness> witnesses = new ArrayList<>();
        for (int i = 0; i < 12; i++) { // of all threads together, more than an array holds
            witnesses.add(new Witness());
        }
        for (int round = 0; round < ROUNDS / 12; round++) {
            TopicFilter filter = FILTERS[random.nextInt(FILTERS.length)];
            for (Witness witness : witnesses) {
                assertTrue(router.subscribe(witness, subscription(filter.text())));
                route(router, message);
                assertTrue(witness.takeGot(), "missed a message after SUBSCRIBE");
            }
            TopicFilter shared = filter("$share/" + Thread.currentThread().getId() + "/" + filter.text());
            Witness sharing = new Witness();
            assertTrue(router.subscribe(sharing, subscription(shared.text())));
            route(router, message);
            assertTrue(sharing.takeGot(), "missed a message after SUBSCRIBE of a shared subscription");
            assertTrue(router.unsubscribe(sharing, shared));
            route(router, message);
            assertTrue(!sharing.takeGot(), "got a message after UNSUBSCRIBE of a shared subscription");
            for (Witness witness : witnesses) {
                assertTrue(router.unsubscribe(witness, filter));
                witness.takeGot();
                route(router, message);
                assertTrue(!witness.takeGot(), "got a message after UNSUBSCRIBE");
            }
        }
        return null;
    }

    private Void publish(TopicRouter router) {
        Message known = message("s/a");
        for (int round = 0; round < ROUNDS; round++) {
            route(router, round % 2 == 0 ? known : message("s/a")); // the same topic, and an equal one
            router.route(message("elsewhere/" + round % 50), null);
        }
        return null;
    }

    private void route(TopicRouter router, Message message) {
        published.incrementAndGet();
        router.route(message, null);
    }
}
