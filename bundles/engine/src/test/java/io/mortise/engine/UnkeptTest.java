// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.PubAck;
import io.mortise.api.protocol.PubRec;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.routing.Router;
import io.mortise.api.store.RetainedStore;
import io.mortise.api.store.SessionStore;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A message that a part fails to keep or to route is not acknowledged as if all were well. */
@Timeout(60)
class UnkeptTest {
    private static final String TOPIC = Poison.NAME + "/topic";
    private static final String SUBSCRIBER = Poison.NAME + "-subscriber";
    private static final String PUBLISHER = Poison.NAME + "-publisher";

    private final Harness harness = new Harness();

    @AfterEach
    void end() {
        harness.close();
    }

    private Poison poison(String hook) {
        Poison poison = new Poison(hook, () -> new IllegalStateException("poison"));
        harness.engine.useRouter(poison.in(Router.class, harness.router));
        harness.engine.useSessionStore(poison.in(SessionStore.class, harness.sessions));
        harness.engine.useRetainedStore(poison.in(RetainedStore.class, harness.retained));
        return poison;
    }

    private static Publish message(String text, Qos qos, int packetId) {
        return new Publish(TestClient.message(TOPIC, text, qos, true), packetId);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SessionStore.queued",
                "SessionStore.isAccepting",
                "SessionStore.begin",
                "SessionStore.end",
                "SessionStore.barrier",
                "RetainedStore.put",
                "RetainedStore.barrier",
                "Router.route"
            })
    void shouldBeRefusedInThePubAck(String hook) {
        Poison poison = poison(hook);
        TestClient subscriber = harness.connectLasting(SUBSCRIBER).subscribe(TOPIC, Qos.EXACTLY_ONCE);
        TestClient publisher = harness.connectLasting(PUBLISHER);
        poison.arm(true);
        PubAck refusal = publisher.say(message("refused", Qos.AT_LEAST_ONCE, 1)).hear(PubAck.class);
        poison.arm(false);
        PubAck accepted = publisher
                .say(message("kept", Qos.AT_LEAST_ONCE, 1))
                .hear(PubAck.class, 2)
                .get(1);

        assertEquals(1, poison.struck());
        assertEquals(ReasonCode.UNSPECIFIED_ERROR, refusal.reasonCode());
        assertTrue(refusal.properties().has(Property.REASON_STRING));
        assertEquals(ReasonCode.SUCCESS, accepted.reasonCode());
        await().until(() -> subscriber.texts().contains("kept"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"SessionStore.queued", "SessionStore.inbound", "RetainedStore.put", "Router.route"})
    void shouldBeRefusedInThePubRecAndNoDuplicateWhenItComesAgain(String hook) {
        Poison poison = poison(hook);
        TestClient subscriber = harness.connectLasting(SUBSCRIBER).subscribe(TOPIC, Qos.EXACTLY_ONCE);
        TestClient publisher = harness.connectLasting(PUBLISHER);
        poison.arm(true);
        PubRec refusal = publisher.say(message("refused", Qos.EXACTLY_ONCE, 1)).hear(PubRec.class);
        poison.arm(false);
        publisher.say(message("kept", Qos.EXACTLY_ONCE, 1)).hear(PubRec.class, 2);

        assertEquals(ReasonCode.UNSPECIFIED_ERROR, refusal.reasonCode());
        await().until(() -> subscriber.texts().contains("kept"));
        assertEquals(List.of("kept"), subscriber.texts());
    }

    @Test
    void shouldEndTheConnectionOfAPublisherThatCannotBeTold() {
        Poison poison = poison("SessionStore.queued");
        harness.connectLasting(SUBSCRIBER).subscribe(TOPIC, Qos.EXACTLY_ONCE);
        TestClient.Opening opening = harness.opening(PUBLISHER).version(ProtocolVersion.MQTT_3_1_1);
        TestClient publisher = harness.connect(opening);
        poison.arm(true);
        publisher.say(message("1", Qos.AT_LEAST_ONCE, 1));
        await().until(publisher.wire::isClosed);
        assertTrue(publisher.heard(PubAck.class).isEmpty());

        poison.arm(false);
        harness.connect(opening).say(message("1", Qos.AT_LEAST_ONCE, 1)).hear(PubAck.class);
    }

    @Test
    void shouldReachThoseWhoCanHaveItAndLeaveTheOthersConnected() {
        Poison poison = poison("SessionStore.queued");
        TestClient lost = harness.connectLasting(SUBSCRIBER).subscribe(TOPIC, Qos.AT_LEAST_ONCE);
        TestClient sound = harness.connectLasting("sound").subscribe("#", Qos.AT_LEAST_ONCE);
        TestClient passing = harness.connect("passing").subscribe("#", Qos.AT_LEAST_ONCE);
        poison.arm(true);
        TestClient publisher = harness.connect("p");
        // the topic has no poison in its name: it is the subscriber that the store fails on
        publisher.publish("other", "1", Qos.AT_LEAST_ONCE, 1).hear(PubAck.class);
        lost.subscribe("other", Qos.AT_LEAST_ONCE);
        publisher.publish("other", "2", Qos.AT_LEAST_ONCE, 2);

        List<PubAck> answers = publisher.hear(PubAck.class, 2);
        assertEquals(ReasonCode.SUCCESS, answers.get(0).reasonCode());
        assertEquals(ReasonCode.UNSPECIFIED_ERROR, answers.get(1).reasonCode());
        await().until(() -> sound.texts().equals(List.of("1", "2")));
        await().until(() -> passing.texts().equals(List.of("1", "2")));
        assertTrue(lost.publishes().isEmpty());
        assertFalse(lost.wire.isClosed());
        assertEquals(List.of(), harness.stored(SUBSCRIBER).outbound());
    }

    /** What is passed on has no publisher any more: whoever publishes next on that thread is not told of it. */
    @Test
    void shouldNotBeBlamedOnTheNextPublicationWhenItWasPassedOn() {
        Poison poison = poison("SessionStore.queued");
        String shared = "$share/group/" + TOPIC;
        TestClient first = harness.connect("first").subscribe(shared, Qos.AT_LEAST_ONCE); // on one event loop
        harness.connectLasting("passing");
        TestClient publisher = harness.connect("p"); // on the same
        publisher.publish(TOPIC, "1", Qos.AT_LEAST_ONCE, 1).hear(PubAck.class);
        first.hear(Publish.class);
        harness.connectLasting(SUBSCRIBER).subscribe(shared, Qos.AT_LEAST_ONCE);
        poison.arm(true);
        first.wire.breakOff();
        await().until(() -> poison.struck() > 0);
        poison.arm(false);
        harness.settle();

        assertEquals(
                ReasonCode.SUCCESS,
                publisher
                        .publish(TOPIC, "2", Qos.AT_LEAST_ONCE, 2)
                        .hear(PubAck.class, 2)
                        .get(1)
                        .reasonCode());
    }

    @Test
    void shouldNotBeRetainedHereIfTheStoreDoesNotHaveIt() {
        Poison poison = poison("RetainedStore.put");
        TestClient publisher = harness.connect("p");
        poison.arm(true);
        publisher.say(message("1", Qos.AT_LEAST_ONCE, 1)).hear(PubAck.class);
        assertEquals(0, harness.engine.retained().size());

        poison.arm(false);
        publisher.say(message("1", Qos.AT_LEAST_ONCE, 1)).hear(PubAck.class, 2);
        assertEquals(1, harness.engine.retained().size());
    }
}
