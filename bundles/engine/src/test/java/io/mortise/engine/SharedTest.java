// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.protocol.ConnAck;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.PubAck;
import io.mortise.api.protocol.PubRec;
import io.mortise.api.protocol.PubRel;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of the messages of a shared subscription when a member leaves (MQTT 5.0, 4.8.2). */
@Timeout(60)
class SharedTest {
    private static final String SHARED = "$share/g/a";

    private final Harness harness = new Harness();

    /** With a store that is not durable, what waits is in memory. */
    @BeforeEach
    void keepInMemory() {
        useStore(false);
    }

    private void useStore(boolean durable) {
        harness.sessions = new TestSessionStore(durable);
        harness.engine.useSessionStore(harness.sessions);
    }

    @AfterEach
    void end() {
        harness.close();
    }

    private TestClient member(TestClient.Opening opening) {
        return harness.connect(opening).subscribe(SHARED, Qos.EXACTLY_ONCE);
    }

    /** Takes one message at a time, and acknowledges none. */
    private TestClient first(long expirySeconds) {
        TestClient first = member(harness.opening("first").expiry(expirySeconds).with(Property.RECEIVE_MAXIMUM, 2));
        TestClient publisher = harness.connect("p");
        for (int i = 1; i <= 4; i++) {
            publisher.publish("a", "" + i, Qos.AT_LEAST_ONCE, i);
        }
        publisher.hear(PubAck.class, 4);
        first.hear(Publish.class, 2);
        return first;
    }

    @Test
    void shouldGiveWhatIsNotAcknowledgedToAnotherWhenTheSessionEnds() {
        TestClient first = first(0);
        TestClient second = member(harness.opening("second")).automatic();
        first.say(new PubAck(first.publishes().get(0).packetId()));
        first.hear(Publish.class, 3);
        first.wire.breakOff();

        List<Publish> passedOn = second.hear(Publish.class, 3);
        assertEquals(List.of("2", "3", "4"), second.texts());
        assertFalse(passedOn.get(0).duplicate(), "it is new to this client");
    }

    @Test
    void shouldWaitForAMemberThatMayComeBack() {
        first(100).wire.breakOff();
        TestClient second = member(harness.opening("second")).automatic();
        harness.settle();
        assertTrue(second.publishes().isEmpty());

        TestClient again = harness.connect(harness.opening("first").expiry(100)).automatic();
        again.hear(Publish.class, 4);
        assertEquals(List.of("1", "2", "3", "4"), again.texts());
        assertTrue(again.publishes().get(0).duplicate());
    }

    @Test
    void shouldPassOnWhatWaitsWhenItsTimeIsUp() {
        first(1).wire.breakOff();
        TestClient second = member(harness.opening("second")).automatic();

        second.hear(Publish.class, 4);
        assertEquals(List.of("1", "2", "3", "4"), second.texts());
    }

    @Test
    void shouldPassOnWhatWaitsWhenTheClientBeginsAnew() {
        first(100).wire.breakOff();
        TestClient second = member(harness.opening("second")).automatic();
        harness.connect(harness.opening("first").cleanStart());

        second.hear(Publish.class, 4);
        assertEquals(List.of("1", "2", "3", "4"), second.texts());
    }

    @Test
    void shouldPassOnBehindAHandOverAndARestart() {
        first(100);
        harness.swap();
        harness.restart();
        TestClient second = member(harness.opening("second")).automatic();
        harness.connect(harness.opening("first").cleanStart());

        second.hear(Publish.class, 4);
        assertEquals(List.of("1", "2", "3", "4"), second.texts());
    }

    @Test
    void shouldPassOnWhatWaitsInTheStoreAloneWhenTheClientBeginsAnew() {
        useStore(true);
        first(100).wire.breakOff();
        TestClient second = member(harness.opening("second")).automatic();
        harness.settle();
        TestClient again = harness.connect(harness.opening("first").cleanStart());

        second.hear(Publish.class, 4);
        assertEquals(List.of("1", "2", "3", "4"), second.texts());
        assertFalse(again.connAck().sessionPresent());
        assertTrue(again.publishes().isEmpty());
    }

    @Test
    void shouldPassOnWhatWaitsInTheStoreAloneWhenItsTimeIsUp() {
        useStore(true);
        first(1).wire.breakOff();
        TestClient second = member(harness.opening("second")).automatic();

        second.hear(Publish.class, 4);
        assertEquals(List.of("1", "2", "3", "4"), second.texts());
        await().until(() -> harness.session("first") == null);
        assertNull(harness.sessions.record("first"));
    }

    @Test
    void shouldPassOnWhatWaitsInTheStoreAloneBehindARestart() {
        useStore(true);
        first(100).wire.breakOff();
        harness.settle();
        harness.restart();
        TestClient second = member(harness.opening("second")).automatic();
        harness.connect(harness.opening("first").cleanStart());

        second.hear(Publish.class, 4);
        assertEquals(List.of("1", "2", "3", "4"), second.texts());
    }

