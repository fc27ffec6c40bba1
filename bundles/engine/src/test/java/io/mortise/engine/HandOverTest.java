// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.auth.Verdict;
import io.mortise.api.connection.HandOver;
import io.mortise.api.protocol.ConnAck;
import io.mortise.api.protocol.Disconnect;
import io.mortise.api.protocol.PingReq;
import io.mortise.api.protocol.PingResp;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.PubAck;
import io.mortise.api.protocol.PubComp;
import io.mortise.api.protocol.PubRec;
import io.mortise.api.protocol.PubRel;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.Topic;
import io.mortise.api.store.SessionRecord;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One engine goes, another comes, and the connections stay. */
@Timeout(60)
class HandOverTest {
    private final Harness harness = new Harness();

    @AfterEach
    void end() {
        harness.close();
    }

    @Test
    void shouldGoOnWithWhatIsInFlightBothWays() {
        TestClient client = harness.connect(harness.opening("c").with(Property.RECEIVE_MAXIMUM, 3));
        client.subscribe("a", Qos.EXACTLY_ONCE);
        TestClient publisher = harness.connect("p");
        publisher.publish("a", "1", Qos.EXACTLY_ONCE, 1);
        publisher.publish("a", "2", Qos.EXACTLY_ONCE, 2);
        publisher.publish("a", "3", Qos.AT_LEAST_ONCE, 3);
        publisher.publish("a", "4", Qos.AT_LEAST_ONCE, 4).hear(PubAck.class, 2);
        List<Publish> sent = client.hear(Publish.class, 3);
        client.say(new PubRec(sent.get(0).packetId())).hear(PubRel.class);
        harness.settle();
        harness.swap();
        harness.settle();
        assertEquals(3, client.publishes().size(), "nothing is sent again on the same connection");

        client.complete(sent.get(0).packetId());
        client.say(new PubRec(sent.get(1).packetId()), new PubAck(sent.get(2).packetId()));
        assertEquals(sent.get(1).packetId(), client.hear(PubRel.class, 2).get(1).packetId());
        client.hear(Publish.class, 4);
        assertEquals(List.of("1", "2", "3", "4"), client.texts());

        publisher.publish("a", "1", Qos.EXACTLY_ONCE, 1).hear(PubRec.class, 3);
        publisher.say(new PubRel(1), new PubRel(2)).hear(PubComp.class, 2);
        assertTrue(
                publisher.heard(PubComp.class).stream().allMatch(answer -> answer.reasonCode() == ReasonCode.SUCCESS));
        harness.settle();
        assertEquals(4, client.publishes().size());
        assertEquals(1, client.heard(ConnAck.class).size());
    }

    @Test
    void shouldKeepAliasesSubscriptionsAndWill() {
        TestClient client = harness.connect(harness.opening("c").will("will", 0));
        client.subscribe("a", Qos.AT_MOST_ONCE).say(InboundTest.aliased(Topic.of("a"), 2));
        client.hear(Publish.class);
        TestClient witness = harness.connect("w").subscribe("will", Qos.AT_MOST_ONCE);
        harness.swap();
        client.say(InboundTest.aliased(Topic.NONE, 2));
        client.hear(Publish.class, 2);
        client.wire.breakOff();

        assertEquals(Topic.of("will"), witness.hear(Publish.class).message().topic());
        assertEquals(1, harness.router.size());
    }

    @Test
    void shouldHandOverEveryKindOfQueuedMessage() {
        TestClient client = harness.connect("c").subscribe("a", Qos.AT_LEAST_ONCE);
        client.wire.writable(false);
        TestClient publisher = harness.connect("p");
        publisher
                .publish("a", "0")
                .publish("a", "1", Qos.AT_LEAST_ONCE, 1)
                .publish("a", "2")
                .hear(PubAck.class);
        harness.settle();
        harness.swap();
        client.wire.writable(true);

        client.hear(Publish.class, 3);
        assertEquals(List.of("0", "1", "2"), client.texts());
    }

    @Test
    void shouldFinishWhatIsToBeSentAgain() {
        TestClient client = harness.connectLasting("c").subscribe("a", Qos.AT_LEAST_ONCE);
        TestClient publisher = harness.connect("p");
        publisher.publish("a", "1", Qos.AT_LEAST_ONCE, 1).publish("a", "2", Qos.AT_LEAST_ONCE, 2);
        client.hear(Publish.class, 2);
        client.wire.breakOff();
        TestClient again = new TestClient(harness.wire());
        again.wire.writable(false);
        again.say(harness.opening("c").expiry(1000).build()).connAck();
        harness.settle();
        harness.swap();
        again.wire.writable(true);
        harness.settle();

        assertEquals(List.of("1", "2"), again.texts());
        assertTrue(again.publishes().stream().allMatch(Publish::duplicate));
    }

