// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.connection.HandOver.Capabilities;
import io.mortise.api.protocol.Disconnect;
import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Packet;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.PingReq;
import io.mortise.api.protocol.PingResp;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.PubAck;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.RetainHandling;
import io.mortise.api.protocol.Subscribe;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.store.SessionState;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** The broker ends a connection with the right reason code in each case (MQTT 5.0, 3.14.2.1). */
@Timeout(60)
class DisconnectTest {

    /** What happens to a client, and what it hears last. */
    private enum Cause {
        MALFORMED(ReasonCode.MALFORMED_PACKET, violation(ReasonCode.MALFORMED_PACKET)), // as the codec finds it
        TOO_LARGE(ReasonCode.PACKET_TOO_LARGE, violation(ReasonCode.PACKET_TOO_LARGE)), // as the transport finds it
        SECOND_CONNECT(
                ReasonCode.PROTOCOL_ERROR,
                (harness, client) -> client.say(harness.opening("c").build())),
        NOT_FROM_A_CLIENT(ReasonCode.PROTOCOL_ERROR, (harness, client) -> client.say(PingResp.INSTANCE)),
        NO_LOCAL_ON_SHARED(ReasonCode.PROTOCOL_ERROR, (harness, client) -> {
            Subscription shared = new Subscription(
                    TopicFilter.of("$share/g/a"),
                    Qos.AT_MOST_ONCE,
                    true,
                    false,
                    RetainHandling.SEND_AT_SUBSCRIBE,
                    List.of());
            client.say(new Subscribe(5, List.of(shared), Properties.NONE));
        }),
        EXPIRY_AFTER_NONE(ReasonCode.PROTOCOL_ERROR, (harness, client) -> {
            Properties expiry = Properties.builder()
                    .number(Property.SESSION_EXPIRY_INTERVAL, 5)
                    .build();
            client.say(new Disconnect(ReasonCode.SUCCESS, expiry));
        }),
        ALIAS_ABOVE_THE_MAXIMUM(
                ReasonCode.TOPIC_ALIAS_INVALID, (harness, client) -> client.say(aliased(Topic.of("a"), 17))),
        ALIAS_FOR_NOTHING(ReasonCode.PROTOCOL_ERROR, (harness, client) -> client.say(aliased(Topic.NONE, 1))),
        TOO_MANY_UNACKNOWLEDGED(ReasonCode.RECEIVE_MAXIMUM_EXCEEDED, (harness, client) -> {
            for (int packetId = 1; packetId <= 4; packetId++) {
                client.publish("a", "1", Qos.EXACTLY_ONCE, packetId);
            }
        }),
        TAKEN_OVER(ReasonCode.SESSION_TAKEN_OVER, (harness, client) -> harness.connect("c")),
        KICKED(ReasonCode.ADMINISTRATIVE_ACTION, (harness, client) -> {
            harness.settle();
            assertTrue(new Admin(harness.engine).disconnect("c", ReasonCode.ADMINISTRATIVE_ACTION));
        }),
        SENT_ELSEWHERE(ReasonCode.USE_ANOTHER_SERVER, (harness, client) -> {
            harness.settle();
            assertEquals(1, new Admin(harness.engine).move("c", "there", false));
        }),
        STOPPED(ReasonCode.SERVER_SHUTTING_DOWN, (harness, client) -> harness.engine.stop()),
        UNSAFE(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR, (harness, client) -> {
            harness.connectLasting("other").subscribe("a", Qos.AT_LEAST_ONCE);
            harness.sessions.barrier.hold();
            client.publish("a", "1", Qos.AT_LEAST_ONCE, 1);
            await().until(() -> harness.sessions.barrier.held() > 0);
            harness.sessions.barrier.fail();
        }),
        FAILED(ReasonCode.UNSPECIFIED_ERROR, (harness, client) -> {
            client.subscribe("a", Qos.AT_MOST_ONCE).wire.failing(true);
            client.publish("a", "1");
        }),
        NO_PERMISSIONS(ReasonCode.NOT_AUTHORIZED, (harness, client) -> {
            TestAuth silent = new TestAuth();
            silent.granting = false;
            harness.engine.useAuthorizers(listener -> silent);
        }),
        NO_UTF_8(ReasonCode.PAYLOAD_FORMAT_INVALID, (harness, client) -> {
            Properties text = Properties.builder()
                    .number(Property.PAYLOAD_FORMAT_INDICATOR, 1)
                    .build();
            Payload payload = Payload.of((byte) 0xFF);
            client.say(
                    new Publish(new Message(Topic.of("a"), payload, Qos.AT_MOST_ONCE, false, text, Message.NEVER), 0));
        }),
        OVERFLOWING(ReasonCode.QUOTA_EXCEEDED, (harness, client) -> {
            client.subscribe("a", Qos.AT_MOST_ONCE).wire.writable(false);
            TestClient publisher = harness.connect("p");
            for (int i = 1; i <= 5; i++) {
                publisher.publish("a", "m" + i);
                harness.settle();
            }
        }),
        SILENT(ReasonCode.KEEP_ALIVE_TIMEOUT, (harness, client) -> {});