    @Test
    void shouldPassOnManyPagesToAMemberThatIsAwayToo() {
        useStore(true);
        int count = 1_000;
        member(harness.opening("first").expiry(100)).wire.breakOff();
        harness.settle();
        TestClient publisher = harness.connect("p");
        for (int i = 1; i <= count; i++) {
            publisher.publish("a", "" + i, Qos.EXACTLY_ONCE, i);
            publisher.hear(PubRec.class, i);
            publisher.say(new PubRel(i));
        }
        TestClient second = member(harness.opening("second").expiry(100));
        second.wire.breakOff();
        harness.settle();
        harness.connect(harness.opening("first").cleanStart());
        TestClient again = harness.openAutomatic(harness.opening("second").expiry(100));

        again.hear(Publish.class, count);
        harness.settle();
        assertEquals(count, again.publishes().size());
        assertEquals(count, Set.copyOf(again.texts()).size());
    }

    /** What nobody shares is not read again, however much it is. */
    @Test
    void shouldReadNothingThatIsForNobodyElse() {
        useStore(true);
        harness.connectLasting("first").subscribe("a", Qos.AT_LEAST_ONCE).wire.breakOff();
        harness.settle();
        harness.connect("p").publish("a", "1", Qos.AT_LEAST_ONCE, 1).hear(PubAck.class);
        harness.settle();
        harness.connect(harness.opening("first").cleanStart());

        assertEquals(0, harness.sessions.pages);
    }

    @Test
    void shouldLetTwoClientsThatComeMeanwhileHaveTheirTurn() {
        useStore(true);
        first(100).wire.breakOff();
        harness.settle();
        harness.sessions.holdPages(true);
        TestClient one = harness.open(harness.opening("first").cleanStart());
        await().until(() -> harness.sessions.heldPages() == 1);
        TestClient other = harness.open(harness.opening("first").cleanStart());
        harness.settle();
        assertTrue(one.heard(ConnAck.class).isEmpty());
        harness.sessions.holdPages(false);

        // whichever is second takes over from the first
        await().until(() -> one.wire.isClosed() != other.wire.isClosed());
        TestClient second = one.wire.isClosed() ? other : one;
        second.connAck();
        harness.settle();
        assertFalse(second.wire.isClosed());
    }

    @Test
    void shouldLeaveTheRestToTheNextBroker() {
        useStore(true);
        first(100).wire.breakOff();
        harness.settle();
        TestClient second = member(harness.opening("second").expiry(100)).automatic();
        harness.sessions.holdPages(true);
        TestClient anew = harness.open(harness.opening("first").cleanStart());
        await().until(() -> harness.sessions.heldPages() == 1);
        harness.swap();
        harness.sessions.holdPages(false);

        anew.connAck();
        second.hear(Publish.class, 4);
        harness.settle();
        assertEquals(List.of("1", "2", "3", "4"), second.texts());
    }

    @Test
    void shouldGiveNobodyElseWhatWasBegunAtQos2() {
        TestClient first = member(harness.opening("first").with(Property.RECEIVE_MAXIMUM, 1));
        TestClient publisher = harness.connect("p");
        publisher.publish("a", "1", Qos.EXACTLY_ONCE, 1).publish("a", "2", Qos.EXACTLY_ONCE, 2);
        publisher.hear(PubRec.class, 2);
        first.hear(Publish.class);
        TestClient second = member(harness.opening("second")).automatic();
        first.wire.breakOff();

        second.hear(Publish.class);
        harness.settle();
        assertEquals(List.of("2"), second.texts(), "only what was never sent");
    }

    @Test
    void shouldCompleteQos2WithTheClientThatComesBack() {
        TestClient first = member(harness.opening("first").expiry(100));
        harness.connect("p").publish("a", "1", Qos.EXACTLY_ONCE, 1).hear(PubRec.class);
        int packetId = first.hear(Publish.class).packetId();
        first.say(new PubRec(packetId)).hear(PubRel.class);
        first.wire.breakOff();
        TestClient again = harness.connect(harness.opening("first").expiry(100));

        assertEquals(packetId, again.hear(PubRel.class).packetId());
    }

    @Test
    void shouldDiscardWhatAMemberRefuses() {
        TestClient first = member(harness.opening("first"));
        TestClient second = member(harness.opening("second")).automatic();
        harness.connect("p").publish("a", "1", Qos.AT_LEAST_ONCE, 1).hear(PubAck.class);
        first.say(new PubAck(first.hear(Publish.class).packetId(), ReasonCode.QUOTA_EXCEEDED, Properties.NONE));
        first.disconnect();
        harness.settle();

        assertTrue(second.publishes().isEmpty()); // MQTT-4.8.2-6
    }

    @Test
    void shouldPassOnForOlderClientsToo() {
        TestClient first = member(
                harness.opening("first").version(ProtocolVersion.MQTT_3_1_1).cleanStart());
        TestClient second = member(harness.opening("second")
                        .version(ProtocolVersion.MQTT_3_1_1)
                        .cleanStart())
                .automatic();
        harness.connect("p").publish("a", "1", Qos.AT_LEAST_ONCE, 1).hear(PubAck.class);
        first.hear(Publish.class);
        first.wire.breakOff();

        second.hear(Publish.class);
        assertEquals(List.of("1"), second.texts());
    }

    @Test
    void shouldKeepWhatCameByASubscriptionOfItsOwn() {
        TestClient first = harness.connect("first").subscribe("a", Qos.AT_LEAST_ONCE);
        TestClient second = member(harness.opening("second")).automatic();
        harness.connect("p").publish("a", "1", Qos.AT_LEAST_ONCE, 1).hear(PubAck.class);
        first.hear(Publish.class);
        first.wire.breakOff();
        harness.settle();

        assertEquals(List.of("1"), second.texts(), "once, by its own");
    }
}
