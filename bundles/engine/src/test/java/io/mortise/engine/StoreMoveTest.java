// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.PubAck;
import io.mortise.api.protocol.PubComp;
import io.mortise.api.protocol.PubRec;
import io.mortise.api.protocol.PubRel;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.store.SessionRecord;
import io.mortise.api.store.SessionStore;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything goes from one store to another while clients talk. */
class StoreMoveTest {
    private static final Consumer<String> NOBODY = progress -> {};

    @TempDir
    Path folder;

    private final Harness harness = new Harness();
    private final Stores stores = new Stores("one", harness.engine::useSessionStore, harness.engine::useRetainedStore);
    private final TestRetainedStore otherRetained = new TestRetainedStore();
    private Path choice;
    private StoreMoves moves;

    @BeforeEach
    void setUp() {
        choice = folder.resolve("store-in-use");
        moves = new StoreMoves(harness.engine, stores, choice);
        stores.add(harness.sessions, Map.of(SessionStore.NAME, "one"));
        stores.add(harness.retained, Map.of(SessionStore.NAME, "one"));
    }

    @AfterEach
    void tearDown() {
        harness.close();
    }

    private <S extends SessionStore> S other(S store) {
        stores.add(store, Map.of(SessionStore.NAME, "two"));
        stores.add(otherRetained, Map.of(SessionStore.NAME, "two"));
        return store;
    }

