// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.tck;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.protocol.Will;
import io.mortise.api.store.Backlog;
import io.mortise.api.store.OutboundMessage;
import io.mortise.api.store.SessionRecord;
import io.mortise.api.store.SessionState;
import io.mortise.api.store.SessionStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every session store does, whatever it keeps the sessions in.
 *
 * <p>A provider's test extends it, with a store of its own: {@link #open()} and {@link #reopen} are all that there is to write.
 */
public abstract class SessionStoreContract {
    private static final Message MESSAGE =
            new Message(Topic.of("Kitchen/Fridge/Temperature"), Payload.of("4.5"), Qos.EXACTLY_ONCE, false);
    private static final long SIZE = "Kitchen/Fridge/Temperature4.5".length();
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

    /** Others may get it when the session ends, so a store has to know of each message whether it came by a shared subscription. */
    @Test
    void shouldKeepTheSharedSubscriptionByWhichAMessageCame() {
        store.put(new SessionRecord("lamp", CONNECTED, List.of(), List.of(shared(1, 5)), Set.of()));
        store.put(session("fridge"));
        store.queued("fridge", shared(1, 0));
        store.queued("fridge", message(2));
        store.queued("fridge", shared(3, 0));
        store.queued("fridge", shared(4, 0));
        store.sent("fridge", 3, 10);

        assertEquals(List.of(shared(1, 0), message(2), shared(4, 0)), page("fridge", 0, 10, 1_000));
        assertEquals(
                List.of(shared(1, 0), message(2), shared(3, 10), shared(4, 0)),
                kept("fridge").outbound());
        assertEquals(List.of(shared(1, 5)), kept("lamp").outbound());
        assertEquals(
                store.isDurable() ? 2 : 0, present(heads(), "fridge").backlog().shared());
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

    @Test
    void shouldBeTheSameStoreWhenItIsOpenedAgainAndNoOther() {
        String identity = store.identity();
        assertFalse(identity.isEmpty());
        assertEquals(identity, reopen(store).identity());
        assertNotEquals(identity, open().identity());
    }

    @Test
    void shouldTakeFactsAtFirst() {
        assertTrue(store.isAccepting());
    }

    @Test
    void shouldSayWhatWaitsWithoutReadingItIfItIsDurable() {
        store.put(session("fridge"));
        for (int position = 1; position <= 5; position++) {
            store.queued("fridge", message(position));
        }
        store.sent("fridge", 1, 10);
        store = reopen(store);
        SessionRecord head = present(heads(), "fridge");

        if (store.isDurable()) {
            assertEquals(List.of(1L), positions(head.outbound()));
            assertEquals(new Backlog(4, 4 * SIZE, 2, 5, 0), head.backlog());
        } else {
            assertEquals(List.of(1L, 2L, 3L, 4L, 5L), positions(head.outbound()));
            assertEquals(Backlog.NONE, head.backlog());
        }
    }

    /** Of a session that is known the rest may be left out; no session may. */
    @Test
    void shouldTellStateAndBacklogOfThoseThatAreKnownAndAllOfTheOthers() {
        for (String clientId : List.of("fridge", "lamp")) {
            store.put(new SessionRecord(
                    clientId, CONNECTED, List.of(subscription("Kitchen/#", Qos.AT_LEAST_ONCE)), List.of(), Set.of(7)));
            store.queued(clientId, message(3));
        }
        store = reopen(store);
        Map<String, SessionRecord> heads = heads();
        Map<String, SessionRecord> sessions = new TreeMap<>();

        store.forEach("fridge"::equals, session -> assertEquals(null, sessions.put(session.clientId(), session)));

        assertEquals(heads.keySet(), sessions.keySet());
        assertEquals(present(heads, "lamp"), present(sessions, "lamp"));
        assertEquals(
                present(heads, "fridge").state(), present(sessions, "fridge").state());
        assertEquals(
                present(heads, "fridge").backlog(), present(sessions, "fridge").backlog());
    }

    @Test
    void shouldReadAPageOfWhatWaitsAndWasNeverSent() {
        store.put(session("fridge"));
        for (int position = 1; position <= 9; position++) {
            store.queued("fridge", message(position));
        }
        store.sent("fridge", 3, 10);
        store.done("fridge", 4);

        assertEquals(List.of(message(1), message(2), message(5)), page("fridge", 0, 3, 1_000));
        assertEquals(List.of(message(6), message(7), message(8)), page("fridge", 6, 3, 1_000));
        assertEquals(List.of(message(9)), page("fridge", 9, 3, 1_000));
        assertEquals(List.of(), page("fridge", 10, 3, 1_000));
        assertEquals(List.of(), page("lamp", 0, 3, 1_000));
    }

    @Test
    void shouldEndAPageAtItsSizeButNotBeforeItsFirstMessage() {
        store.put(session("fridge"));
        store.queued("fridge", message(1));
        store.queued("fridge", message(2));
        store.queued("fridge", message(3));

        assertEquals(List.of(1L, 2L), positions(page("fridge", 0, 10, (int) (2 * SIZE))));
        assertEquals(List.of(1L, 2L), positions(page("fridge", 0, 10, (int) (3 * SIZE) - 1)));
        assertEquals(List.of(1L), positions(page("fridge", 0, 10, 1)));
    }

    /** One writes, a page is read behind each message: it has that one, and all before. */
    @Test
    void shouldSeeInAPageAllThatWasHandedOverBefore() {
        store.put(session("fridge"));
        for (int position = 1; position <= 200; position++) {
            store.queued("fridge", message(position));
            assertEquals(List.of(message(position)), page("fridge", position, 10, 1_000));
        }
    }

    @Test
    void shouldKeepOneMessageForManySessionsUntilTheLastIsDoneWithIt() {
        for (int i = 0; i < 20; i++) {
            store.put(session("lamp " + i));
        }
        store.begin();
        for (int i = 0; i < 20; i++) {
            store.queued("lamp " + i, message(1));
        }
        store.end();
        for (int i = 0; i < 19; i++) {
            store.barrier();
            if (i % 2 == 0) {
                store.done("lamp " + i, 1);
            } else {
                store.remove("lamp " + i);
            }
            assertEquals(List.of(message(1)), page("lamp 19", 0, 1, 1_000));
        }
        assertEquals(List.of(message(1)), kept("lamp 19").outbound());
    }

    @Test
    void shouldTakeUnitsFromManyThreadsAtATime() throws Exception {
        int units = 500;
        List<Callable<Void>> publishers = new ArrayList<>();
        for (int publisher = 0; publisher < 4; publisher++) {
            String name = "publisher " + publisher;
            store.put(session(name));
            publishers.add(() -> {
                for (int unit = 1; unit <= units; unit++) {
                    store.begin();
                    store.inbound(name, unit);
                    store.queued(name, message(unit));
                    store.end();
                    store.barrier().toCompletableFuture().get(10, SECONDS);
                    store.inboundDone(name, unit);
                }
                return null;
            });
        }
        atOnce(publishers);

        Map<String, SessionRecord> sessions = kept();
        for (int publisher = 0; publisher < 4; publisher++) {
            SessionRecord session = present(sessions, "publisher " + publisher);
            assertEquals(units, session.outbound().size());
            assertEquals(Set.of(), session.inboundPacketIds());
        }
    }

    private static void atOnce(List<Callable<Void>> tasks) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        try {
            for (Future<Void> each : threads.invokeAll(tasks, 60, SECONDS)) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
            assertTrue(threads.awaitTermination(10, SECONDS));
        }
    }

