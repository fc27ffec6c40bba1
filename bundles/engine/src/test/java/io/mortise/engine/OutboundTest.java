// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.protocol.Disconnect;
import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Packet;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.PubAck;
import io.mortise.api.protocol.PubComp;
import io.mortise.api.protocol.PubRec;
import io.mortise.api.protocol.PubRel;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.RetainHandling;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.store.SessionRecord;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OutboundTest {
    private final Harness harness = new Harness();
    private final TestClient publisher = harness.connect("p");

    @AfterEach
    void end() {
        harness.close();
    }

    private void publish(Qos qos, int from, int to) {
        for (int i = from; i <= to; i++) {
            publisher.publish("a", "m" + i, qos, qos == Qos.AT_MOST_ONCE ? 0 : i);
        }
        harness.settle();
    }

    private SessionRecord kept(String clientId) {
        harness.settle();
        SessionRecord stored = harness.stored(clientId);
        TestConnection anywhere = new TestConnection();
        SessionRecord own = anywhere.call(() -> harness.session(clientId).toRecord(Qos.AT_LEAST_ONCE));
        anywhere.end();
        SessionRecord head = harness.sessions.head(clientId);
        assertEquals(own, Harness.withoutBacklog(head), "what the store has and what the session is");
        assertTrue(harness.session(clientId).outbound().queue().size()
                >= head.backlog().messages());
        return stored;
    }

    @Test
    void shouldSendWithinTheReceiveMaximumAndGoOnWithEachAcknowledgement() {
        TestClient client = harness.connect(harness.opening("c").expiry(1000).with(Property.RECEIVE_MAXIMUM, 2));
        client.subscribe("a", Qos.AT_LEAST_ONCE);
        publish(Qos.AT_LEAST_ONCE, 1, 5);
        assertEquals(List.of("m1", "m2"), client.texts());
        assertEquals(5, kept("c").outbound().size());

        client.say(new PubAck(client.publishes().get(0).packetId()));
        client.hear(Publish.class, 3);
        client.say(
                new PubAck(client.publishes().get(1).packetId()),
                new PubAck(client.publishes().get(2).packetId()));
        client.hear(Publish.class, 5);
        assertEquals(List.of("m1", "m2", "m3", "m4", "m5"), client.texts());
        assertEquals(2, kept("c").outbound().size());
    }

    @Test
    void shouldDeliverAtQos2InTheFourSteps() {
        TestClient client = harness.connectLasting("c").subscribe("a", Qos.EXACTLY_ONCE);
        publish(Qos.EXACTLY_ONCE, 1, 1);
        int packetId = client.hear(Publish.class).packetId();
        client.say(new PubRec(packetId));
        assertEquals(packetId, client.hear(PubRel.class).packetId());
        assertTrue(kept("c").outbound().get(0).received());

        client.say(new PubComp(packetId));
        await().until(() -> kept("c").outbound().isEmpty());
    }

    @Test
    void shouldEndADeliveryThatTheClientRefuses() {
        TestClient client = harness.connectLasting("c").subscribe("a", Qos.EXACTLY_ONCE);
        publish(Qos.EXACTLY_ONCE, 1, 1);
        client.say(new PubRec(client.hear(Publish.class).packetId(), ReasonCode.QUOTA_EXCEEDED, Properties.NONE));

        await().until(() -> kept("c").outbound().isEmpty());
        assertEquals(List.of(), client.heard(PubRel.class));
    }

    /** What is an answer to the other QoS, or comes too early. */
    private enum WrongAnswer {
        PUBREC_AT_QOS_1(Qos.AT_LEAST_ONCE, PubRec::new),
        REFUSAL_AT_QOS_1(Qos.AT_LEAST_ONCE, id -> new PubRec(id, ReasonCode.QUOTA_EXCEEDED, Properties.NONE)),
        PUBCOMP_AT_QOS_1(Qos.AT_LEAST_ONCE, PubComp::new),
        PUBACK_AT_QOS_2(Qos.EXACTLY_ONCE, PubAck::new),
        PUBCOMP_BEFORE_PUBREC(Qos.EXACTLY_ONCE, PubComp::new);

        private final Qos qos;
        private final IntFunction<Packet> answer;

        WrongAnswer(Qos qos, IntFunction<Packet> answer) {
            this.qos = qos;
            this.answer = answer;
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldTakeAnAnswerForAnotherQosAsAProtocolErrorAndSendTheMessageAgain(WrongAnswer wrong) {
        TestClient client = harness.connectLasting("c").subscribe("a", wrong.qos);
        publish(wrong.qos, 1, 1);
        client.say(wrong.answer.apply(client.hear(Publish.class).packetId()));

        assertEquals(ReasonCode.PROTOCOL_ERROR, client.hear(Disconnect.class).reasonCode());
        await().until(client.wire::isClosed);
        assertTrue(harness.connectLasting("c").hear(Publish.class).duplicate());
    }

    @Test
    void shouldSendAgainWhatWasNotAcknowledgedInItsOrderAndMarkedAsDuplicate() {
        TestClient client = harness.connectLasting("c").subscribe("a", Qos.EXACTLY_ONCE);
        publish(Qos.EXACTLY_ONCE, 1, 2);
        publish(Qos.AT_LEAST_ONCE, 3, 4);
        List<Publish> first = client.hear(Publish.class, 4);
        client.say(new PubRec(first.get(0).packetId())).hear(PubRel.class);
        client.wire.breakOff();
        publish(Qos.AT_LEAST_ONCE, 5, 5);
        kept("c");

        TestClient again = harness.connectLasting("c");
        again.hear(Publish.class, 4);
        assertEquals(List.of("m2", "m3", "m4", "m5"), again.texts());
        assertEquals(
                List.of(true, true, true, false),
                again.publishes().stream().map(Publish::duplicate).toList());
        assertEquals(first.get(1).packetId(), again.publishes().get(0).packetId());
        assertEquals(first.get(0).packetId(), again.heard(PubRel.class).get(0).packetId());
    }

    @Test
    void shouldSendAgainNoMoreThanTheNewConnectionTakes() {
        TestClient client = harness.connectLasting("c").subscribe("a", Qos.AT_LEAST_ONCE);
        publish(Qos.AT_LEAST_ONCE, 1, 4);
        client.hear(Publish.class, 4);
        client.wire.breakOff();
        publish(Qos.AT_LEAST_ONCE, 5, 5);

        TestClient again = harness.connect(harness.opening("c").expiry(1000).with(Property.RECEIVE_MAXIMUM, 1));
        for (int i = 1; i <= 5; i++) {
            List<Publish> heard = again.hear(Publish.class, i);
            harness.settle();
            assertEquals(i, again.publishes().size());
            again.say(new PubAck(heard.get(i - 1).packetId()));
        }
        assertEquals(List.of("m1", "m2", "m3", "m4", "m5"), again.texts());
        await().until(() -> kept("c").outbound().isEmpty());
    }

    @Test
    void shouldNotSendAgainWhatTheClientMayNoLongerReceive() {
        TestClient client = harness.connectLasting("c").subscribe("a", Qos.AT_LEAST_ONCE);
        publish(Qos.AT_LEAST_ONCE, 1, 2);
        client.hear(Publish.class, 2);
        client.wire.breakOff();
        harness.auth.permissions = new TestAuth.OnTopics(topic -> false);
        TestClient again = harness.connectLasting("c");
        harness.settle();

        assertEquals(List.of(), again.publishes());
        assertEquals(List.of(), kept("c").outbound());
    }

    @Test
    void shouldHoldBackWhileTheConnectionDoesNotKeepUp() {
        TestClient client = harness.connect("c").subscribe("a", Qos.AT_MOST_ONCE);
        client.wire.writable(false);
        publish(Qos.AT_MOST_ONCE, 1, 3);
        assertEquals(List.of(), client.texts());

        client.wire.writable(true);
        client.hear(Publish.class, 3);
        assertEquals(List.of("m1", "m2", "m3"), client.texts());
    }

    @Test
    void shouldBoundTheQueueInMessagesAndCountWhatIsDropped() {
        try (Harness small = new Harness(new TestSettings()
                .queueMaximumMessages(3)
                .queueMaximumBytes(100_000)
                .build())) {
            small.connectLasting("c").subscribe("a", Qos.AT_LEAST_ONCE).disconnect();
            small.settle();
            TestClient sender = small.connect("p");
            for (int i = 1; i <= 5; i++) {
                sender.publish("a", "m" + i, Qos.AT_LEAST_ONCE, i).hear(PubAck.class, i);
                small.settle();
            }
            assertEquals(2, new Admin(small.engine).session("c").dropped());
            assertEquals(3, small.stored("c").outbound().size());
            TestClient again = small.connectLasting("c");
            again.hear(Publish.class, 3);
            assertEquals(List.of("m1", "m2", "m3"), again.texts());
        }
    }

    @Test
    void shouldBoundTheQueueInBytes() {
        try (Harness small = new Harness(new TestSettings()
                .queueMaximumMessages(1000)
                .queueMaximumBytes(5_000)
                .build())) {
            small.connectLasting("c").subscribe("a", Qos.AT_LEAST_ONCE).disconnect();
            small.settle();
            TestClient sender = small.connect("p");
            for (int i = 1; i <= 4; i++) {
                sender.publish("a", "x".repeat(2000), Qos.AT_LEAST_ONCE, i).hear(PubAck.class, i);
                small.settle();
            }
            assertEquals(2, new Admin(small.engine).session("c").dropped());
            assertEquals(2, new Admin(small.engine).session("c").queued());
        }
    }

    @Test
    void shouldForgetQos0WithTheConnectionAndTakeNoneWithoutOne() {
        TestClient client = harness.connectLasting("c").subscribe("a", Qos.AT_MOST_ONCE);
        client.wire.writable(false);
        publish(Qos.AT_MOST_ONCE, 1, 2);
        client.wire.breakOff();
        harness.settle();
        publish(Qos.AT_MOST_ONCE, 3, 3);
        TestClient again = harness.connectLasting("c");
        publish(Qos.AT_MOST_ONCE, 4, 4);

        again.hear(Publish.class);
        assertEquals(List.of("m4"), again.texts());
    }

    @Test
    void shouldDropWhatIsTooLargeAndWhatHasExpired() {
        TestClient client = harness.connectLasting("c").subscribe("a", Qos.AT_LEAST_ONCE);
        client.wire.largestPayload(10);
        publisher.publish("a", "x".repeat(11), Qos.AT_LEAST_ONCE, 1);
        publisher.publish("a", "small", Qos.AT_LEAST_ONCE, 2);
        client.hear(Publish.class);
        client.acknowledge(client.publishes().get(0));
        await().until(() -> kept("c").outbound().isEmpty());
        client.disconnect();
        publisher.say(new Publish(
                new Message(
                        Topic.of("a"),
                        Payload.of("late"),
                        Qos.AT_LEAST_ONCE,
                        false,
                        Properties.NONE,
                        harness.clock.millis + 1),
                3));
        publisher.hear(PubAck.class, 3);
        harness.clock.millis += 1;
        TestClient again = harness.connectLasting("c");
        harness.settle();

        assertEquals(List.of(), again.texts());
        assertEquals(List.of(), kept("c").outbound());
    }

    @Test
    void shouldDropALargeMessageThatASmallerClientIsSentAgain() {
        TestClient client = harness.connectLasting("c").subscribe("a", Qos.AT_LEAST_ONCE);
        publisher.publish("a", "x".repeat(11), Qos.AT_LEAST_ONCE, 1);
        client.hear(Publish.class);
        client.wire.breakOff();
        TestClient again = new TestClient(harness.wire());
        again.wire.largestPayload(10);
        again.say(harness.opening("c").expiry(1000).build()).connAck();
        harness.settle();

        assertEquals(List.of(), again.publishes());
        assertEquals(List.of(), kept("c").outbound());
    }

    @Test
    void shouldKeepTheRetainFlagOnlyForThoseWhoAskedForIt() {
        TestClient plain = harness.connect("c").subscribe("a", Qos.AT_MOST_ONCE);
        TestClient asPublished = harness.connect("d")
                .subscribe(new Subscription(
                        TopicFilter.of("a"),
                        Qos.AT_MOST_ONCE,
                        false,
                        true,
                        RetainHandling.SEND_AT_SUBSCRIBE,
                        List.of(12)));
        publisher.retain("a", "1");

        assertFalse(plain.hear(Publish.class).retain());
        assertTrue(asPublished.hear(Publish.class).retain());
        assertEquals(List.of(12), asPublished.publishes().get(0).subscriptionIdentifiers());
    }
}
