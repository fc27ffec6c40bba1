// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.mortise.api.protocol.ConnAck;
import io.mortise.api.protocol.Disconnect;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.store.SessionRecord;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WillTest {
    private final Harness harness = new Harness();
    private final TestClient witness = harness.connect("w").subscribe("will/#", Qos.AT_LEAST_ONCE);

    @AfterEach
    void end() {
        harness.close();
    }

    private void assertWills(int count) {
        witness.hear(Publish.class, count);
        harness.settle();
        assertEquals(count, witness.publishes().size());
    }

    @Test
    void shouldPublishTheWillWhenTheConnectionBreaks() {
        harness.connect(harness.opening("c").will("will/c", 0)).wire.breakOff();
        assertWills(1);
    }

    @Test
    void shouldPublishTheWillWhenTheClientBreaksTheProtocol() {
        TestClient client = harness.connect(harness.opening("c").will("will/c", 0));
        client.say(new ConnAck(false, ReasonCode.SUCCESS, Properties.NONE));
        assertWills(1);
    }

    @Test
    void shouldForgetTheWillAfterANormalDisconnect() {
        harness.connect(harness.opening("c").will("will/c", 0)).disconnect();
        harness.settle();
        assertWills(0);
    }

    @Test
    void shouldPublishTheWillAfterADisconnectWithAnyOtherReason() {
        TestClient one = harness.connect(harness.opening("c").will("will/c", 0));
        one.say(new Disconnect(ReasonCode.DISCONNECT_WITH_WILL_MESSAGE));
        assertWills(1);
        TestClient two = harness.connect(harness.opening("c").will("will/c", 0));
        two.say(new Disconnect(ReasonCode.UNSPECIFIED_ERROR));
        assertWills(2);
    }

    @Test
    void shouldRefuseAClientThatMayNotPublishItsWill() {
        harness.auth.permissions = new TestAuth.OnTopics(topic -> false);
        TestClient client = harness.open(harness.opening("c").will("will/c", 0));
        assertEquals(ReasonCode.NOT_AUTHORIZED, client.connAck().reasonCode());
    }

    @Test
    void shouldNotPublishAWillThatWasForbiddenMeanwhile() {
        TestClient client = harness.connect(harness.opening("c").will("will/c", 0));
        harness.auth.lastGrant.accept(new TestAuth.OnTopics(topic -> false));
        harness.settle();
        client.wire.breakOff();
        harness.settle();
        assertWills(0);
    }

    @Test
    void shouldPublishTheWillOnceWhenTheSessionIsTakenOver() {
        harness.connect(harness.opening("c").expiry(1000).will("will/c", 0));
        harness.connect(harness.opening("c").expiry(1000).will("will/c", 0));
        assertWills(1);
    }

    @Test
    void shouldPublishTheWillOfAConnectionThatBreaksWhileItsSessionIsTakenOver() {
        TestClient first = harness.connect(harness.opening("c").expiry(1000).will("will/c", 0));
        first.wire.onHome(
                () -> { // the other connection's thread goes as far as to post to the session's mailbox
                    TestClient second = harness.open(harness.opening("c").expiry(1000));
                    for (int step = 0; step < 5; step++) {
                        second.wire.onHome(() -> {});
                    }
                    first.wire.breakOff();
                });
        assertWills(1);
    }

    @Test
    void shouldNotPublishADelayedWillWhenTheSessionGoesOn() {
        harness.connect(harness.opening("c").expiry(1000).will("will/c", 1000));
        harness.connect(harness.opening("c").expiry(1000));
        harness.settle();
        assertWills(0);
    }

    @Test
    void shouldPublishADelayedWillOnceWhenACleanStartEndsTheSession() {
        harness.connect(harness.opening("c").expiry(1000).will("will/c", 1000));
        harness.connect(harness.opening("c").cleanStart());
        assertWills(1);

        harness.connect(harness.opening("d").expiry(1000).will("will/d", 1000))
                .wire
                .breakOff();
        harness.settle();
        harness.connect(harness.opening("d").cleanStart());
        assertWills(2);
    }

    @Test
    void shouldPublishAWillOnceWhenASessionThatDoesNotLastIsTakenOver() {
        harness.connect(harness.opening("c").will("will/c", 5));
        harness.connect(harness.opening("c"));
        assertWills(1);
    }

    @Test
    void shouldWaitForTheDelay() {
        harness.connect(harness.opening("c").expiry(1000).will("will/c", 1))
                .wire
                .breakOff();
        harness.settle();
        assertNotNull(harness.stored("c").state().will());
        assertWills(0);
        assertWills(1);
        assertNull(harness.stored("c").state().will());
    }

    @Test
    void shouldPublishADelayedWillWhenTheSessionExpires() {
        harness.connect(harness.opening("c").expiry(1).will("will/c", 1000))
                .wire
                .breakOff();
        assertWills(1);
        await().until(() -> harness.session("c") == null);
    }

    @Test
    void shouldPublishAWillAtOnceWhenDisconnectEndsTheSession() {
        TestClient client = harness.connect(harness.opening("c").expiry(1000).will("will/c", 1000));
        client.say(new Disconnect(
                ReasonCode.DISCONNECT_WITH_WILL_MESSAGE,
                Properties.builder().number(Property.SESSION_EXPIRY_INTERVAL, 0).build()));
        assertWills(1);
        assertNull(harness.session("c"));
        assertNull(harness.sessions.record("c"));
    }

    @Test
    void shouldPublishAPendingWillAfterARestart() {
        witness.disconnect();
        harness.connect(harness.opening("late").expiry(1000).will("will/late", 500))
                .wire
                .breakOff();
        harness.connect(harness.opening("due").expiry(1000).will("will/due", 5))
                .wire
                .breakOff();
        TestClient lasting = harness.connectLasting("lasting").subscribe("will/#", Qos.AT_LEAST_ONCE);
        harness.settle();
        harness.clock.millis += 6_000;
        lasting.wire.breakOff();
        harness.restart();
        TestClient again = harness.connectLasting("lasting");
        again.hear(Publish.class);
        harness.settle();

        assertEquals(List.of("will/due"), topics(again));
        SessionRecord late = harness.stored("late");
        assertNotNull(late.state().will());
    }

    @Test
    void shouldPublishTheWillOfAClientThatWasConnectedWhenTheBrokerDied() {
        harness.connectLasting("lasting").subscribe("will/#", Qos.AT_LEAST_ONCE).disconnect();
        harness.connect(harness.opening("c").expiry(1000).will("will/c", 0));
        harness.settle();
        harness.restart();

        assertEquals(List.of("will/c"), topics(harness.connectLasting("lasting"), 1));
    }

    @Test
    void shouldPublishTheWillOfAClientThatGoesWhileItsPermissionsAreUnknown() {
        TestClient client = harness.connect(harness.opening("c").will("will/c", 0));
        harness.engine.useAuthorizers(null);
        client.wire.breakOff();
        harness.engine.useAuthorizers(Harness.always(harness.auth));
        assertWills(1);
    }

    @Test
    void shouldSayWhyItEndsAConnection() {
        TestClient client = harness.connect("c");
        client.say(harness.opening("c").build());
        assertEquals(
                "a second CONNECT", client.hear(Disconnect.class).properties().text(Property.REASON_STRING));
    }

    private List<String> topics(TestClient client, int count) {
        client.hear(Publish.class, count);
        return topics(client);
    }

    private static List<String> topics(TestClient client) {
        return client.publishes().stream()
                .map(publish -> publish.message().topic().name())
                .toList();
    }
}
