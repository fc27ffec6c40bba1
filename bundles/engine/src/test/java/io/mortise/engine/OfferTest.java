// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.connection.HandOver.Capabilities;
import io.mortise.api.protocol.Disconnect;
import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.PubAck;
import io.mortise.api.protocol.PubRec;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.RetainHandling;
import io.mortise.api.protocol.SubAck;
import io.mortise.api.protocol.Subscribe;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.protocol.Will;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What clients are offered, told, and held to (MQTT 5.0, 3.2.2.3). */
@Timeout(60)
class OfferTest {
    private static final Capabilities NONE = new Capabilities(Qos.AT_MOST_ONCE, false, false, false, false);
    private static final Offer LITTLE = new Offer(NONE, 0, false, "", null);
    private static final Offer CHECKED = new Offer(Capabilities.ALL, 16, true, "", null);
    private static final Payload NO_UTF_8 = Payload.of((byte) 'a', (byte) 0xC3);

    private static Offer with(Capabilities capabilities) {
        return new Offer(capabilities, 16, false, "", null);
    }

    private static Publish formatted(Qos qos, int packetId, long format, Payload payload) {
        Properties properties = Properties.builder()
                .number(Property.PAYLOAD_FORMAT_INDICATOR, format)
                .build();
        return new Publish(new Message(Topic.of("a"), payload, qos, false, properties, Message.NEVER), packetId);
    }

    private static Subscription identified(String filter) {
        return new Subscription(
                TopicFilter.of(filter), Qos.AT_MOST_ONCE, false, false, RetainHandling.SEND_AT_SUBSCRIBE, List.of(7));
    }

    private static Subscription plain(String filter) {
        return new Subscription(TopicFilter.of(filter), Qos.EXACTLY_ONCE);
    }

    private static ReasonCode farewell(TestClient client) {
        ReasonCode reasonCode = client.hear(Disconnect.class).reasonCode();
        await().until(client.wire::isClosed);
        return reasonCode;
    }

    private static ReasonCode refusal(TestClient client) {
        ReasonCode reasonCode = client.connAck().reasonCode();
        await().until(client.wire::isClosed);
        return reasonCode;
    }

    @Test
    void shouldTellWhatIsNotOfferedAndNothingElse() {
        try (Harness harness = new Harness(LITTLE)) {
            Properties told = harness.connect("c").connAck().properties();
            assertEquals(0, told.number(Property.MAXIMUM_QOS, -1));
            assertEquals(0, told.number(Property.RETAIN_AVAILABLE, -1));
            assertEquals(0, told.number(Property.WILDCARD_SUBSCRIPTION_AVAILABLE, -1));
            assertEquals(0, told.number(Property.SUBSCRIPTION_IDENTIFIER_AVAILABLE, -1));
            assertEquals(0, told.number(Property.SHARED_SUBSCRIPTION_AVAILABLE, -1));
        }
        try (Harness harness = new Harness()) {
            Properties told = harness.connect("c").connAck().properties();
            assertFalse(told.has(Property.MAXIMUM_QOS));
            assertFalse(told.has(Property.RETAIN_AVAILABLE));
            assertFalse(told.has(Property.WILDCARD_SUBSCRIPTION_AVAILABLE));
            assertFalse(told.has(Property.SUBSCRIPTION_IDENTIFIER_AVAILABLE));
            assertFalse(told.has(Property.SHARED_SUBSCRIPTION_AVAILABLE));
        }
    }

    @Test
    void shouldHoldA50ClientToIt() {
        try (Harness harness = new Harness(LITTLE)) {
            assertEquals(
                    ReasonCode.QOS_NOT_SUPPORTED,
                    farewell(harness.connect("c").publish("a", "1", Qos.AT_LEAST_ONCE, 1)));
            TestClient retaining =
                    harness.connect("c").say(new Publish(TestClient.message("a", "1", Qos.AT_MOST_ONCE, true), 0));
            assertEquals(ReasonCode.RETAIN_NOT_SUPPORTED, farewell(retaining));
            assertEquals(ReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED, subscribing(harness, plain("a/#")));
            assertEquals(ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED, subscribing(harness, plain("$share/g/a")));
            assertEquals(ReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED, subscribing(harness, identified("a")));
            assertEquals(0, harness.router.size());
        }
    }

