// SPDX-License-Identifier: Apache-2.0
package io.mortise.router;

import static io.mortise.router.Fixtures.filter;
import static io.mortise.router.Fixtures.message;
import static io.mortise.router.Fixtures.subscription;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.protocol.Subscription;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedGroupTest {
    private final TopicRouter router = new TopicRouter();
    private final RecordingSubscriber a = new RecordingSubscriber("a");
    private final RecordingSubscriber b = new RecordingSubscriber("b");
    private final RecordingSubscriber c = new RecordingSubscriber("c");

    @BeforeEach
    void threeMembers() {
        router.subscribe(a, subscription("$share/g/t"));
        router.subscribe(b, subscription("$share/g/t"));
        router.subscribe(c, subscription("$share/g/t"));
    }

    @Test
    void shouldGiveEachMemberItsTurn() {
        assertEquals(30, route(30));

        assertReceived(10, 10, 10);
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 1_000})
    void shouldGiveEachMemberItsTurnWhenThereAreMany(int members) {
        List<RecordingSubscriber> many = new ArrayList<>();
        for (int i = 0; i < members; i++) {
            many.add(new RecordingSubscriber("member " + i));
            router.subscribe(many.get(i), subscription("$share/many/u"));
        }
        for (int i = 0; i < 3 * members; i++) {
            assertEquals(1, router.route(message("u"), null));
        }
        for (RecordingSubscriber member : many) {
            assertEquals(3, member.deliveries().size());
        }
    }

    @Test
    void shouldShareFairlyAmongThoseThatAreReady() {
        a.ready = false;

        assertEquals(30, route(30));

        assertReceived(0, 15, 15);
    }

    @Test
    void shouldRedeliverToAnotherMemberOfTheSameGroupOnly() {
        RecordingSubscriber stranger = new RecordingSubscriber("stranger");
        router.subscribe(stranger, subscription("$share/h/t"));
        router.subscribe(stranger, subscription("t"));
        router.unsubscribe(a, filter("$share/g/t"));
        for (int i = 0; i < 10; i++) {
            assertTrue(router.redeliver(message("t"), filter("$share/g/t")));
        }
        assertReceived(0, 5, 5);
        assertTrue(stranger.deliveries().isEmpty());
    }

    @Test
    void shouldRedeliverToNobodyWhenNobodyIsLeft() {
        assertFalse(router.redeliver(message("t"), filter("$share/nobody/t")));
        assertFalse(router.redeliver(message("t"), filter("$share/g/t/u")));
        a.accepting = false;
        b.accepting = false;
        c.accepting = false;
        assertFalse(router.redeliver(message("t"), filter("$share/g/t")));
    }

    @Test
    void shouldUseTheOthersInTurnWhenNoneIsReady() {
        a.ready = false;
        b.ready = false;
        c.ready = false;

        assertEquals(30, route(30));

        assertReceived(10, 10, 10);
    }

    @Test
    void shouldTryTheNextWhenAMemberDoesNotTakeTheMessage() {
        b.accepting = false;

        assertEquals(30, route(30));

        assertReceived(15, 0, 15);
    }

    @Test
    void shouldTryThoseThatAreNotReadyWhenTheReadyOnesRefuse() {
        a.accepting = false;
        b.accepting = false;
        c.ready = false;

        assertEquals(30, route(30));

        assertReceived(0, 0, 30);
    }

    @Test
    void shouldDeliverToNobodyWhenNobodyTakesTheMessage() {
        a.accepting = false;
        b.accepting = false;
        c.accepting = false;
        c.ready = false;

        assertEquals(0, route(3));
    }

    @Test
    void shouldGoOnWhenMembersComeAndGo() {
        route(4);
        router.unsubscribe(b, filter("$share/g/t"));
        assertReceived(2, 1, 1);

        assertEquals(10, route(10));
        assertReceived(7, 1, 6);

        router.unsubscribe(a, filter("$share/g/t"));
        router.unsubscribe(c, filter("$share/g/t"));
        assertEquals(0, route(1));

        router.subscribe(b, subscription("$share/g/t"));
        assertEquals(1, route(1));
    }

    @Test
    void shouldGiveEachGroupACopy() {
        router.subscribe(a, subscription("$share/h/t"));
        router.subscribe(a, subscription("$share/g/+"));

        assertEquals(9, route(3));

        assertReceived(1 + 3 + 3, 1, 1);
    }

    @Test
    void shouldDeliverForASharedSubscriptionBesideAnOrdinaryOne() {
        Subscription own = subscription("t", 1);
        Subscription shared = subscription("$share/h/t", 2);
        RecordingSubscriber d = new RecordingSubscriber("d");
        router.subscribe(d, own);
        router.subscribe(d, shared);

        assertEquals(3, route(1));

        assertSame(own, d.deliveries().get(0));
        assertSame(shared, d.deliveries().get(1));
    }

    @Test
    void shouldNotDistinguishThePublisher() {
        router.unsubscribe(b, filter("$share/g/t"));
        router.unsubscribe(c, filter("$share/g/t"));

        assertEquals(1, router.route(message("t"), a));
    }

    @Test
    void shouldReplaceASharedSubscription() {
        Subscription replacement = subscription("$share/g/t", 5);
        router.subscribe(a, replacement);

        route(3);

        assertReceived(1, 1, 1);
        assertSame(replacement, a.deliveries().get(0));
        assertTrue(router.unsubscribe(a, filter("$share/g/t")));
    }

    private int route(int messages) {
        int delivered = 0;
        for (int i = 0; i < messages; i++) {
            delivered += router.route(message("t"), null);
        }
        return delivered;
    }

    private void assertReceived(int byA, int byB, int byC) {
        assertEquals(
                List.of(byA, byB, byC),
                List.of(
                        a.deliveries().size(),
                        b.deliveries().size(),
                        c.deliveries().size()));
    }
}