    @Test
    void shouldFinishTheReplayOfRetainedMessages() {
        TestClient publisher = harness.connect("p");
        for (int i = 0; i < 100; i++) {
            publisher.retain("r/" + i, "x");
        }
        publisher.hear(PubAck.class, 100);
        TestClient client = harness.connect("c");
        client.wire.writable(false);
        client.subscribe("r/#", Qos.AT_MOST_ONCE);
        harness.settle();
        harness.swap();
        client.wire.writable(true);

        client.hear(Publish.class, 100);
    }

    @Test
    void shouldJudgeAConnectThatIsNotAnsweredYetAnew() {
        CompletableFuture<Verdict> never = new CompletableFuture<>();
        harness.auth.verdict = attempt -> never;
        TestClient client = harness.open(harness.opening("c").user("alice"));
        await().until(() -> harness.auth.attempts.get() == 1);
        TestClient quiet = new TestClient(harness.wire());
        harness.auth.verdict = attempt -> CompletableFuture.completedFuture(new Verdict.Accept("alice"));
        harness.swap();
        client.connAck();
        quiet.say(harness.opening("quiet").build()).connAck();

        assertEquals("alice", harness.session("c").principal());
        assertEquals(1, client.heard(ConnAck.class).size());
    }

    @Test
    void shouldWaitForAcknowledgementsOnTheirWay() throws Exception {
        TestClient publisher = harness.connect("p");
        harness.sessions.barrier.hold();
        publisher.publish("a", "1", Qos.AT_LEAST_ONCE, 1);
        await().until(() -> harness.sessions.barrier.held() == 1);
        publisher.wire.hold();
        CompletableFuture<HandOver> left = publisher.wire.release();
        harness.settle();
        assertFalse(left.isDone());
        harness.sessions.barrier.pass();

        assertNotNull(left.get(10, TimeUnit.SECONDS).established());
        publisher.hear(PubAck.class);
    }

