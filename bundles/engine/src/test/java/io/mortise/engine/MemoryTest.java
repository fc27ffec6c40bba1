// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.protocol.ConnAck;
import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.PubAck;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.SubAck;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.store.OutboundMessage;
import io.mortise.api.store.SessionRecord;
import io.mortise.engine.Memory.Holding;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every byte has an owner, the sum is right, and it stays within the budget. */
class MemoryTest {
    private Harness harness = new Harness();

    @AfterEach
    void end() {
        harness.close();
    }

    /** With a store that is not durable, what waits is in memory. */
    private void keepInMemory() {
        harness.sessions = new TestSessionStore(false);
        harness.engine.useSessionStore(harness.sessions);
    }

    private void with(TestSettings settings) {
        harness.close();
        harness = new Harness(settings.build());
    }

    private Memory memory() {
        return harness.engine.memory();
    }

    /** What is there, counted anew from the things themselves. */
    private long[] counted() throws Exception {
        long[] sums = new long[Holding.values().length];
        sums[Holding.CONNECTIONS.ordinal()] =
                (long) Cost.CONNECTION * harness.engine.clients().size();
        for (Session session : harness.engine.sessions().all()) {
            CompletableFuture<SessionRecord> record = new CompletableFuture<>();
            session.mailbox().post(() -> record.complete(session.toRecord(Qos.AT_MOST_ONCE)));
            count(record.get(10, TimeUnit.SECONDS), sums);
        }
        List<Message> retained = new ArrayList<>();
        harness.engine.retained().cursor(TopicFilter.of("#")).advance(Integer.MAX_VALUE, retained::add);
        retained.forEach(message -> sums[Holding.RETAINED.ordinal()] += Cost.ofRetained(message));
        return sums;
    }

    private static void count(SessionRecord record, long[] sums) {
        sums[Holding.SESSIONS.ordinal()] += Cost.SESSION
                + (record.state().will() == null
                        ? 0
                        : Cost.ofWill(record.state().will()));
        record.subscriptions()
                .forEach(subscription -> sums[Holding.SUBSCRIPTIONS.ordinal()] += Cost.ofSubscription(subscription));
        for (OutboundMessage message : record.outbound()) {
            Holding holding = message.packetId() > 0 ? Holding.INFLIGHT : Holding.QUEUES;
            sums[holding.ordinal()] += Cost.ofDelivery(message.message());
        }
    }

    /** At rest; a publisher that was held goes on in a moment. */
    private void assertSums() {
        await().untilAsserted(this::assertSumsNow);
    }

    private void assertSumsNow() throws Exception {
        harness.settle();
        long[] counted = counted();
        harness.settle();
        for (Holding holding : Holding.values()) {
            assertEquals(counted[holding.ordinal()], memory().bytes(holding), holding.name());
        }
    }

