// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.memory;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.protocol.Will;
import io.mortise.api.store.OutboundMessage;
import io.mortise.api.store.SessionRecord;
import io.mortise.api.store.SessionState;
import io.mortise.api.store.SessionStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every session store does, whatever it keeps the sessions in. */
abstract class SessionStoreContract {
    private static final Message MESSAGE =
            new Message(Topic.of("Kitchen/Fridge/Temperature"), Payload.of("4.5"), Qos.EXACTLY_ONCE, false);
    private static final SessionState CONNECTED =
            new SessionState("alice", SessionState.FOR_EVER, SessionState.CONNECTED, null);

    private SessionStore store;

    /** A store that keeps nothing yet. */
    protected abstract SessionStore open();

    /** The same store as the next broker finds it: opened again where it is durable. */
    protected abstract SessionStore reopen(SessionStore store);

    @BeforeEach
    void setUp() {
        store = open();
    }

    @Test
    void shouldBeEmptyAtFirst() {
        assertEquals(Map.of(), kept());
    }

    @Test
    void shouldKeepASessionWithEverythingThatBelongsToIt() {
        Will will =
                new Will(Topic.of("Kitchen/Fridge/Offline"), Payload.of("1"), Qos.AT_LEAST_ONCE, true, Properties.NONE);
        SessionRecord fridge = new SessionRecord(
                "fridge",
                new SessionState("alice", 3600, 1_700_000_000_000L, will),
                List.of(subscription("Kitchen/#", Qos.AT_LEAST_ONCE), subscription("Bedroom/+/Lamp", Qos.EXACTLY_ONCE)),
                List.of(message(4), new OutboundMessage(9, MESSAGE, Qos.AT_LEAST_ONCE, true, List.of(1, 7), 513, true)),
                Set.of(1, 65_535));
        store.put(fridge);

        assertEquals(Map.of("fridge", fridge), kept());
    }

    @Test
    void shouldReplaceASessionWithEverythingThatBelongsToIt() {
        store.put(session("fridge"));
        store.queued("fridge", message(1));
        store.subscribed("fridge", subscription("Kitchen/#", Qos.AT_LEAST_ONCE));
        store.inbound("fridge", 5);
        store.put(session("fridge"));

        assertEquals(Map.of("fridge", session("fridge")), kept());
    }

    @Test
    void shouldForgetARemovedSessionAndEverythingThatBelongedToIt() {
        store.put(session("fridge"));
        store.put(session("lamp"));
        store.queued("fridge", message(1));
        store.remove("fridge");

        assertEquals(Set.of("lamp"), kept().keySet());
    }

    @Test
    void shouldKeepTheLastState() {
        SessionState away = new SessionState("alice", 60, 1_700_000_000_000L, null);
        store.put(session("fridge"));
        store.changed("fridge", CONNECTED);
        store.changed("fridge", away);

        assertEquals(away, kept("fridge").state());
    }

    @Test
    void shouldKeepSubscriptionsInTheOrderInWhichTheyWereMade() {
        store.put(session("fridge"));
        store.subscribed("fridge", subscription("c", Qos.AT_MOST_ONCE));
        store.subscribed("fridge", subscription("a", Qos.AT_LEAST_ONCE));
        store.subscribed("fridge", subscription("b", Qos.EXACTLY_ONCE));
        store.unsubscribed("fridge", TopicFilter.of("a"));

        assertEquals(
                List.of(subscription("c", Qos.AT_MOST_ONCE), subscription("b", Qos.EXACTLY_ONCE)),
                kept("fridge").subscriptions());
    }

    @Test
    void shouldReplaceTheSubscriptionWithTheSameFilter() {
        store.put(session("fridge"));
        store.subscribed("fridge", subscription("Kitchen/#", Qos.AT_MOST_ONCE));
        store.subscribed("fridge", subscription("Kitchen/#", Qos.EXACTLY_ONCE));

        assertEquals(
                List.of(subscription("Kitchen/#", Qos.EXACTLY_ONCE)),
                kept("fridge").subscriptions());
    }

    @Test
    void shouldOrderMessagesByPositionWhenTheyWereHandedOverInAnother() {
        store.put(session("fridge"));
        store.queued("fridge", message(3));
        store.queued("fridge", message(1));
        store.queued("fridge", message(1L << 40));
        store.queued("fridge", message(2));

        assertEquals(List.of(1L, 2L, 3L, 1L << 40), positions("fridge"));
    }

    @Test
    void shouldKeepWhatBecameOfAMessage() {
        store.put(session("fridge"));
        store.queued("fridge", message(1));
        store.queued("fridge", message(2));
        store.queued("fridge", message(3));
        store.sent("fridge", 1, 10);
        store.received("fridge", 1);
        store.sent("fridge", 2, 11);

        assertEquals(
                List.of(
                        new OutboundMessage(1, MESSAGE, Qos.EXACTLY_ONCE, false, List.of(), 10, true),
                        new OutboundMessage(2, MESSAGE, Qos.EXACTLY_ONCE, false, List.of(), 11, false),
                        message(3)),
                kept("fridge").outbound());
    }

    @Test
    void shouldKeepTheLastPacketIdentifierOfAMessageThatIsSentAgain() {
        store.put(session("fridge"));
        store.queued("fridge", message(1));
        store.sent("fridge", 1, 10);
        store.sent("fridge", 1, 77);

        assertEquals(77, kept("fridge").outbound().get(0).packetId());
    }

