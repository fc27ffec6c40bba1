// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.protocol.ConnAck;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.PubAck;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.SubAck;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each limit is answered in the protocol's words, and counted. */
class LimitsTest {
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

    private ReasonCode refused(TestClient.Opening opening) {
        return harness.open(opening).hear(ConnAck.class).reasonCode();
    }

    private long count(String name) {
        return new Admin(harness.engine).statistics().getOrDefault(name, 0L);
    }

    @Test
    void shouldRefuseOneConnectionMoreThanThereMayBe() {
        with(new TestSettings().connectionsMaximum(2));
        harness.connect("a");
        TestClient b = harness.connect("b");
        assertEquals(ReasonCode.QUOTA_EXCEEDED, refused(harness.opening("c")));
        assertEquals(1, count("CONNACK 0x97 quota exceeded"));
        b.disconnect();
        harness.connect("c");
        assertEquals(3, count("connections at most"));
    }

    @Test
    void shouldRefuseClientsThatConnectTooFast() {
        with(new TestSettings().connectRateMaximum(2));
        harness.connect("a");
        harness.connect("b");
        assertEquals(ReasonCode.CONNECTION_RATE_EXCEEDED, refused(harness.opening("c")));
        assertEquals(1, count("CONNACK 0x9F connection rate exceeded"));
    }

    @Test
    void shouldRefuseALongClientIdentifier() {
        with(new TestSettings().clientIdMaximumBytes(23));
        harness.connect("a".repeat(23));
        assertEquals(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID, refused(harness.opening("ä".repeat(12))));
    }

    @Test
    void shouldRefuseALongTopicWhereverItComes() {
        with(new TestSettings().bytesMaximum(10));
        String tooLong = "ä".repeat(6);
        assertEquals(ReasonCode.TOPIC_NAME_INVALID, refused(harness.opening("w").will(tooLong, 0)));
        TestClient client = harness.connect("c");
        client.publish("0123456789", "x", Qos.AT_LEAST_ONCE, 1).publish(tooLong, "x", Qos.AT_LEAST_ONCE, 2);
        assertEquals(
                ReasonCode.TOPIC_NAME_INVALID,
                client.hear(PubAck.class, 2).get(1).reasonCode());
        client.subscribe(tooLong, Qos.AT_MOST_ONCE);
        assertEquals(
                ReasonCode.TOPIC_FILTER_INVALID,
                client.hear(SubAck.class).reasonCodes().get(0));
        client.publish(tooLong, "at QoS 0");
        await().until(() -> count("PUBACK 0x90 topic name invalid") == 2);
        assertEquals(1, count("SUBACK 0x8F topic filter invalid"));
    }

    @Test
    void shouldRefuseAWillOnATopicOfTooManyLevels() {
        assertEquals(ReasonCode.TOPIC_NAME_INVALID, refused(harness.opening("w").will("/".repeat(40), 0)));
    }

    @Test
    void shouldRetainNoMoreThanItMayAndReplaceWhatIsThere() {
        with(new TestSettings().retainedMaximumMessages(2));
        TestClient client = harness.connect("c");
        client.retain("a", "1").retain("b", "1").retain("c", "1").retain("a", "2");
        assertEquals(
                ReasonCode.QUOTA_EXCEEDED, client.hear(PubAck.class, 4).get(2).reasonCode());
        assertFalse(client.heard(PubAck.class).get(3).reasonCode().isError());
        assertEquals(2, count("retained messages"));
        assertEquals(1, count("PUBACK 0x97 quota exceeded"));
        client.retain("a", "").retain("c", "1");
        assertFalse(client.hear(PubAck.class, 6).get(5).reasonCode().isError());
    }

    @Test
    void shouldRetainNoMoreBytesThanItMay() {
        with(new TestSettings().retainedMaximumBytes(1_000));
        TestClient client = harness.connect("c");
        client.retain("a", "x".repeat(500)).retain("b", "x".repeat(500)).retain("a", "x".repeat(800));
        assertTrue(client.hear(PubAck.class, 3).get(1).reasonCode().isError());
        assertTrue(client.heard(PubAck.class).get(2).reasonCode().isError());
    }

    @Test
    void shouldNotRetainForAnOlderClientEitherButAcknowledge() {
        with(new TestSettings().retainedMaximumMessages(0));
        TestClient client = harness.connect(harness.opening("c").version(ProtocolVersion.MQTT_3_1_1));
        client.retain("a", "1").hear(PubAck.class);
        assertEquals(0, count("retained messages"));
        assertEquals(1, count("PUBACK 0x97 quota exceeded"));
    }

    @Test
    void shouldReadAFastPublisherNoFasterThanItMayAndLoseNothing() {
        with(new TestSettings().publishRateMaximumMessages(50));
        TestClient subscriber = harness.connect("s").subscribe("a", Qos.AT_MOST_ONCE);
        TestClient publisher = harness.connect("p");
        Publish[] burst = new Publish[60];
        for (int i = 0; i < burst.length; i++) {
            burst[i] = new Publish(TestClient.message("a", "m" + i, Qos.AT_MOST_ONCE, false), 0);
        }
        publisher.say(burst);
        await().until(publisher.wire::isPaused);
        assertTrue(subscriber.publishes().size() <= 60);
        subscriber.hear(Publish.class, 60);
        assertTrue(count("pauses for the publish rate") > 0);
        await().until(() -> !publisher.wire.isPaused());
    }

    @Test
    void shouldLimitBytesToo() {
        with(new TestSettings().publishRateMaximumBytes(1_000));
        TestClient publisher = harness.connect("p");
        publisher.publish("a", "x".repeat(2_500));
        await().until(publisher.wire::isPaused);
        await().until(() -> !publisher.wire.isPaused());
    }

    @Test
    void shouldDropTheOldestIfThatIsThePolicy() {
        with(new TestSettings().queueMaximumMessages(3).queueOverflow(Overflow.DROP_OLDEST));
        keepInMemory();
        harness.connectLasting("s").subscribe("a", Qos.AT_LEAST_ONCE).disconnect();
        TestClient publisher = harness.connect("p");
        for (int i = 1; i <= 5; i++) {
            publisher.publish("a", "m" + i, Qos.AT_LEAST_ONCE, i);
            publisher.hear(PubAck.class, i);
            harness.settle();
        }
        assertEquals(2, count("messages dropped: queue full"));
        TestClient again = harness.connectLasting("s").automatic();
        again.hear(Publish.class, 3);
        assertEquals(java.util.List.of("m3", "m4", "m5"), again.texts());
        assertTrue(harness.stored("s").outbound().isEmpty()
                || harness.engine.memory().used() > 0);
    }

    @Test
    void shouldDisconnectASlowClientIfThatIsThePolicy() {
        with(new TestSettings().queueMaximumMessages(3).queueOverflow(Overflow.DISCONNECT));
        TestClient slow = harness.connect("s").subscribe("a", Qos.AT_MOST_ONCE);
        TestClient publisher = harness.connect("p");
        slow.wire.writable(false);
        for (int i = 1; i <= 5; i++) {
            publisher.publish("a", "m" + i);
            harness.settle();
        }
        await().until(slow.wire::isClosed);
        assertEquals(1, count("DISCONNECT 0x97 quota exceeded"));
        assertTrue(count("messages dropped: queue full") >= 1);
    }
}