    @Test
    void shouldKnowWhatIsKeptWhateverClientsDo() {
        with(new TestSettings().queueMaximumMessages(20).queueOverflow(Overflow.DROP_OLDEST));
        Random random = new Random(42);
        TestClient publisher = harness.connect("publisher");
        TestClient[] clients = new TestClient[6];
        for (int step = 0; step < 600; step++) {
            int who = random.nextInt(clients.length);
            TestClient client = clients[who];
            String topic = "t/" + random.nextInt(4);
            Qos qos = Qos.values()[random.nextInt(3)];
            if (client == null || client.wire.isClosed()) {
                TestClient.Opening opening = harness.opening("c" + who).will("w", random.nextInt(2));
                clients[who] = harness.connect(random.nextBoolean() ? opening.expiry(100) : opening);
                continue;
            }
            switch (random.nextInt(9)) {
                case 0 -> client.subscribe(random.nextBoolean() ? topic : "t/#", qos);
                case 1 -> client.unsubscribe(topic);
                case 2 -> client.wire.breakOff();
                case 3 -> client.disconnect();
                case 4 -> client.wire.writable(random.nextBoolean());
                case 5 -> publisher.retain(topic, random.nextBoolean() ? "" : "x".repeat(random.nextInt(300)));
                case 6 ->
                    client.acknowledge(client.publishes().stream()
                            .filter(publish -> publish.qos() != Qos.AT_MOST_ONCE)
                            .toArray(Publish[]::new));
                default ->
                    publisher.publish(
                            topic, "x".repeat(random.nextInt(2_000)), Qos.AT_LEAST_ONCE, 1 + random.nextInt(60_000));
            }
            if (step % 50 == 49) {
                assertSums();
            }
        }
        assertSums();
        for (TestClient client : clients) {
            if (client != null) {
                client.wire.breakOff();
            }
        }
        for (int topic = 0; topic < 4; topic++) {
            publisher.retain("t/" + topic, "");
        }
        for (int who = 0; who < clients.length; who++) {
            harness.connect(harness.opening("c" + who).cleanStart()).disconnect();
        }
        publisher.disconnect();
        await().until(() -> harness.engine.sessions().all().isEmpty()
                && harness.engine.clients().isEmpty());
        harness.settle();
        assertEquals(0, memory().used());
        assertFalse(memory().isScarce());
    }

    @Test
    void shouldStayWithinTheBudgetAndLetHealthyClientsGoOn() {
        int budget = 400_000;
        with(new TestSettings().memoryMaximumBytes(budget));
        TestClient stalled = harness.connect("stalled").subscribe("a", Qos.AT_LEAST_ONCE);
        TestClient healthy = harness.connect("healthy").automatic().subscribe("a", Qos.AT_LEAST_ONCE);
        TestClient publisher = harness.connect("p");
        stalled.wire.writable(false);
        int messages = 200;
        int size = 10_000;
        for (int i = 1; i <= messages; i++) {
            publisher.publish("a", "x".repeat(size), Qos.AT_LEAST_ONCE, i);
            publisher.hear(PubAck.class, i);
            harness.settle();
            assertTrue(memory().used() <= budget + 3 * (size + 1_000), () -> memory().used() + " bytes used");
        }
        healthy.hear(Publish.class, messages);
        long dropped = new Admin(harness.engine).statistics().get("messages dropped: memory full");
        long queued = memory().items(Holding.QUEUES);
        assertEquals(messages, dropped + queued);
        assertSums();

        // queues leave a quarter of it to others, who use that up too
        harness.connect("in time");
        for (int i = 0; !memory().isExhausted(); i++) {
            publisher.retain("r/" + i, "x".repeat(size)).hear(PubAck.class, messages + i + 1);
        }
        int acknowledged = publisher.heard(PubAck.class).size();
        assertEquals(
                ReasonCode.QUOTA_EXCEEDED,
                harness.open(harness.opening("late")).hear(ConnAck.class).reasonCode());
        publisher.retain("r", "x");
        assertEquals(
                ReasonCode.QUOTA_EXCEEDED,
                publisher.hear(PubAck.class, acknowledged + 1).get(acknowledged).reasonCode());
        publisher.subscribe("b", Qos.AT_MOST_ONCE);
        assertEquals(
                ReasonCode.QUOTA_EXCEEDED,
                publisher.hear(SubAck.class).reasonCodes().get(0));

        stalled.automatic().wire.writable(true);
        stalled.hear(Publish.class, (int) queued);
        harness.settle();
        assertFalse(memory().isScarce());
        harness.connect("late");
        assertSums();
    }

    @Test
    void shouldBeScarceBeforeQueuesCloseAndFloodedEarlierThen() {
        with(new TestSettings().memoryMaximumBytes(640_000));
        Memory memory = memory();
        memory.add(Holding.TRANSIT, 20_000);
        memory.judge();
        assertFalse(memory.isScarce());
        assertFalse(memory.isFlooded());
        memory.add(Holding.QUEUES, 399_999);
        memory.judge();
        assertTrue(memory.isScarce());
        assertTrue(memory.isFlooded());
        assertFalse(memory.areQueuesClosed());
        memory.add(Holding.QUEUES, 80_001);
        memory.judge();
        assertTrue(memory.areQueuesClosed());
        assertFalse(memory.isExhausted());
    }