    private static ReasonCode subscribing(Harness harness, Subscription subscription) {
        TestClient client = harness.connect("c");
        client.say(new Subscribe(5, List.of(plain("b"), subscription), Properties.NONE));
        return farewell(client);
    }

    @Test
    void shouldRefuseAnOlderClientWhatItCannotBeTold() {
        try (Harness harness = new Harness(LITTLE)) {
            TestClient client = harness.connect(harness.opening("c").version(ProtocolVersion.MQTT_3_1_1));
            client.subscribe(plain("a/#"), plain("$share/g/a"), plain("a"));
            List<ReasonCode> said = client.hear(SubAck.class).reasonCodes();
            assertTrue(said.get(0).isError());
            assertTrue(said.get(1).isError());
            assertEquals(ReasonCode.SUCCESS, said.get(2), "granted at QoS 0");
            client.publish("a", "1", Qos.AT_LEAST_ONCE, 1);
            await().until(client.wire::isClosed);
            assertTrue(client.heard(Publish.class).isEmpty());
        }
    }

    @Test
    void shouldGrantNoHigherQosThanThereIs() {
        try (Harness harness = new Harness(with(new Capabilities(Qos.AT_LEAST_ONCE, true, true, true, true)))) {
            TestClient client = harness.connect("c").subscribe("a", Qos.EXACTLY_ONCE);
            assertEquals(
                    List.of(ReasonCode.GRANTED_QOS_1), client.hear(SubAck.class).reasonCodes());
            harness.connect("p").publish("a", "1", Qos.AT_LEAST_ONCE, 1);
            assertEquals(Qos.AT_LEAST_ONCE, client.hear(Publish.class).qos());
        }
    }

    @Test
    void shouldRefuseAWillThatIsNotOffered() {
        try (Harness harness = new Harness(LITTLE)) {
            assertEquals(
                    ReasonCode.QOS_NOT_SUPPORTED,
                    refusal(harness.open(harness.opening("c").will("w", 0))));
        }
        try (Harness harness = new Harness(with(new Capabilities(Qos.EXACTLY_ONCE, false, true, true, true)))) {
            Will will = new Will(Topic.of("w"), Payload.of("gone"), Qos.AT_MOST_ONCE, true, Properties.NONE);
            assertEquals(
                    ReasonCode.RETAIN_NOT_SUPPORTED,
                    refusal(harness.open(harness.opening("c").will(will))));
        }
    }

    @Test
    void shouldKeepWhatAConnectedClientWasTold() {
        try (Harness harness = new Harness()) {
            TestClient client = harness.connect("c");
            harness.swap(Harness.SETTINGS, LITTLE);
            client.subscribe("a/#", Qos.AT_LEAST_ONCE).publish("a/b", "1", Qos.AT_LEAST_ONCE, 1);
            assertEquals(Qos.AT_LEAST_ONCE, client.hear(Publish.class).qos());
        }
    }

    @Test
    void shouldGiveResponseInformationToWhoAsksOnly() {
        try (Harness harness = new Harness(new Offer(Capabilities.ALL, 16, false, "answers/", null))) {
            TestClient asking = harness.connect(harness.opening("c").with(Property.REQUEST_RESPONSE_INFORMATION, 1));
            assertEquals("answers/", asking.connAck().properties().text(Property.RESPONSE_INFORMATION));
            assertNull(harness.connect("d").connAck().properties().text(Property.RESPONSE_INFORMATION));
            TestClient declining = harness.connect(harness.opening("e").with(Property.REQUEST_RESPONSE_INFORMATION, 0));
            assertNull(declining.connAck().properties().text(Property.RESPONSE_INFORMATION));
        }
        try (Harness harness = new Harness()) {
            TestClient asking = harness.connect(harness.opening("c").with(Property.REQUEST_RESPONSE_INFORMATION, 1));
            assertNull(asking.connAck().properties().text(Property.RESPONSE_INFORMATION));
        }
    }