    /** What the next broker is told, by client identifier. */
    private Map<String, SessionRecord> heads() {
        Map<String, SessionRecord> sessions = new TreeMap<>();
        store.forEach(session -> assertEquals(null, sessions.put(session.clientId(), session), "told twice"));
        return sessions;
    }

    /** What the next broker finds, with all that waits, by client identifier. */
    private Map<String, SessionRecord> kept() {
        store = reopen(store);
        Map<String, SessionRecord> sessions = heads();
        sessions.replaceAll((clientId, head) -> whole(head));
        return sessions;
    }

    private SessionRecord whole(SessionRecord head) {
        List<OutboundMessage> all = new ArrayList<>(head.outbound());
        long next = head.backlog().firstPosition();
        for (long rest = head.backlog().messages(); rest > 0; ) {
            List<OutboundMessage> page = page(head.clientId(), next, 1_000, 100_000);
            assertFalse(page.isEmpty(), "the backlog of " + head.clientId() + " is shorter than it says");
            all.addAll(page);
            rest -= page.size();
            next = page.get(page.size() - 1).position() + 1;
        }
        if (head.backlog().messages() > 0) {
            assertEquals(next - 1, head.backlog().lastPosition());
        }
        all.sort(Comparator.comparingLong(OutboundMessage::position));
        return new SessionRecord(head.clientId(), head.state(), head.subscriptions(), all, head.inboundPacketIds());
    }

    private List<OutboundMessage> page(String clientId, long from, int maximumMessages, int maximumBytes) {
        try {
            return store.page(clientId, from, maximumMessages, maximumBytes)
                    .toCompletableFuture()
                    .get(10, SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException failure) {
            throw new AssertionError("no page", failure);
        }
    }

    private SessionRecord kept(String clientId) {
        return present(kept(), clientId);
    }

    private static SessionRecord present(Map<String, SessionRecord> sessions, String clientId) {
        SessionRecord session = sessions.get(clientId);
        if (session == null) {
            throw new AssertionError("the store has no session of " + clientId + ", only of " + sessions.keySet());
        }
        return session;
    }

    private List<Long> positions(String clientId) {
        return positions(kept(clientId).outbound());
    }

    private static List<Long> positions(List<OutboundMessage> messages) {
        return messages.stream().map(OutboundMessage::position).toList();
    }

    private static SessionRecord session(String clientId) {
        return new SessionRecord(clientId, CONNECTED, List.of(), List.of(), Set.of());
    }

    private static OutboundMessage message(long position) {
        return new OutboundMessage(position, MESSAGE, Qos.EXACTLY_ONCE, false, List.of(), 0, false);
    }

    private static OutboundMessage shared(long position, int packetId) {
        return new OutboundMessage(
                position, MESSAGE, Qos.EXACTLY_ONCE, false, List.of(), TopicFilter.of("$share/g/#"), packetId, false);
    }

    private static Subscription subscription(String filter, Qos qos) {
        return new Subscription(TopicFilter.of(filter), qos);
    }
}
