// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.mortise.api.protocol.Disconnect;
import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Packet;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.PubAck;
import io.mortise.api.protocol.PubComp;
import io.mortise.api.protocol.PubRec;
import io.mortise.api.protocol.PubRel;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.Topic;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InboundTest {
    private final Harness harness = new Harness();
    private final TestClient subscriber = harness.connect("s").subscribe("#", Qos.EXACTLY_ONCE);

    @AfterEach
    void end() {
        harness.close();
    }

    private static Publish qos2(int packetId) {
        return new Publish(TestClient.message("a", "m" + packetId, Qos.EXACTLY_ONCE, false), packetId);
    }

    @Test
    void shouldAcknowledgeInOrderAndOnlyWhatIsSafe() {
        TestClient publisher = harness.connect("p");
        harness.sessions.barrier.hold();
        publisher.publish("a", "1", Qos.AT_LEAST_ONCE, 1).publish("a", "2", Qos.AT_LEAST_ONCE, 2);
        subscriber.hear(Publish.class, 2);
        harness.settle();
        assertEquals(List.of(), publisher.heard(PubAck.class));

        harness.sessions.barrier.pass();
        assertEquals(List.of(new PubAck(1), new PubAck(2)), publisher.hear(PubAck.class, 2));
    }

    @Test
    void shouldAcknowledgeNothingThatTheStoreCouldNotKeep() {
        TestClient publisher = harness.connect("p");
        harness.sessions.barrier.hold();
        publisher.publish("a", "1", Qos.AT_LEAST_ONCE, 1);
        await().until(() -> harness.sessions.barrier.held() == 1);
        harness.sessions.barrier.fail();

        assertEquals(
                ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
                publisher.hear(Disconnect.class).reasonCode());
        assertEquals(List.of(), publisher.heard(PubAck.class));
        assertFalse(subscriber.wire.isClosed());
    }

    @Test
    void shouldWaitForTheRetainedStoreToo() {
        TestClient publisher = harness.connect("p");
        harness.retained.barrier.hold();
        publisher.retain("a", "1");
        await().until(() -> harness.retained.barrier.held() == 1);
        harness.settle();
        assertEquals(List.of(), publisher.heard(PubAck.class));

        harness.retained.barrier.pass();
        publisher.hear(PubAck.class);
    }

    @Test
    void shouldRouteAQos2MessageOnceHoweverOftenItComes() {
        TestClient publisher = harness.connectLasting("p");
        publisher.say(qos2(9), qos2(9));
        publisher.hear(PubRec.class, 2);
        publisher.wire.breakOff();
        TestClient again = harness.connectLasting("p");
        again.say(qos2(9)).hear(PubRec.class);
        assertEquals(Set.of(9), harness.stored("p").inboundPacketIds());

        again.say(new PubRel(9));
        assertEquals(ReasonCode.SUCCESS, again.hear(PubComp.class).reasonCode());
        assertEquals(Set.of(), harness.stored("p").inboundPacketIds());
        again.say(qos2(9)).hear(PubRec.class, 2);
        subscriber.hear(Publish.class, 2);
        harness.settle();
        assertEquals(2, subscriber.publishes().size());
    }

    @Test
    void shouldSayThatAnIdentifierIsUnknown() {
        TestClient publisher = harness.connect("p");
        publisher.say(new PubRel(4));

        assertEquals(
                ReasonCode.PACKET_IDENTIFIER_NOT_FOUND,
                publisher.hear(PubComp.class).reasonCode());
    }

    @Test
    void shouldSayWhenNobodyListensAndWhenItIsForbidden() {
        harness.auth.permissions = new TestAuth.OnTopics(topic -> !topic.equals("secret"));
        TestClient publisher = harness.connect("p");
        publisher.publish("$x", "1", Qos.AT_LEAST_ONCE, 1);
        publisher.publish("secret", "2", Qos.AT_LEAST_ONCE, 2);
        publisher.publish("secret", "3", Qos.EXACTLY_ONCE, 3);
        publisher.publish("secret", "4");
        publisher.publish("/".repeat(40), "5", Qos.AT_LEAST_ONCE, 5);
        publisher.publish("a", "6", Qos.AT_LEAST_ONCE, 6);

        List<PubAck> answers = publisher.hear(PubAck.class, 4);
        assertEquals(
                List.of(
                        ReasonCode.NO_MATCHING_SUBSCRIBERS,
                        ReasonCode.NOT_AUTHORIZED,
                        ReasonCode.TOPIC_NAME_INVALID,
                        ReasonCode.SUCCESS),
                answers.stream().map(PubAck::reasonCode).toList());
        assertEquals(ReasonCode.NOT_AUTHORIZED, publisher.hear(PubRec.class).reasonCode());
        subscriber.hear(Publish.class);
        harness.settle();
        assertEquals(List.of("6"), subscriber.texts());
    }

    @Test
    void shouldEnforceTheReceiveMaximumAtQos2() {
        try (Harness narrow = narrow()) {
            TestClient publisher = narrow.connect("p");
            publisher.say(qos2(1), qos2(2), qos2(3), qos2(3)).hear(PubRec.class, 4);
            publisher.say(new PubRel(1)).hear(PubComp.class);
            publisher.say(qos2(4)).hear(PubRec.class, 5);
            publisher.say(qos2(5));

            assertEquals(
                    ReasonCode.RECEIVE_MAXIMUM_EXCEEDED,
                    publisher.hear(Disconnect.class).reasonCode());
        }
    }

    @Test
    void shouldEnforceTheReceiveMaximumAtQos1WhileTheStoreIsSlow() {
        try (Harness narrow = narrow()) {
            TestClient publisher = narrow.connect("p");
            narrow.sessions.barrier.hold();
            publisher.say(qos1(1), qos1(2), qos1(3), qos1(4));

            assertEquals(
                    ReasonCode.RECEIVE_MAXIMUM_EXCEEDED,
                    publisher.hear(Disconnect.class).reasonCode());
        }
    }

    @Test
    void shouldCountAQos2MessageOnceWhileItsPubRecWaits() {
        try (Harness narrow = narrow()) {
            TestClient publisher = narrow.connect("p");
            narrow.sessions.barrier.hold();
            publisher.say(qos2(1), qos2(2), qos2(3));
            await().until(() -> narrow.sessions.barrier.held() == 3);
            narrow.sessions.barrier.pass();

            publisher.hear(PubRec.class, 3);
            assertFalse(publisher.wire.isClosed());
        }
    }

    @Test
    void shouldNotCountWhatCameOnAnEarlierConnection() {
        try (Harness narrow = narrow()) {
            narrow.connectLasting("p").say(qos2(1), qos2(2), qos2(3)).hear(PubRec.class, 3);
            TestClient again = narrow.connectLasting("p");
            again.say(qos2(4), qos2(5), qos2(6)).hear(PubRec.class, 3);
            again.say(new PubRel(1), new PubRel(2)).hear(PubComp.class, 2);
            again.say(qos2(7));

            assertEquals(
                    ReasonCode.RECEIVE_MAXIMUM_EXCEEDED,
                    again.hear(Disconnect.class).reasonCode());
        }
    }

    @Test
    void shouldStopReadingAClientWithoutAReceiveMaximumUntilTheStoreHasCaughtUp() {
        try (Harness narrow = narrow()) {
            TestClient publisher = narrow.connect(narrow.opening("p").version(ProtocolVersion.MQTT_3_1_1));
            narrow.sessions.barrier.hold();
            publisher.say(qos1(1), qos1(2), qos1(3), qos1(4));
            await().until(publisher.wire::isPaused);
            publisher.say(qos1(5));
            narrow.sessions.barrier.pass();

            publisher.hear(PubAck.class, 5);
            assertFalse(publisher.wire.isPaused());
        }
    }

    @Test
    void shouldKnowTheTopicOfAnAlias() {
        TestClient publisher = harness.connect("p");
        publisher.say(aliased(Topic.of("a"), 3), aliased(Topic.NONE, 3));
        subscriber.hear(Publish.class, 2);
        assertEquals(Topic.of("a"), subscriber.publishes().get(1).message().topic());

        publisher.say(aliased(Topic.NONE, 4));
        assertEquals(ReasonCode.PROTOCOL_ERROR, publisher.hear(Disconnect.class).reasonCode());
    }

    @Test
    void shouldForwardWhatAMessageSaysAboutItself() {
        Properties said = Properties.builder()
                .number(Property.PAYLOAD_FORMAT_INDICATOR, 1)
                .text(Property.CONTENT_TYPE, "text/plain")
                .text(Property.RESPONSE_TOPIC, "answers")
                .binary(Property.CORRELATION_DATA, Payload.of("7"))
                .user("z", "1")
                .user("a", "2")
                .user("z", "1")
                .build();
        Message message = new Message(Topic.of("a"), Payload.of("x"), Qos.AT_MOST_ONCE, false, said, Message.NEVER);
        harness.connect("p").say(new Publish(message, 0));

        assertEquals(said, subscriber.hear(Publish.class).message().properties(), "user properties in their order");
    }

    @Test
    void shouldTakePermissionsBackWhileTheClientIsConnected() {
        TestClient publisher = harness.connect("p");
        publisher.publish("a", "1", Qos.AT_LEAST_ONCE, 1).hear(PubAck.class);
        harness.auth.lastGrant.accept(new TestAuth.OnTopics(topic -> false));
        publisher.publish("a", "2", Qos.AT_LEAST_ONCE, 2);

        assertEquals(
                ReasonCode.NOT_AUTHORIZED,
                publisher.hear(PubAck.class, 2).get(1).reasonCode());
        subscriber.hear(Publish.class);
        assertEquals(List.of("1"), subscriber.texts());
    }

    static Packet aliased(Topic topic, int alias) {
        return new Publish(
                new Message(topic, Payload.of("x"), Qos.AT_MOST_ONCE, false),
                Qos.AT_MOST_ONCE,
                false,
                false,
                0,
                alias,
                List.of());
    }

    private static Publish qos1(int packetId) {
        return new Publish(TestClient.message("a", "m" + packetId, Qos.AT_LEAST_ONCE, false), packetId);
    }

    private static Harness narrow() {
        return new Harness(new TestSettings().receiveMaximum(3).build());
    }
}