    @Test
    void shouldForgetAMessageThatIsDone() {
        store.put(session("fridge"));
        store.queued("fridge", message(1));
        store.queued("fridge", message(2));
        store.queued("fridge", message(3));
        store.done("fridge", 2);

        assertEquals(List.of(1L, 3L), positions("fridge"));
    }

    @Test
    void shouldKeepInboundPacketIdentifiersUntilTheyAreReleased() {
        store.put(session("fridge"));
        store.inbound("fridge", 1);
        store.inbound("fridge", 65_535);
        store.inbound("fridge", 65_535);
        store.inbound("fridge", 300);
        store.inboundDone("fridge", 300);

        assertEquals(Set.of(1, 65_535), kept("fridge").inboundPacketIds());
    }

    @Test
    void shouldNotBeChangedByFactsAboutASessionThatItDoesNotKnow() {
        store.changed("fridge", CONNECTED);
        store.subscribed("fridge", subscription("Kitchen/#", Qos.AT_MOST_ONCE));
        store.unsubscribed("fridge", TopicFilter.of("Kitchen/#"));
        store.queued("fridge", message(1));
        store.sent("fridge", 1, 10);
        store.received("fridge", 1);
        store.done("fridge", 1);
        store.inbound("fridge", 1);
        store.inboundDone("fridge", 1);
        store.remove("fridge");

        assertEquals(Map.of(), kept());
    }

    @Test
    void shouldNotBeChangedByFactsAboutWhatASessionDoesNotHave() {
        store.put(session("fridge"));
        store.unsubscribed("fridge", TopicFilter.of("Kitchen/#"));
        store.sent("fridge", 1, 10);
        store.received("fridge", 1);
        store.done("fridge", 1);
        store.inboundDone("fridge", 1);

        assertEquals(Map.of("fridge", session("fridge")), kept());
    }

    @Test
    void shouldTellClientIdentifiersApartToTheLetter() {
        List<String> clientIds =
                List.of("fridge", "Fridge", "fridge_meta", "../fridge", "fridge/", "K\u00fcche", "Ku\u0308che");
        for (int i = 0; i < clientIds.size(); i++) {
            store.put(session(clientIds.get(i)));
            store.queued(clientIds.get(i), message(i + 1));
        }
        store.remove("fridge");

        assertEquals(clientIds.size() - 1, kept().size());
        for (int i = 1; i < clientIds.size(); i++) {
            assertEquals(List.of(i + 1L), positions(clientIds.get(i)));
        }
    }

    @Test
    void shouldCompleteTheBarrier() throws Exception {
        store.put(session("fridge"));
        store.queued("fridge", message(1));

        store.barrier().toCompletableFuture().get(10, SECONDS);
        store.barrier().toCompletableFuture().get(10, SECONDS);
    }

    /** Two publishers queue into one session while it acknowledges, and other sessions live their lives. */
    @Test
    void shouldLoseNothingWhenFactsOverlap() throws Exception {
        int count = 4_000;
        store.put(session("fridge"));
        CyclicBarrier start = new CyclicBarrier(4);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int publisher = 0; publisher < 2; publisher++) {
                int offset = publisher;
                running.add(threads.submit(() -> {
                    start.await(10, SECONDS);
                    for (int i = 0; i < count; i++) {
                        store.queued("fridge", message(2L * i + offset));
                    }
                    return null;
                }));
            }
            for (int acknowledger = 0; acknowledger < 2; acknowledger++) {
                int offset = acknowledger;
                String other = "lamp " + acknowledger;
                running.add(threads.submit(() -> {
                    start.await(10, SECONDS);
                    store.put(session(other));
                    for (int i = 0; i < count; i++) {
                        long position = 2L * (count + i) + offset;
                        store.queued("fridge", message(position));
                        store.sent("fridge", position, 1 + i);
                        store.inbound("fridge", 1 + 2 * i + offset);
                        store.queued(other, message(i));
                        store.done("fridge", position);
                        store.inboundDone("fridge", 1 + 2 * i + offset);
                    }
                    return null;
                }));
            }
            for (Future<?> one : running) {
                one.get(30, SECONDS);
            }
        } finally {
            threads.shutdownNow();
            assertTrue(threads.awaitTermination(10, SECONDS));
        }

        List<Long> expected = new ArrayList<>();
        for (long position = 0; position < 2L * count; position++) {
            expected.add(position);
        }
        assertEquals(expected, positions("fridge"));
        assertEquals(Set.of(), kept("fridge").inboundPacketIds());
        assertEquals(expected.subList(0, count), positions("lamp 0"));
        assertEquals(expected.subList(0, count), positions("lamp 1"));
    }

    /** What the next broker is told, by client identifier. */
    private Map<String, SessionRecord> kept() {
        store = reopen(store);
        Map<String, SessionRecord> sessions = new TreeMap<>();
        store.forEach(session -> assertEquals(null, sessions.put(session.clientId(), session), "told twice"));
        return sessions;
    }

    private SessionRecord kept(String clientId) {
        return kept().get(clientId);
    }

    private List<Long> positions(String clientId) {
        return kept(clientId).outbound().stream().map(OutboundMessage::position).toList();
    }

    private static SessionRecord session(String clientId) {
        return new SessionRecord(clientId, CONNECTED, List.of(), List.of(), Set.of());
    }

    private static OutboundMessage message(long position) {
        return new OutboundMessage(position, MESSAGE, Qos.EXACTLY_ONCE, false, List.of(), 0, false);
    }

    private static Subscription subscription(String filter, Qos qos) {
        return new Subscription(TopicFilter.of(filter), qos);
    }
}
