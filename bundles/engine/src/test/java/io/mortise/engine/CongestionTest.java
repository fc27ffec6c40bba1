// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.mortise.api.connection.SessionStatus;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.PubAck;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CongestionTest {
    private static final int QUEUE = 100;

    private final Harness harness =
            new Harness(new TestSettings().queueMaximumMessages(QUEUE).build());

    @AfterEach
    void end() {
        harness.close();
    }

    private static Publish[] burst(int size) {
        List<Publish> burst = new ArrayList<>();
        for (int i = 1; i <= size; i++) {
            burst.add(new Publish(TestClient.message("a", "m" + i, Qos.AT_LEAST_ONCE, false), i));
        }
        return burst.toArray(Publish[]::new);
    }

    private static List<String> texts(int size) {
        return IntStream.rangeClosed(1, size).mapToObj(i -> "m" + i).toList();
    }

    private SessionStatus status(String clientId) {
        SessionStatus status = new Admin(harness.engine).session(clientId);
        assertNotNull(status);
        return status;
    }

    @Test
    void shouldHoldAPublisherUntilItsSubscriberHasCaughtUp() {
        TestClient subscriber = harness.connect("s").automatic().subscribe("a", Qos.AT_LEAST_ONCE);
        TestClient publisher = harness.connect("p");
        subscriber.wire.writable(false);
        publisher.say(burst(3 * QUEUE));
        await().until(publisher.wire::isPaused);

        subscriber.wire.writable(true);
        subscriber.hear(Publish.class, 3 * QUEUE);
        assertEquals(texts(3 * QUEUE), subscriber.texts());
        assertEquals(0, status("s").dropped());
        publisher.hear(PubAck.class, 3 * QUEUE);
    }

    @Test
    void shouldNotWaitForASubscriberThatTakesNothing() {
        TestClient subscriber = harness.connect("s").subscribe("a", Qos.AT_LEAST_ONCE);
        TestClient publisher = harness.connect("p");
        subscriber.wire.writable(false);
        publisher.say(burst(3 * QUEUE));

        publisher.hear(PubAck.class, 3 * QUEUE);
        harness.settle();
        assertEquals(QUEUE, status("s").queued());
        assertEquals(2 * QUEUE, status("s").dropped());
    }

    @Test
    void shouldNotHoldAPublisherWhoseOwnAcknowledgementsAreDue() {
        TestClient both = harness.connect(harness.opening("b").with(Property.RECEIVE_MAXIMUM, 1));
        both.subscribe("a", Qos.AT_LEAST_ONCE);
        both.say(burst(QUEUE - 10));
        harness.settle();
        assertEquals(QUEUE - 10, both.heard(PubAck.class).size());
    }

    @Test
    void shouldLetPublishersGoWhenTheSubscriberLeaves() {
        TestClient subscriber = harness.connect("s").subscribe("a", Qos.AT_LEAST_ONCE);
        TestClient publisher = harness.connect("p");
        subscriber.wire.writable(false);
        publisher.say(burst(3 * QUEUE));
        await().until(publisher.wire::isPaused);
        subscriber.wire.breakOff();
        publisher.hear(PubAck.class, 3 * QUEUE);
    }

    @Test
    void shouldCountWhatWasDroppedForASessionThatHasEnded() {
        TestClient subscriber = harness.connect("s").subscribe("a", Qos.AT_LEAST_ONCE);
        TestClient publisher = harness.connect("p");
        subscriber.wire.largestPayload(1);
        publisher.say(burst(5));
        publisher.hear(PubAck.class, 5);
        harness.settle();
        subscriber.disconnect();
        await().until(() -> harness.session("s") == null);
        assertEquals(5L, new Admin(harness.engine).statistics().get("messages dropped"));
    }
}
