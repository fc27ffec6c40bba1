// SPDX-License-Identifier: Apache-2.0
package io.mortise.router;

import static io.mortise.router.Fixtures.filter;
import static io.mortise.router.Fixtures.message;
import static io.mortise.router.Fixtures.noLocal;
import static io.mortise.router.Fixtures.subscription;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.routing.Subscriber;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class TopicRouterTest {
    private final TopicRouter router = new TopicRouter();
    private final RecordingSubscriber alice = new RecordingSubscriber("alice");
    private final RecordingSubscriber bob = new RecordingSubscriber("bob");

    @Test
    void shouldPassTheSubscriptionItselfWhenNothingOverlaps() {
        Subscription made = subscription("a/+", 7);
        router.subscribe(alice, made);

        assertEquals(1, route("a/b"));
        assertEquals(1, route("a/b"));

        assertSame(made, alice.deliveries().get(0));
        assertSame(made, alice.deliveries().get(1));
    }

    @Test
    void shouldUseTheNewSubscriptionWhenOneWasReplaced() {
        router.subscribe(alice, subscription("a", 1));
        route("a");
        assertFalse(router.subscribe(alice, subscription("a", 2)));

        assertEquals(1, route("a"));

        assertEquals(List.of(2), alice.deliveries().get(1).identifiers());
    }

    @Test
    void shouldNotKnowAMatchAnyMoreWhenSubscriptionsChanged() {
        assertEquals(0, route("a"));
        router.subscribe(alice, subscription("a"));
        assertEquals(1, route("a"));
        router.subscribe(bob, subscription("#"));
        assertEquals(2, route("a"));
        router.unsubscribe(alice, filter("a"));
        assertEquals(1, route("a"));
        router.unsubscribe(bob, filter("#"));
        assertEquals(0, route("a"));
    }

    @Test
    void shouldNotKnowAMatchAnyMoreWhenManyCameOrLeftAtOnce() {
        assertEquals(0, route("a"));
        assertEquals(0, route("a"));
        router.subscribeAll(alice, List.of(subscription("a"), subscription("b"), subscription("$share/g/a")));
        router.subscribe(bob, subscription("#"));
        assertEquals(3, route("a"));
        assertEquals(2, route("b"));
        router.unsubscribeAll(alice::equals);
        assertEquals(1, route("a"));
        assertEquals(1, route("b"));
        assertFalse(router.unsubscribe(alice, filter("a")));
    }

    @Test
    void shouldDeliverOnceWhenSubscriptionsOverlap() {
        router.subscribe(alice, subscription("a/b", Qos.AT_MOST_ONCE, false, true, 1));
        router.subscribe(alice, subscription("a/+", Qos.EXACTLY_ONCE, false, false, 2));
        router.subscribe(alice, subscription("#", Qos.AT_LEAST_ONCE, false, false));
        router.subscribe(bob, subscription("a/b", 9));

        assertEquals(2, route("a/b"));

        assertEquals(1, alice.deliveries().size());
        Subscription united = alice.deliveries().get(0);
        assertEquals(Qos.EXACTLY_ONCE, united.maximumQos());
        assertTrue(united.retainAsPublished());
        assertEquals(List.of(1, 2), united.identifiers().stream().sorted().toList());
        assertEquals(List.of(9), bob.deliveries().get(0).identifiers());
    }

    /** 3.3.4: "the PUBLISH packet will carry multiple identical Subscription Identifiers". */
    @Test
    void shouldRepeatAnIdentifierWhenSeveralOverlappingSubscriptionsHaveIt() {
        router.subscribe(alice, subscription("a", 3));
        router.subscribe(alice, subscription("+", 3));

        route("a");

        assertEquals(List.of(3, 3), alice.deliveries().get(0).identifiers());
    }

    /** SEC-20: broad wildcards of one client. */
    @Test
    void SEC_20_shouldDeliverOnceWhenAThousandFiltersOverlap() {
        for (int bits = 0; bits < 1_024; bits++) {
            StringBuilder filter = new StringBuilder();
            for (int level = 0; level < 10; level++) {
                filter.append((bits >> level & 1) == 0 ? "x/" : "+/");
            }
            router.subscribe(alice, subscription(filter.append('#').toString(), bits + 1));
        }

        assertEquals(1, route("x/x/x/x/x/x/x/x/x/x"));

        assertEquals(1_024, alice.deliveries().get(0).identifiers().size());
    }

    @Test
    void shouldLeaveThePublisherOutWhenItsSubscriptionSaysNoLocal() {
        router.subscribe(alice, noLocal("a", 1));
        router.subscribe(bob, noLocal("a", 2));

        assertEquals(1, router.route(message("a"), alice));

        assertEquals(0, alice.deliveries().size());
        assertEquals(1, bob.deliveries().size());
        assertEquals(2, router.route(message("a"), null));
    }

    @Test
    void shouldMatchThePublishersOtherSubscriptionsWhenOneSaysNoLocal() {
        Subscription local = subscription("+", Qos.AT_MOST_ONCE, false, false, 2);
        router.subscribe(alice, noLocal("a", 1));
        router.subscribe(alice, local);

        router.route(message("a"), alice);
        router.route(message("a"), bob);

        assertSame(local, alice.deliveries().get(0));
        assertEquals(Qos.AT_LEAST_ONCE, alice.deliveries().get(1).maximumQos());
        assertEquals(2, alice.deliveries().get(1).identifiers().size());
    }

    @Test
    void shouldLeaveThePublisherOutWhenAllOverlappingSubscriptionsSayNoLocal() {
        router.subscribe(alice, noLocal("a", 1));
        router.subscribe(alice, noLocal("#", 2));

        assertEquals(0, router.route(message("a"), alice));
        assertEquals(1, router.route(message("a"), bob));
    }

    @Test
    void shouldUniteOverlapsWithACrowdThatIsNotCopied() {
        List<RecordingSubscriber> crowd = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            RecordingSubscriber one = new RecordingSubscriber("one of many");
            crowd.add(one);
            router.subscribe(one, subscription("a", 1));
        }
        router.subscribe(crowd.get(5), subscription("+", 2));
        router.subscribe(crowd.get(5), subscription("#", 3));
        router.subscribe(crowd.get(6), noLocal("#", 4));
        router.subscribe(alice, subscription("#", 5));

        for (int i = 0; i < 2; i++) { // found, and known
            assertEquals(10_001, router.route(message("a"), crowd.get(6)));

            for (RecordingSubscriber one : crowd) {
                List<Subscription> deliveries = one.takeDeliveries();
                assertEquals(1, deliveries.size());
                assertEquals(
                        one == crowd.get(5) ? List.of(1, 2, 3) : List.of(1),
                        deliveries.get(0).identifiers().stream().sorted().toList());
            }
            assertEquals(1, alice.takeDeliveries().size());
        }
        assertEquals(10_001, router.route(message("a"), null));
        assertEquals(2, crowd.get(6).takeDeliveries().get(0).identifiers().size());
    }

    @Test
    void shouldServeTheOthersWhenASubscriberThrows() {
        List<ILoggingEvent> log = logOf(Fence.class);
        Subscriber broken = new Subscriber() {
            @Override
            public boolean deliver(Message message, Subscription subscription) {
                throw new NoClassDefFoundError("its bundle is gone");
            }

            @Override
            public boolean isReady() {
                throw new IllegalStateException("broken, too");
            }
        };
        router.subscribe(broken, subscription("a"));
        router.subscribe(alice, subscription("a"));
        router.subscribe(broken, subscription("$share/g/a"));
        router.subscribe(bob, subscription("$share/g/a"));

        for (int i = 1; i <= 3; i++) {
            assertEquals(2, route("a"));
            assertEquals(i, alice.deliveries().size());
            assertEquals(i, bob.deliveries().size());
        }

        assertEquals(1, log.size(), "logged once");
    }

    @Test
    void shouldNotCountASubscriberThatDoesNotTakeTheMessage() {
        router.subscribe(alice, subscription("a"));
        router.subscribe(bob, subscription("a"));
        bob.accepting = false;

        assertEquals(1, route("a"));
    }

    @Test
    void shouldForgetSubscribersThatAreGone() {
        RecordingSubscriber leaving = new RecordingSubscriber("leaving");
        WeakReference<Subscriber> gone = new WeakReference<>(leaving);
        router.subscribe(alice, subscription("a"));
        router.subscribe(leaving, subscription("a"));
        router.subscribe(leaving, subscription("$share/g/a"));
        router.subscribe(alice, subscription("$share/g/a"));
        route("a");
        route("a");
        router.unsubscribe(leaving, filter("a"));
        router.unsubscribe(leaving, filter("$share/g/a"));
        leaving = null;

        Awaitility.await().until(() -> {
            System.gc();
            return gone.get() == null;
        });
        assertEquals(2, route("a"));
    }

    @Test
    void shouldRouteRightWhenTheCacheIsFullAllTheTime() {
        TopicRouter small = new TopicRouter(64);
        small.subscribe(alice, subscription("+/even"));
        for (int i = 0; i < 1_000; i++) {
            assertEquals(1, small.route(message(i % 20 + "/even"), null));
            assertEquals(0, small.route(message(i % 20 + "/odd"), null));
        }
    }

    private int route(String topic) {
        return router.route(message(topic), null);
    }

    private static List<ILoggingEvent> logOf(Class<?> type) {
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.start();
        Logger logger = (Logger) LoggerFactory.getLogger(type);
        logger.addAppender(appender);
        logger.setAdditive(false);
        return appender.list;
    }
}
