// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.auth.Identity;
import io.mortise.api.intercept.ClientEvent;
import io.mortise.api.intercept.ClientObserver;
import io.mortise.api.protocol.Disconnect;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.UnsubAck;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What observers hear about clients. */
@Timeout(30)
class ObserversTest {
    private final Harness harness =
            new Harness(new TestSettings().queueMaximumMessages(1).build());
    private final List<ClientEvent> events = new CopyOnWriteArrayList<>();
    private final ClientObserver observer = events::add;

    @AfterEach
    void end() {
        harness.close();
    }

    private <E extends ClientEvent> List<E> hear(Class<E> type, int count) {
        await(type.getSimpleName()).until(() -> of(type).size() >= count);
        return of(type);
    }

    private <E extends ClientEvent> List<E> of(Class<E> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Test
    void shouldTellOfTheLifeOfAClient() {
        harness.engine.observers().add(observer);
        TestClient client = harness.connect(harness.opening("c").user("alice").expiry(10));
        client.subscribe("a", Qos.AT_LEAST_ONCE).unsubscribe("a").hear(UnsubAck.class);
        client.wire.breakOff();
        hear(ClientEvent.Disconnected.class, 1);
        harness.connect(harness.opening("c").user("alice").expiry(10)).disconnect();
        hear(ClientEvent.Disconnected.class, 2);

        Identity alice = new Identity("c", "alice", "alice");
        assertTrue(events.stream().allMatch(event -> event.client().equals(alice)));
        List<ClientEvent.Connected> connected = hear(ClientEvent.Connected.class, 2);
        assertFalse(connected.get(0).sessionPresent());
        assertTrue(connected.get(1).sessionPresent());
        assertEquals(
                "a",
                hear(ClientEvent.Subscribed.class, 1)
                        .get(0)
                        .subscription()
                        .filter()
                        .text());
        assertEquals(
                "a", hear(ClientEvent.Unsubscribed.class, 1).get(0).filter().text());
        List<ClientEvent.Disconnected> disconnected = of(ClientEvent.Disconnected.class);
        assertEquals(ReasonCode.UNSPECIFIED_ERROR, disconnected.get(0).reasonCode());
        assertFalse(disconnected.get(0).byClient());
        assertEquals(ReasonCode.SUCCESS, disconnected.get(1).reasonCode());
        assertTrue(disconnected.get(1).byClient());
    }

    @Test
    void shouldTellWhyTheBrokerEndedAConnection() {
        harness.engine.observers().add(observer);
        harness.connect("c");
        new Admin(harness.engine).disconnect("c", ReasonCode.ADMINISTRATIVE_ACTION);
        ClientEvent.Disconnected event = hear(ClientEvent.Disconnected.class, 1).get(0);
        assertEquals(ReasonCode.ADMINISTRATIVE_ACTION, event.reasonCode());
        assertFalse(event.byClient());
    }

    @Test
    void shouldTellOfDroppedMessagesAndExpiredSessions() {
        harness.engine.observers().add(observer);
        harness.connect(harness.opening("c").expiry(1))
                .subscribe("a", Qos.AT_LEAST_ONCE)
                .disconnect();
        TestClient publisher = harness.connect("p").publish("a", "0").publish("a", "1", Qos.AT_LEAST_ONCE, 1);
        harness.settle(); // so that the next one finds it in the queue, and not on its way there
        publisher.publish("a", "2", Qos.AT_LEAST_ONCE, 2);
        ClientEvent.MessageDropped dropped =
                hear(ClientEvent.MessageDropped.class, 1).get(0);
        assertEquals("c", dropped.client().clientId());
        assertEquals(1, dropped.messages());
        assertEquals(Topic.of("a"), dropped.topic());
        assertEquals("queue full", dropped.cause());
        assertEquals(
                "c", hear(ClientEvent.SessionExpired.class, 1).get(0).client().clientId());
    }

    @Test
    void shouldTellHowManyDidNotGetAsFarAsTheSession() {
        harness.engine.observers().add(observer);
        harness.connect(harness.opening("c").expiry(10))
                .subscribe("a", Qos.AT_LEAST_ONCE)
                .disconnect();
        hear(ClientEvent.Disconnected.class, 1);
        harness.settle();
        TestClient publisher = harness.connect("p");
        CountDownLatch released = new CountDownLatch(1);
        harness.engine
                .scheduler()
                .submit(() -> released.await(20, TimeUnit.SECONDS)); // where the session's mailbox is read
        for (int i = 1; i <= 3; i++) {
            publisher.publish("a", "" + i, Qos.AT_LEAST_ONCE, i);
        }
        await("refused").until(() -> harness.engine.counters().dropped() == 2);
        released.countDown();
        ClientEvent.MessageDropped dropped =
                hear(ClientEvent.MessageDropped.class, 1).get(0);
        assertEquals("c", dropped.client().clientId());
        assertEquals(2, dropped.messages());
        assertNull(dropped.topic());
        assertEquals("queue full", dropped.cause());
    }

    /** A hand-over is none of a client's affairs. */
    @Test
    void shouldNotTellOfAHandOver() {
        harness.connect("c");
        harness.engine.observers().add(observer);
        harness.swap();
        harness.engine.observers().add(observer);
        harness.connect("d");
        hear(ClientEvent.Connected.class, 1);
        assertEquals(1, events.size());
    }

    @Test
    void shouldNotBeHeldUpByOne() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        harness.engine.observers().add(event -> {
            try {
                blocked.await();
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        });
        harness.engine.observers().add(event -> {
            throw new IllegalStateException("broken");
        });
        harness.engine.observers().add(observer);
        TestClient client =
                harness.connect("c").subscribe("a", Qos.AT_MOST_ONCE).publish("a", "x");
        client.hear(Publish.class);
        client.say(new Disconnect(ReasonCode.SUCCESS));
        hear(ClientEvent.Disconnected.class, 1);
        ClientEvent event = events.get(0);
        for (int i = 0; i < 10_100; i++) {
            harness.engine.observers().tell(event);
        }
        await().until(() -> harness.engine.observers().missed() >= 100);
        blocked.countDown();
    }

    @Test
    void shouldNotTellOneThatHasLeft() {
        harness.engine.observers().add(observer);
        harness.connect("c");
        hear(ClientEvent.Connected.class, 1);
        harness.engine.observers().remove(observer);
        harness.connect("d");
        harness.settle();
        assertEquals(1, events.size());
        assertFalse(harness.engine.observers().areThere());
    }
}