        private final ReasonCode expected;
        private final BiConsumer<Harness, TestClient> happens;

        Cause(ReasonCode expected, BiConsumer<Harness, TestClient> happens) {
            this.expected = expected;
            this.happens = happens;
        }

        private static BiConsumer<Harness, TestClient> violation(ReasonCode reasonCode) {
            return (harness, client) -> client.wire.violate(new ProtocolViolation(reasonCode, "as found on the wire"));
        }

        private static Packet aliased(Topic topic, int alias) {
            return InboundTest.aliased(topic, alias);
        }
    }

    private static Harness harness() {
        Settings settings = new TestSettings()
                .receiveMaximum(3)
                .authDeadlineMillis(100)
                .queueMaximumMessages(3)
                .queueOverflow(Overflow.DISCONNECT)
                .build();
        return new Harness(settings, new Offer(Capabilities.ALL, 16, true, "", null));
    }

    @ParameterizedTest
    @EnumSource
    void shouldTellA50ClientWhy(Cause cause) {
        try (Harness harness = harness()) {
            TestClient client = harness.connect(harness.opening("c").keepAlive(cause == Cause.SILENT ? 1 : 0));
            cause.happens.accept(harness, client);
            await().until(client.wire::isClosed);

            List<Disconnect> said = client.heard(Disconnect.class);
            assertEquals(1, said.size());
            assertEquals(cause.expected, said.get(0).reasonCode());
            Property why = cause == Cause.SENT_ELSEWHERE ? Property.SERVER_REFERENCE : Property.REASON_STRING;
            assertTrue(said.get(0).properties().has(why));
        }
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.MATCH_NONE,
            names = {"TOO_MANY_UNACKNOWLEDGED", "ALIAS_.*", "NO_UTF_8", "EXPIRY_AFTER_NONE"})
    void shouldEndAnOlderClientWithoutAWord(Cause cause) {
        try (Harness harness = harness()) {
            TestClient client = harness.connect(harness.opening("c")
                    .version(ProtocolVersion.MQTT_3_1_1)
                    .cleanStart()
                    .keepAlive(cause == Cause.SILENT ? 1 : 0));
            cause.happens.accept(harness, client);
            await().until(client.wire::isClosed);

            assertTrue(client.heard(Disconnect.class).isEmpty());
        }
    }

    @Test
    void shouldAcknowledgeBeforeItSaysGoodbyeAndLeaveSessionsAndWillsToTheStore() {
        try (Harness harness = harness()) {
            TestClient heir = harness.connectLasting("heir").subscribe("will", Qos.AT_LEAST_ONCE);
            TestClient client = harness.connect(harness.opening("c").expiry(100).will("will", 0));
            client.publish("a", "1", Qos.AT_LEAST_ONCE, 1).say(PingReq.INSTANCE);
            client.hear(PingResp.class);
            harness.engine.stop();

            assertEquals(
                    ReasonCode.SERVER_SHUTTING_DOWN,
                    client.hear(Disconnect.class).reasonCode());
            assertEquals(1, client.heard(PubAck.class).size());
            assertTrue(heir.publishes().isEmpty());
            SessionState left = harness.stored("c").state();
            assertNotEquals(SessionState.CONNECTED, left.disconnectedAtMillis());
            assertEquals(Topic.of("will"), left.will().topic());
        }
    }

    @Test
    void shouldNotSayGoodbyeWhenAnotherEngineTakesOver() {
        try (Harness harness = harness()) {
            TestClient client = harness.connect("c");
            harness.swap();
            client.say(PingReq.INSTANCE).hear(PingResp.class);
            assertTrue(client.heard(Disconnect.class).isEmpty());
        }
    }
}
