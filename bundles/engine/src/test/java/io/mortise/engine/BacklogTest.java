// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.protocol.ConnAck;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.PubAck;
import io.mortise.api.protocol.PubComp;
import io.mortise.api.protocol.PubRec;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.SubAck;
import io.mortise.api.protocol.Subscribe;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What waits for a client is in the store, and comes back in pages. */
@Timeout(120)
class BacklogTest {
    private final Harness harness = new Harness();

    @AfterEach
    void end() {
        harness.close();
    }

    private TestClient comeBack(String clientId) {
        return harness.openAutomatic(harness.opening(clientId).expiry(1000));
    }

    /** Publishes numbers, some dozens at a time. */
    private long statistic(String name) {
        return new Admin(harness.engine).statistics().get(name);
    }

    private static void send(TestClient publisher, int count) {
        for (int i = 0; i < count; i++) {
            publisher.publish("a", Integer.toString(i), Qos.of(1 + i % 2), 1 + i);
            int sent = i + 1;
            if (sent % 50 == 0) {
                await().until(() -> publisher.heard(PubAck.class).size()
                                + publisher.heard(PubComp.class).size()
                        == sent);
            }
        }
    }

    private static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }

    @Test
    @DisplayName("SEC-21, DUR-06: a session that is away has nothing in memory; a restart reads nothing of its backlog")
    void shouldKeepNothingInMemoryWhileAClientIsAwayAndDeliverAllOfItInOrder() {
        harness.connectLasting("away").subscribe("a", Qos.AT_LEAST_ONCE).disconnect();
        TestClient publisher = harness.connectLasting("p").automatic();
        send(publisher, 2_000);
        harness.settle();
        Session session = harness.session("away");
        assertEquals(2_000, session.outbound().queue().size());
        assertEquals(List.of(), session.outbound().toRecords());
        publisher.disconnect();
        harness.settle();
        harness.restart();

        assertEquals(0, harness.sessions.pages);
        assertEquals(2_000, harness.session("away").outbound().queue().size());
        assertEquals(2_000, statistic("messages queued"));
        assertEquals(2_000, statistic("messages queued in the store"));
        assertEquals(List.of(), harness.session("away").outbound().toRecords());
        TestClient again = comeBack("away");
        again.hear(Publish.class, 2_000);
        assertEquals(numbers(2_000), again.texts());
        await().until(() -> harness.stored("away").outbound().isEmpty());
        await().until(() -> statistic("messages queued") == 0);
        assertTrue(harness.sessions.pages >= 4, harness.sessions.pages + " pages");
    }

    @Test
    void shouldDropTheOldestInTheStoreIfThatIsThePolicy() {
        try (Harness small = new Harness(new TestSettings()
                .queueMaximumMessages(100)
                .queueOverflow(Overflow.DROP_OLDEST)
                .build())) {
            small.connectLasting("away").subscribe("a", Qos.AT_LEAST_ONCE).disconnect();
            send(small.connectLasting("p").automatic(), 1_000);
            await().until(() -> small.session("away").outbound().queue().size() == 100);
            await().until(() -> small.stored("away").outbound().size() == 100);
            assertEquals(900, new Admin(small.engine).session("away").dropped());

            TestClient again = small.openAutomatic(small.opening("away").expiry(1000));
            again.hear(Publish.class, 100);
            assertEquals(numbers(1_000).subList(900, 1_000), again.texts());
            await().until(() -> small.stored("away").outbound().isEmpty());
        }
    }

    /** Some of what waits is in memory, and some in the store alone. */
    @Test
    void shouldDropTheOldestOfASlowClientAndKeepTheOrder() {
        try (Harness small = new Harness(new TestSettings()
                .queueMaximumMessages(600)
                .queueOverflow(Overflow.DROP_OLDEST)
                .build())) {
            TestClient slow = small.openAutomatic(small.opening("slow").expiry(1000));
            slow.connAck();
            slow.subscribe("a", Qos.AT_LEAST_ONCE).wire.writable(false);
            TestClient publisher = small.connectLasting("p").automatic();
            send(publisher, 1_500);
            await().until(() -> small.session("slow").outbound().queue().size() == 600);
            slow.wire.writable(true);

            await().until(() -> small.stored("slow").outbound().isEmpty());
            List<String> heard = slow.texts();
            assertEquals(numbers(1_500).subList(900, 1_500), heard);
        }
    }

    /** The client comes, takes some, leaves, or cannot take more for a while, while others publish. */
    @Test
    void shouldLoseNothingAndKeepTheOrderWhateverTheClientDoes() throws Exception {
        int count = 3_000;
        harness.connectLasting("c").subscribe("a", Qos.EXACTLY_ONCE).disconnect();
        TestClient publisher = harness.connectLasting("p").automatic();
        Thread traffic = new Thread(() -> send(publisher, count));
        traffic.start();
        Random random = new Random(21);
        List<String> heard = new ArrayList<>();
        while (traffic.isAlive()) {
            TestClient client = comeBack("c");
            int rounds = 1 + random.nextInt(5);
            for (int round = 0; round < rounds; round++) {
                boolean writable = random.nextBoolean();
                client.wire.writable(writable);
                int before = client.publishes().size();
                await().until(() -> client.publishes().size() > before || !writable || !traffic.isAlive());
                harness.settle();
            }
            client.wire.breakOff();
            harness.settle();
            take(client, heard);
        }
        traffic.join();
        TestClient last = comeBack("c");
        await().until(() -> harness.stored("c").outbound().isEmpty());
        harness.settle();
        take(last, heard);

        assertEquals(numbers(count), heard);
        assertEquals(0, harness.session("c").outbound().queue().size());
    }

    /** What a client has heard for the first time, in its order. */
    private static void take(TestClient client, List<String> heard) {
        for (String text : client.texts()) {
            if (!heard.contains(text)) {
                heard.add(text);
            }
        }
    }

    @Test
    void shouldKeepTheBacklogOfASessionThatEndsWithItsNextConnection() {
        harness.connectLasting("away").subscribe("a", Qos.AT_LEAST_ONCE).disconnect();
        send(harness.connectLasting("p").automatic(), 700);
        harness.settle();
        TestClient again = harness.openAutomatic(harness.opening("away").expiry(0));
        again.hear(Publish.class, 700);

        assertEquals(numbers(700), again.texts());
        again.disconnect();
        harness.settle();
        assertEquals(null, harness.sessions.record("away"));
    }

    @Test
    void shouldHandTheBacklogOverToTheNextEngine() {
        TestClient client = harness.connectLasting("c").subscribe("a", Qos.AT_LEAST_ONCE);
        send(harness.connectLasting("p").automatic(), 1_500);
        harness.settle();
        assertEquals(256, client.publishes().size());
        harness.swap();
        client.automatic();
        List<Publish> first = client.publishes();
        first.forEach(publish -> client.say(new PubAck(publish.packetId())));
        client.hear(Publish.class, 1_500);

        assertEquals(numbers(1_500), client.texts());
    }

    @Test
    @DisplayName("SEC-58: at QoS 2 nothing is sent before the store has its packet identifier")
    void shouldSendAtQos2BehindTheBarrier() {
        TestClient client = harness.connectLasting("c").automatic().subscribe("a", Qos.EXACTLY_ONCE);
        TestClient publisher = harness.connectLasting("p").automatic();
        harness.sessions.barrier.hold();
        publisher.publish("a", "1", Qos.EXACTLY_ONCE, 1);
        await().until(() -> harness.sessions.barrier.held() >= 2);
        harness.settle();
        assertEquals(List.of(), client.texts());
        assertEquals(List.of(), publisher.heard(PubRec.class));
        harness.sessions.barrier.pass();

        client.hear(Publish.class);
        assertEquals(List.of("1"), client.texts());
    }

    @Test
    @DisplayName("DUR-01: while the store takes nothing new, a 5.0 client is told so")
    void shouldRefuseWhatIsNewInTheWordsOfTheProtocol() {
        TestClient client = harness.connectLasting("c");
        TestClient publisher = harness.connect("p");
        harness.sessions.accepting = false;
        client.say(new Subscribe(
                5,
                List.of(new Subscription(TopicFilter.of("a"), Qos.AT_LEAST_ONCE)),
                io.mortise.api.protocol.Properties.NONE));
        assertEquals(
                List.of(ReasonCode.QUOTA_EXCEEDED), client.hear(SubAck.class).reasonCodes());
        publisher.publish("a", "1", Qos.AT_LEAST_ONCE, 1).publish("a", "2", Qos.EXACTLY_ONCE, 2);
        assertEquals(ReasonCode.QUOTA_EXCEEDED, publisher.hear(PubAck.class).reasonCode());
        assertEquals(ReasonCode.QUOTA_EXCEEDED, publisher.hear(PubRec.class).reasonCode());
        TestClient late = harness.open(harness.opening("late").expiry(1000));
        assertEquals(ReasonCode.QUOTA_EXCEEDED, late.hear(ConnAck.class).reasonCode());
        assertEquals(ReasonCode.SUCCESS, harness.connect("passing").connAck().reasonCode());

        harness.sessions.accepting = true;
        client.subscribe("a", Qos.AT_LEAST_ONCE);
        publisher.publish("a", "3", Qos.EXACTLY_ONCE, 2).hear(PubRec.class, 2);
        client.hear(Publish.class);
        assertEquals(List.of("3"), client.texts());
    }

    @Test
    @DisplayName("DUR-01: while the store takes nothing new, a 3.1.1 client is held")
    void shouldHoldAClientThatCannotBeTold() {
        TestClient client = harness.connectLasting("c").automatic().subscribe("a", Qos.AT_LEAST_ONCE);
        TestClient publisher = harness.connect(harness.opening("p").cleanStart().version(ProtocolVersion.MQTT_3_1_1));
        harness.sessions.accepting = false;
        harness.sessions.barrier.hold();
        publisher.publish("a", "1", Qos.AT_LEAST_ONCE, 1);
        await().until(publisher.wire::isPaused);
        publisher.publish("a", "2", Qos.AT_LEAST_ONCE, 2);
        harness.settle();
        assertEquals(List.of(), publisher.heard(PubAck.class));

        harness.sessions.accepting = true;
        harness.sessions.barrier.pass();
        publisher.hear(PubAck.class, 2);
        client.hear(Publish.class, 2);
        assertFalse(publisher.wire.isPaused());
        assertEquals(List.of("1", "2"), client.texts());
    }
}
