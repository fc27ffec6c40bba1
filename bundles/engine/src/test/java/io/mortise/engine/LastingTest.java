// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.protocol.Disconnect;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.PubAck;
import io.mortise.api.protocol.PubRec;
import io.mortise.api.protocol.PubRel;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.store.SessionRecord;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What outlives a connection, and what outlives the broker. */
class LastingTest {
    private final Harness harness = new Harness();

    @AfterEach
    void end() {
        harness.close();
    }

    private void disconnect(TestClient client, long expiry) {
        client.say(new Disconnect(
                ReasonCode.SUCCESS,
                Properties.builder()
                        .number(Property.SESSION_EXPIRY_INTERVAL, expiry)
                        .build()));
        await().until(client.wire::isClosed);
        harness.settle();
    }

    @Test
    void shouldEndASessionWithItsConnectionWhenItsExpiryIs0() {
        harness.connect("c").subscribe("a", Qos.AT_LEAST_ONCE).wire.breakOff();
        harness.settle();

        assertNull(harness.session("c"));
        assertNull(harness.sessions.record("c"));
        assertEquals(0, harness.router.size());
    }

    @Test
    void shouldExpireASession() {
        harness.connect(harness.opening("c").expiry(1))
                .subscribe("a", Qos.AT_LEAST_ONCE)
                .disconnect();
        harness.settle();
        assertNotNull(harness.session("c"));

        await().until(() -> harness.session("c") == null);
        assertNull(harness.sessions.record("c"));
        await().until(() -> harness.router.size() == 0);
    }

    @Test
    void shouldTakeTheExpiryOfADisconnect() {
        disconnect(harness.connectLasting("c"), 50);
        assertEquals(50, harness.stored("c").state().expiryIntervalSeconds());
        disconnect(harness.connectLasting("c"), 0);
        assertNull(harness.session("c"));
        assertNull(harness.sessions.record("c"));
    }

    @Test
    void shouldRefuseADisconnectThatMakesASessionLast() {
        TestClient client = harness.connect("c");
        client.say(new Disconnect(
                ReasonCode.SUCCESS,
                Properties.builder().number(Property.SESSION_EXPIRY_INTERVAL, 5).build()));

        assertEquals(ReasonCode.PROTOCOL_ERROR, client.hear(Disconnect.class).reasonCode());
    }

    @Test
    void shouldForgetWhatTheStoreHasWhenTheSessionLastsNoLonger() {
        harness.connectLasting("c").subscribe("a", Qos.AT_LEAST_ONCE).disconnect();
        TestClient again = harness.connect("c");

        assertTrue(again.connAck().sessionPresent());
        assertNull(harness.sessions.record("c"));
    }

    @Test
    void shouldRestoreSessionsWithEverythingAfterARestart() {
        TestClient client = harness.connectLasting("c").subscribe("a", Qos.EXACTLY_ONCE);
        TestClient publisher = harness.connectLasting("p");
        publisher.publish("a", "1", Qos.EXACTLY_ONCE, 1).publish("a", "2", Qos.AT_LEAST_ONCE, 2);
        publisher.hear(PubRec.class);
        List<Publish> sent = client.hear(Publish.class, 2);
        client.say(new PubRec(sent.get(0).packetId())).hear(PubRel.class);
        client.wire.breakOff();
        harness.settle();
        publisher.publish("a", "3", Qos.AT_LEAST_ONCE, 3).hear(PubAck.class, 2);
        harness.settle();
        SessionRecord before = harness.stored("c");
        harness.restart();

        assertEquals(before, harness.stored("c"));
        TestClient again = harness.connectLasting("c");
        assertTrue(again.connAck().sessionPresent());
        again.hear(Publish.class, 2);
        assertEquals(sent.get(0).packetId(), again.hear(PubRel.class).packetId());
        assertEquals(List.of("2", "3"), again.texts());
        TestClient publisherAgain = harness.connectLasting("p");
        publisherAgain.publish("a", "1", Qos.EXACTLY_ONCE, 1).hear(PubRec.class);
        publisherAgain.publish("a", "4", Qos.AT_LEAST_ONCE, 4);
        again.hear(Publish.class, 3);
        assertEquals(List.of("2", "3", "4"), again.texts());
    }