    @Test
    void shouldRefuseAPayloadThatIsNotWhatItsFormatSays() {
        try (Harness harness = new Harness(CHECKED)) {
            TestClient client = harness.connect("c").subscribe("a", Qos.EXACTLY_ONCE);
            client.say(
                    formatted(Qos.AT_LEAST_ONCE, 1, 1, NO_UTF_8),
                    formatted(Qos.AT_LEAST_ONCE, 2, 0, NO_UTF_8),
                    formatted(Qos.AT_LEAST_ONCE, 3, 1, Payload.of("\u00e4\ud83d\ude00".repeat(2000))));
            List<PubAck> answers = client.hear(PubAck.class, 3);
            assertEquals(ReasonCode.PAYLOAD_FORMAT_INVALID, answers.get(0).reasonCode());
            assertNotNull(answers.get(0).properties().text(Property.REASON_STRING));
            assertEquals(ReasonCode.SUCCESS, answers.get(1).reasonCode());
            assertEquals(ReasonCode.SUCCESS, answers.get(2).reasonCode());
            client.say(formatted(Qos.EXACTLY_ONCE, 4, 1, NO_UTF_8));
            assertEquals(
                    ReasonCode.PAYLOAD_FORMAT_INVALID, client.hear(PubRec.class).reasonCode());
            client.say(formatted(Qos.AT_MOST_ONCE, 0, 1, NO_UTF_8));
            assertEquals(ReasonCode.PAYLOAD_FORMAT_INVALID, farewell(client));
            assertEquals(2, client.publishes().size());
        }
    }

    @Test
    void shouldRefuseAWillThatIsNotWhatItsFormatSays() {
        Properties text = Properties.builder()
                .number(Property.PAYLOAD_FORMAT_INDICATOR, 1)
                .build();
        Will will = new Will(Topic.of("w"), NO_UTF_8, Qos.AT_MOST_ONCE, false, text);
        try (Harness harness = new Harness(CHECKED)) {
            assertEquals(
                    ReasonCode.PAYLOAD_FORMAT_INVALID,
                    refusal(harness.open(harness.opening("c").will(will))));
        }
        try (Harness harness = new Harness()) {
            assertEquals(
                    ReasonCode.SUCCESS,
                    harness.connect(harness.opening("c").will(will)).connAck().reasonCode());
        }
    }

    @Test
    void shouldSendClientsThatConnectToTheConfiguredServer() {
        Offer referring = new Offer(Capabilities.ALL, 16, false, "", new Referral("other:1883", false));
        Offer moved = new Offer(Capabilities.ALL, 16, false, "", new Referral("other:1883", true));
        try (Harness harness = new Harness()) {
            TestClient there = harness.connect("there");
            harness.swap(Harness.SETTINGS, referring);
            TestClient client = harness.open(harness.opening("c"));
            assertEquals(ReasonCode.USE_ANOTHER_SERVER, refusal(client));
            assertEquals("other:1883", client.connAck().properties().text(Property.SERVER_REFERENCE));
            TestClient older = harness.open(harness.opening("d").version(ProtocolVersion.MQTT_3_1_1));
            assertEquals(3, older.connAck().reasonCode().connectReturnCode());
            assertTrue(older.connAck().properties().isEmpty());
            assertEquals(0, harness.auth.attempts.get() - 1);
            harness.swap(Harness.SETTINGS, moved);
            assertEquals(ReasonCode.SERVER_MOVED, refusal(harness.open(harness.opening("c"))));
            assertFalse(there.wire.isClosed());
        }
    }