    @Test
    void shouldLeaveRoomForThoseWhoFallBehindForAMoment() {
        with(new TestSettings().memoryMaximumBytes(1_000_000));
        TestClient publisher = harness.connect("p");
        for (String id : List.of("stalled-1", "stalled-2")) {
            harness.connect(id).subscribe("a", Qos.AT_LEAST_ONCE).wire.writable(false);
        }
        for (int i = 1; i <= 100; i++) {
            publisher.publish("a", "x".repeat(10_000), Qos.AT_LEAST_ONCE, i);
            publisher.hear(PubAck.class, i);
            harness.settle();
        }
        assertTrue(memory().areQueuesClosed());
        TestClient slow = harness.connect("slow").automatic().subscribe("b", Qos.AT_LEAST_ONCE);
        slow.wire.writable(false);
        for (int i = 101; i <= 110; i++) {
            publisher.publish("b", "x".repeat(10_000), Qos.AT_LEAST_ONCE, i);
            publisher.hear(PubAck.class, i);
            harness.settle();
        }
        slow.wire.writable(true);
        assertEquals(10, slow.hear(Publish.class, 10).size());
        assertTrue(memory().used() < 1_000_000);
    }

    @Test
    void shouldSendNoMoreThanOneMessageAheadOfItsAcknowledgementWhenEverythingIsUsed() {
        with(new TestSettings().memoryMaximumBytes(100_000));
        TestClient silent = harness.connect("silent").subscribe("a", Qos.AT_LEAST_ONCE);
        TestClient publisher = harness.connect("p");
        for (int i = 1; i <= 30; i++) {
            publisher.publish("a", "x".repeat(10_000), Qos.AT_LEAST_ONCE, i);
            publisher.hear(PubAck.class, i);
            harness.settle();
        }
        int sent = silent.publishes().size();
        assertTrue(sent > 1 && sent < 12, () -> sent + " sent");
        silent.automatic().acknowledge(silent.publishes().toArray(Publish[]::new));
        harness.settle();
        Session session = harness.session("silent");
        assertNotNull(session);
        await().until(() -> memory().items(Holding.INFLIGHT) == 0);
    }

    @Test
    void shouldBoundWhatWaitsForAllClientsTogether() {
        with(new TestSettings().queuedMaximumMessages(10));
        keepInMemory();
        TestClient publisher = harness.connect("p");
        for (String id : List.of("x", "y", "z")) {
            harness.connectLasting(id).subscribe("a", Qos.AT_LEAST_ONCE).disconnect();
        }
        for (int i = 1; i <= 20; i++) {
            publisher.publish("a", "m", Qos.AT_LEAST_ONCE, i);
            publisher.hear(PubAck.class, i);
            harness.settle();
        }
        assertTrue(memory().items(Holding.QUEUES) <= 12);
        assertEquals(
                60 - memory().items(Holding.QUEUES),
                new Admin(harness.engine).statistics().get("messages dropped"));
    }

    @Test
    void shouldCountWhatTheTransportHolds() {
        harness.engine.useTraffic(new HeldTraffic(12_345));
        await().until(() -> memory().bytes(Holding.WIRE) == 12_345);
    }

    private record HeldTraffic(long bytesHeld) implements io.mortise.api.connection.Traffic {
        @Override
        public long bytesReceived() {
            return 1;
        }

        @Override
        public long bytesSent() {
            return 2;
        }

        @Override
        public long packetsReceived() {
            return 3;
        }

        @Override
        public long packetsSent() {
            return 4;
        }

        @Override
        public long connectionsTurnedAway() {
            return 5;
        }

        @Override
        public long connectionsStarved() {
            return 6;
        }
    }
}