    @Test
    void shouldCountTheExpiryOfASessionThatWasConnectedFromTheRestart() {
        harness.connect(harness.opening("c").expiry(1000));
        harness.settle();
        harness.restart();
        harness.settle();

        assertEquals(harness.clock.millis, harness.stored("c").state().disconnectedAtMillis());
    }

    @Test
    void shouldExpireAfterARestartWhatExpiredMeanwhile() {
        harness.connect(harness.opening("c").expiry(10)).disconnect();
        harness.settle();
        harness.clock.millis += 11_000;
        harness.restart();

        await().until(() -> harness.session("c") == null && harness.sessions.record("c") == null);
    }

    @Test
    void shouldRestoreRetainedMessagesAfterARestart() {
        harness.connect("p").retain("a", "1").hear(PubAck.class);
        harness.restart();

        assertEquals(
                "1",
                harness.connect("c")
                        .subscribe("a", Qos.AT_MOST_ONCE)
                        .hear(Publish.class)
                        .message()
                        .payload()
                        .toText());
    }

    /** Whatever happens: what the store made of the facts is what the session is. */
    @Test
    void shouldTellTheStoreEverything() {
        Random random = new Random(7);
        TestClient publisher = harness.connect("p");
        TestClient client = harness.connectLasting("c").subscribe("a", Qos.EXACTLY_ONCE);
        int acknowledged = 0;
        int number = 1;
        for (int step = 0; step < 400; step++) {
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> publisher.publish("a", "m" + number, Qos.of(1 + random.nextInt(2)), 1 + number++ % 200);
                case 3, 4 -> {
                    List<Publish> heard = client.publishes();
                    if (acknowledged < heard.size()) {
                        client.acknowledge(heard.get(acknowledged++));
                    }
                }
                case 5 -> {
                    for (PubRel release : client.heard(PubRel.class)) {
                        client.complete(release.packetId());
                    }
                }
                case 6 -> client.publish("b", "x", Qos.EXACTLY_ONCE, 1 + random.nextInt(5));
                default -> {
                    if (random.nextInt(5) == 0) {
                        client.wire.breakOff();
                        harness.settle();
                        client = harness.connectLasting("c");
                        acknowledged = 0;
                    } else {
                        client.say(new PubRel(1 + random.nextInt(5)));
                    }
                }
            }
            if (step % 10 == 0) {
                harness.settle();
                Session session = harness.session("c");
                assertNotNull(session);
                SessionRecord own = client.wire.call(() -> session.toRecord(Qos.AT_LEAST_ONCE));
                SessionRecord head = harness.sessions.head("c");
                assertEquals(own, Harness.withoutBacklog(head), "step " + step);
                assertEquals(session.outbound().queue().size(), head.backlog().messages(), "step " + step);
            }
        }
    }

    @Test
    void shouldShowAnOperatorWhatThereIs() {
        harness.connectLasting("b").subscribe("a", Qos.AT_LEAST_ONCE).disconnect();
        harness.connect("a").publish("a", "1", Qos.AT_LEAST_ONCE, 1).hear(PubAck.class);
        harness.settle();
        Admin admin = new Admin(harness.engine);

        assertEquals(
                List.of("a", "b"),
                admin.sessions().stream().map(status -> status.clientId()).toList());
        assertEquals(1, admin.session("b").queued());
        assertNull(admin.session("b").connection());
        assertEquals(1, admin.session("a").connection().messagesIn());
        assertNull(admin.session("x"));
        assertEquals(1, admin.statistics().get("connections"));
        assertFalse(admin.disconnect("b", ReasonCode.ADMINISTRATIVE_ACTION));
        assertTrue(admin.disconnect("a", ReasonCode.ADMINISTRATIVE_ACTION));
        await().until(() -> harness.session("a") == null);
    }
}