    @Test
    void shouldMoveOneClientOrAll() {
        try (Harness harness = new Harness()) {
            Admin admin = new Admin(harness.engine);
            TestClient one = harness.connect(harness.opening("one").expiry(100));
            TestClient other = harness.connect("other");
            TestClient older = harness.connect(harness.opening("older").version(ProtocolVersion.MQTT_3_1_1));
            harness.settle();
            assertEquals(0, admin.move("nobody", "there:1883", false));
            assertEquals(1, admin.move("one", "there:1883", false));
            assertEquals(ReasonCode.USE_ANOTHER_SERVER, farewell(one));
            assertEquals("there:1883", one.hear(Disconnect.class).properties().text(Property.SERVER_REFERENCE));
            harness.settle();
            assertNotNull(harness.session("one"), "a session stays as long as it wants");
            assertEquals(2, admin.move(null, "there:1883", true));
            assertEquals(ReasonCode.SERVER_MOVED, farewell(other));
            await().until(older.wire::isClosed);
            assertTrue(older.heard(Disconnect.class).isEmpty());
        }
    }

    @Test
    void shouldExplainARefusalToWhoWantsToKnow() {
        try (Harness harness = new Harness()) {
            harness.auth.permissions = new TestAuth.OnTopics(topic -> topic.equals("mine"));
            TestClient curious = harness.connect("curious");
            curious.publish("a", "1", Qos.AT_LEAST_ONCE, 1).subscribe(plain("mine"), plain("a"));
            assertEquals(
                    "it may not publish to this topic",
                    curious.hear(PubAck.class).properties().text(Property.REASON_STRING));
            assertEquals(
                    "subscription 2: it may not subscribe to this",
                    curious.hear(SubAck.class).properties().text(Property.REASON_STRING));
            TestClient content =
                    harness.connect(harness.opening("content").with(Property.REQUEST_PROBLEM_INFORMATION, 0));
            content.publish("a", "1", Qos.AT_LEAST_ONCE, 1).subscribe("a", Qos.AT_MOST_ONCE);
            assertTrue(content.hear(PubAck.class).properties().isEmpty());
            assertTrue(content.hear(SubAck.class).properties().isEmpty());
            content.say(harness.opening("content").build());
            assertTrue(content.hear(Disconnect.class).properties().isEmpty());
        }
    }

    @Test
    void shouldGiveTopicAliasesUpToWhatTheClientTakes() {
        try (Harness harness = new Harness()) {
            TestClient aliasing = harness.connect(harness.opening("c").with(Property.TOPIC_ALIAS_MAXIMUM, 1));
            aliasing.subscribe("topic/+", Qos.AT_MOST_ONCE);
            TestClient plain = harness.connect("d").subscribe("topic/+", Qos.AT_MOST_ONCE);
            TestClient publisher = harness.connect("p");
            for (int i = 0; i < 3; i++) {
                publisher.publish("topic/1", "1").publish("topic/2", "2");
            }
            List<String> sent = aliasing.hear(Publish.class, 6).stream()
                    .map(publish -> publish.topicAlias() + ":"
                            + (publish.message().topic() == Topic.NONE
                                    ? ""
                                    : publish.message().topic().name()))
                    .toList();
            assertEquals(List.of("0:topic/1", "0:topic/2", "1:topic/1", "0:topic/2", "1:", "0:topic/2"), sent);
            plain.hear(Publish.class, 6).forEach(publish -> assertEquals(0, publish.topicAlias()));

            harness.swap();
            publisher.publish("topic/1", "1");
            Publish anew = aliasing.hear(Publish.class, 7).get(6);
            assertEquals(Topic.of("topic/1"), anew.message().topic(), "nothing is taken for known");
        }
    }
}