    /** At QoS 2 a message is sent when its packet identifier is safe; the next broker takes what is in flight for sent. */
    @Test
    void shouldSendWhatIsNotSafeYetBeforeItHandsOver() throws Exception {
        TestClient subscriber = harness.connectLasting("c").automatic().subscribe("a", Qos.EXACTLY_ONCE);
        TestClient publisher = harness.connectLasting("p").automatic();
        CountDownLatch go = new CountDownLatch(1);
        subscriber.wire.executor().execute(() -> awaitQuietly(go));
        CompletableFuture<HandOver> left = new CompletableFuture<>();
        subscriber
                .wire
                .executor()
                .execute(() ->
                        subscriber.wire.releaseNow().whenComplete((handOver, failure) -> left.complete(handOver)));
        publisher.publish("a", "x", Qos.EXACTLY_ONCE, 1);
        await().until(() -> harness.session("c").mailbox().size() > 0);
        harness.sessions.barrier.hold();
        go.countDown();
        await().until(() -> harness.sessions.barrier.held() > 0);
        assertFalse(left.isDone());
        harness.sessions.barrier.pass();
        HandOver handOver = left.get(10, TimeUnit.SECONDS);
        assertEquals(1, handOver.established().session().outbound().size());
        subscriber.hear(Publish.class);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void shouldWaitForAConnAckOnItsWay() throws Exception {
        harness.sessions.barrier.hold();
        TestClient client = harness.open(harness.opening("c").expiry(1000));
        await().until(() -> harness.sessions.barrier.held() == 1);
        client.wire.hold();
        CompletableFuture<HandOver> left = client.wire.release();
        harness.sessions.barrier.pass();

        assertNotNull(left.get(10, TimeUnit.SECONDS).established());
        client.connAck();
    }

    @Test
    void shouldHandOverWhileAPartIsAway() {
        TestClient client = harness.connectLasting("c").automatic().subscribe("a", Qos.EXACTLY_ONCE);
        TestClient publisher = harness.connect("p");
        client.wire.writable(false);
        publisher.publish("a", "1", Qos.AT_LEAST_ONCE, 1).hear(PubAck.class);
        harness.engine.loseSessionStore(harness.sessions);
        client.wire.writable(true);
        harness.swap();

        assertEquals("1", client.hear(Publish.class).message().payload().toText());
        publisher.publish("a", "2", Qos.AT_LEAST_ONCE, 2).hear(PubAck.class, 2);
        client.hear(Publish.class, 2);
        assertEquals(1, harness.router.size());
        assertFalse(client.wire.isClosed());
    }

    @Test
    void shouldGiveTheSessionsThatWereHandedOverToAStoreThatDoesNotHaveThem() {
        TestClient client = harness.connectLasting("c").subscribe("a", Qos.AT_LEAST_ONCE);
        harness.connect("p").publish("a", "1", Qos.AT_LEAST_ONCE, 1).hear(PubAck.class);
        client.hear(Publish.class);
        harness.settle();
        SessionRecord before = harness.stored("c");
        harness.engine.loseSessionStore(harness.sessions);
        harness.sessions = new TestSessionStore();
        harness.swap();

        assertEquals(before, harness.stored("c"));
    }

    @Test
    void shouldLeaveNothingOfItsSessionsInTheRouter() {
        harness.connectLasting("c").subscribe("a", Qos.AT_LEAST_ONCE);
        harness.connectLasting("d").subscribe("a", Qos.AT_LEAST_ONCE).disconnect();
        Engine old = harness.engine;
        harness.swap();

        assertEquals(2, harness.router.size());
        assertThrows(IllegalStateException.class, () -> old.accept(new TestConnection(harness.loops.get(0))));
        assertTrue(old.clients().isEmpty());
        assertEquals(1, harness.auth.open.get());
    }

    @Test
    void shouldLeaveToTheNextBrokerTheWillOfAConnectionThatEndsMeanwhile() {
        TestClient witness = harness.connect("w").subscribe("will/#", Qos.AT_LEAST_ONCE);
        TestClient passing = harness.connect(harness.opening("passing").will("will/passing", 0));
        TestClient lasting =
                harness.connect(harness.opening("lasting").expiry(50).will("will/lasting", 0));
        witness.wire.hold();
        HandOver left = witness.wire.release().join();
        passing.wire.breakOff();
        lasting.wire.breakOff();
        harness.engine.retire();
        Engine next = harness.fresh(Harness.SETTINGS);
        witness.wire.resume(next, left);
        next.serve();
        harness.engine = next;

        witness.hear(Publish.class, 2);
        await().until(() -> harness.session("passing") == null);
        assertNull(harness.sessions.record("passing"));
        assertNotNull(harness.session("lasting"));
    }

    @Test
    void shouldHandOverASessionThatIsBeingTakenOver() {
        harness.connectLasting("c").subscribe("a", Qos.AT_LEAST_ONCE);
        TestClient second = harness.open(harness.opening("c").expiry(1000));
        harness.swap();
        second.connAck();
        harness.settle();
        harness.connect("p").publish("a", "1", Qos.AT_LEAST_ONCE, 1).hear(PubAck.class);

        second.hear(Publish.class);
        assertEquals(second.wire, harness.session("c").client().connection());
    }

    @Test
    void shouldLetTheLimitsOfTheNextConfigurationCutNobodyOff() {
        TestClient client = harness.connect("c").subscribe("a", Qos.AT_MOST_ONCE);
        client.say(InboundTest.aliased(Topic.of("a"), 16)).hear(Publish.class);
        harness.swap(new TestSettings()
                .receiveMaximum(1)
                .inflightMaximum(1)
                .queueMaximumMessages(100)
                .queueMaximumBytes(100_000)
                .topicAliasMaximum(0)
                .subscriptionsMaximum(1)
                .sessionsMaximum(1)
                .expiryMaximumSeconds(1)
                .build());
        client.say(InboundTest.aliased(Topic.NONE, 16)).hear(Publish.class, 2);
        client.publish("b", "1", Qos.EXACTLY_ONCE, 1).publish("b", "2", Qos.EXACTLY_ONCE, 2);
        client.hear(PubRec.class, 2);
        client.say(PingReq.INSTANCE).hear(PingResp.class);

        assertEquals(List.of(), client.heard(Disconnect.class));
    }

    @Test
    void shouldLoseAndDoubleNothingAndKeepTheOrderUnderTraffic() throws Exception {
        TestClient one = harness.connect("s1").automatic().subscribe("a", Qos.EXACTLY_ONCE);
        TestClient two = harness.connectLasting("s2").automatic().subscribe("a", Qos.AT_LEAST_ONCE);
        harness.connectLasting("away").subscribe("a", Qos.AT_LEAST_ONCE).disconnect();
        TestClient publisher = harness.connect("p").automatic();
        int count = 600;
        Thread traffic = new Thread(() -> PartsTest.send(publisher, count));
        traffic.start();
        for (int round = 0; round < 8; round++) {
            int heard = one.publishes().size();
            await().until(() -> one.publishes().size() > heard || !traffic.isAlive());
            harness.swap();
        }
        traffic.join(20_000);
        one.hear(Publish.class, count);
        two.hear(Publish.class, count);
        harness.settle();

        List<String> expected =
                IntStream.range(0, count).mapToObj(Integer::toString).toList();
        assertEquals(expected, one.texts());
        assertEquals(expected, two.texts());
        await().until(() -> harness.stored("s2").outbound().isEmpty());
        assertEquals(
                expected,
                harness.stored("away").outbound().stream()
                        .map(message -> message.message().payload().toText())
                        .toList());
    }
}