    private String complete() {
        return new StoreChoice(choice, "nothing").complete();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldMoveAllOfASession(boolean durable) throws Exception {
        TestSessionStore two = other(new TestSessionStore(durable));
        TestClient publisher = harness.connectLasting("p");
        publisher.retain("kept", "retained");
        publisher.say(new Publish(TestClient.message("a", "half", Qos.EXACTLY_ONCE, false), 7));
        publisher.hear(PubRec.class);
        TestClient slow = harness.connectLasting("slow").subscribe("a", Qos.EXACTLY_ONCE);
        harness.connectLasting("away").subscribe("a", Qos.AT_LEAST_ONCE).wire.breakOff();
        for (int i = 1; i <= 3; i++) {
            publisher.publish("a", "m" + i, Qos.AT_LEAST_ONCE, i).hear(PubAck.class, i);
        }
        slow.hear(Publish.class, 3);
        int inFlight = slow.heard(Publish.class).get(0).packetId();

        String moved = moves.move("one", "two", false, NOBODY);
        assertEquals("3 sessions with 6 messages, and 1 retained messages moved from one to two", moved);
        assertEquals("two", stores.inUse());
        assertEquals("complete two\n", Files.readString(choice));
        assertNull(StoreMove.contents(new Stores.Pair(harness.sessions, harness.retained)), "it is emptied");

        publisher.publish("a", "after", Qos.AT_LEAST_ONCE, 4).hear(PubAck.class, 4);
        assertNull(harness.sessions.record("away"), "nothing is told the store that was left");
        assertEquals(4, two.record("away").outbound().size());
        publisher.say(new PubRel(7));
        publisher.hear(PubComp.class);
        assertTrue(two.record("p").inboundPacketIds().isEmpty());
        slow.say(new PubAck(inFlight));
        TestClient back = harness.connectLasting("away");
        back.hear(Publish.class, 4);
        assertEquals(List.of("m1", "m2", "m3", "after"), back.texts());
        TestClient late = harness.connect("late").subscribe("kept", Qos.AT_MOST_ONCE);
        late.hear(Publish.class);
        assertEquals(List.of("retained"), late.texts());
        assertEquals(1, otherRetained.messages.size());
    }

    /** In each step others publish, acknowledge, come and go. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldMoveWhatHappensMeanwhile(boolean durable) {
        TestSessionStore two = other(new TestSessionStore(durable));
        TestClient publisher = harness.connectLasting("p");
        harness.connectLasting("away").subscribe("a", Qos.AT_LEAST_ONCE).wire.breakOff();
        TestClient there = harness.connectLasting("there").automatic().subscribe("a", Qos.AT_LEAST_ONCE);
        AtomicInteger published = new AtomicInteger();
        Consumer<String> others = progress -> {
            int number = published.incrementAndGet();
            publisher.publish("a", "m" + number, Qos.AT_LEAST_ONCE, number).hear(PubAck.class, number);
            publisher.retain("kept/" + number, "retained");
            harness.connectLasting("new" + number).subscribe("b", Qos.AT_LEAST_ONCE);
            there.hear(Publish.class, number);
            harness.settle();
        };
        others.accept("before");
        moves.move("one", "two", false, others);

        int all = published.get();
        List<String> expected =
                IntStream.rangeClosed(1, all).mapToObj(i -> "m" + i).toList();
        assertTrue(all > 2, "it says how far it is, " + all);
        assertEquals(expected, there.texts());
        assertEquals(all, two.record("away").outbound().size());
        assertEquals(0, two.record("there").outbound().size());
        assertEquals(all, otherRetained.messages.size());
        for (int i = 1; i <= all; i++) {
            assertNotNull(two.record("new" + i));
        }
        TestClient back = harness.connectLasting("away");
        back.hear(Publish.class, all);
        assertEquals(expected, back.texts());
    }

    @Test
    void shouldLoseNothingUnderLoad() {
        other(new TestSessionStore());
        TestClient there = harness.connectLasting("there").automatic().subscribe("a", Qos.AT_LEAST_ONCE);
        TestClient publisher = harness.connectLasting("p");
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Integer> publishing = CompletableFuture.supplyAsync(() -> {
            int number = 0;
            while (!over.get() && number < 60_000) {
                number++;
                publisher.publish("a", "m" + number, Qos.AT_LEAST_ONCE, number).hear(PubAck.class, number);
            }
            return number;
        });
        String from = "one";
        String to = "two";
        for (int i = 0; i < 20; i++) {
            moves.move(from, to, false, NOBODY);
            String next = from;
            from = to;
            to = next;
        }
        over.set(true);
        int all = publishing.join();
        there.hear(Publish.class, all);
        assertEquals(IntStream.rangeClosed(1, all).mapToObj(i -> "m" + i).toList(), there.texts());
    }

    @Test
    void shouldRefuseAStoreThatIsNotEmptyUnlessItIsToBeReplaced() throws Exception {
        TestSessionStore two = other(new TestSessionStore());
        harness.connectLasting("mine");
        two.put(harness.stored("mine"));
        two.changed("mine", harness.stored("mine").state());
        two.put(new SessionRecord("stale", harness.stored("mine").state(), List.of(), List.of(), Set.of()));
        String message = assertThrows(IllegalArgumentException.class, () -> moves.move("one", "two", false, NOBODY))
                .getMessage();
        assertTrue(message.contains("two is not empty, it has 2 sessions with 0 messages"), message);
        assertFalse(Files.exists(choice));
        assertEquals("one", stores.inUse());

        moves.move("one", "two", true, NOBODY);
        assertNull(two.record("stale"));
        assertNotNull(two.record("mine"));
    }

    @Test
    void shouldSayWhichStoresThereAre() {
        other(new TestSessionStore());
        assertEquals(
                "another store that is installed and runs expected, got 'three'; there is one, two",
                assertThrows(IllegalArgumentException.class, () -> moves.move("one", "three", false, NOBODY))
                        .getMessage());
        assertEquals(
                "the store in use expected, 'one', got 'two'",
                assertThrows(IllegalArgumentException.class, () -> moves.move("two", "one", false, NOBODY))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> moves.move("one", "one", false, NOBODY));
    }

    @Test
    void shouldStayIfTheOtherTakesNothingMore() {
        TestSessionStore two = other(new TestSessionStore());
        staysBecauseOf("takes nothing more", progress -> two.accepting = false);
    }

    @Test
    void shouldStayIfTheOtherHasGone() {
        TestSessionStore two = other(new TestSessionStore());
        staysBecauseOf("the store two has gone", progress -> stores.remove(two));
    }

    @Test
    void shouldStayIfTheStoreInUseIsReplacedMeanwhile() {
        other(new TestSessionStore());
        TestSessionStore next = new TestSessionStore();
        staysBecauseOf("replaced meanwhile", progress -> {
            stores.add(next, Map.of(SessionStore.NAME, "one"));
            stores.remove(harness.sessions);
        });
        assertNotNull(next.record("c"), "it has what the broker has, as after any replacement");
    }

    /** What it was told it has not: then it is none that can be trusted with anything. */
    @ParameterizedTest
    @ValueSource(strings = {"queued", "put", "sent", "subscribed"})
    void shouldStayIfTheOtherForgets(String forgotten) {
        TestSessionStore kept = new TestSessionStore();
        other((SessionStore) Proxy.newProxyInstance(
                SessionStore.class.getClassLoader(),
                new Class<?>[] {SessionStore.class},
                (proxy, method, arguments) ->
                        method.getName().equals(forgotten) ? null : method.invoke(kept, arguments)));
        TestClient slow = harness.connectLasting("slow").subscribe("a", Qos.AT_LEAST_ONCE);
        AtomicInteger packetId = new AtomicInteger(1);
        staysBecauseOf(
                "does not have the same",
                progress -> {
                    TestClient publisher = harness.connectLasting("p");
                    publisher
                            .publish("a", "m", Qos.AT_LEAST_ONCE, packetId.getAndIncrement())
                            .hear(PubAck.class);
                    slow.subscribe("b/" + packetId.get(), Qos.AT_LEAST_ONCE);
                    harness.settle();
                },
                forgotten.equals("sent") || forgotten.equals("subscribed"));
    }

    private void staysBecauseOf(String reason, Consumer<String> happens) {
        staysBecauseOf(reason, happens, false);
    }

    private void staysBecauseOf(String reason, Consumer<String> happens, boolean mayBeRepaired) {
        TestClient client = harness.connectLasting("c").subscribe("a", Qos.AT_LEAST_ONCE);
        harness.connectLasting("away").subscribe("a", Qos.AT_LEAST_ONCE).wire.breakOff();
        client.publish("a", "before", Qos.AT_LEAST_ONCE, 1).hear(PubAck.class);
        AtomicBoolean once = new AtomicBoolean();
        try {
            moves.move("one", "two", false, progress -> {
                if (!once.getAndSet(true)) {
                    happens.accept(progress);
                }
            });
            assertTrue(mayBeRepaired, "it should have failed");
            assertEquals("two", complete());
        } catch (IllegalStateException failure) {
            assertFalse(mayBeRepaired, failure.getMessage());
            assertTrue(failure.getMessage().contains(reason), failure.getMessage());
            assertTrue(failure.getMessage().startsWith("the store one has everything, as before, and is in use: "));
            assertFalse(Files.exists(choice));
        }
        client.publish("a", "after", Qos.AT_LEAST_ONCE, 2).hear(PubAck.class, 2);
        TestClient back = harness.connectLasting("away");
        back.hear(Publish.class, 2);
        assertTrue(
                back.texts().containsAll(List.of("before", "after")),
                back.texts().toString());
    }

    @Test
    void shouldTellMessagesApart() {
        Message one = TestClient.message("a", "1", Qos.AT_LEAST_ONCE, true);
        assertEquals(Checksum.of(one), Checksum.of(TestClient.message("a", "1", Qos.AT_LEAST_ONCE, true)));
        for (Message other : List.of(
                TestClient.message("a", "2", Qos.AT_LEAST_ONCE, true),
                TestClient.message("b", "1", Qos.AT_LEAST_ONCE, true),
                TestClient.message("a", "1", Qos.EXACTLY_ONCE, true),
                TestClient.message("a", "1", Qos.AT_LEAST_ONCE, false))) {
            assertFalse(Checksum.of(one) == Checksum.of(other), other.toString());
        }
    }
}
