// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.protocol.ConnAck;
import io.mortise.api.protocol.PubAck;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.store.SessionRecord;
import io.mortise.api.store.SessionState;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions and retained messages that come into the stores while the broker runs. */
@Timeout(60)
class ChangeStoresTest {
    private final Harness harness = new Harness();

    @AfterEach
    void end() {
        harness.close();
    }

    private SessionRecord session(String clientId, String filter) {
        return new SessionRecord(
                clientId,
                new SessionState("", 1000, harness.clock.millis(), null),
                List.of(new Subscription(TopicFilter.of(filter), Qos.AT_LEAST_ONCE)),
                List.of(),
                Set.of());
    }

    @Test
    void shouldTakeUpWhatIsNewAndLeaveTheRestAsItIs() {
        TestClient here = harness.connectLasting("here").subscribe("a", Qos.AT_LEAST_ONCE);
        TestClient publisher = harness.connect("publisher");
        publisher.retain("kept/here", "mine");
        publisher.hear(PubAck.class, 1);
        harness.engine.changeStores(clients -> {
            assertEquals(Set.of("here", "publisher"), clients);
            harness.sessions.put(session("new", "a"));
            harness.retained.put(TestClient.message("kept/new", "theirs", Qos.AT_LEAST_ONCE, true));
        });

        publisher.publish("a", "both", Qos.AT_LEAST_ONCE, 7);
        here.hear(Publish.class);
        TestClient taken = harness.open(harness.opening("new").expiry(1000));
        assertTrue(taken.hear(ConnAck.class).sessionPresent());
        assertEquals("a", taken.hear(Publish.class).message().topic().name());
        TestClient late = harness.connect("late").subscribe("kept/#", Qos.AT_MOST_ONCE);
        assertEquals(2, late.hear(Publish.class, 2).size());
    }

    @Test
    void shouldServeAgainWhenTheChangeFails() {
        TestClient publisher = harness.connect("publisher");
        assertThrows(
                IllegalArgumentException.class,
                () -> harness.engine.changeStores(clients -> {
                    harness.sessions.put(session("new", "a"));
                    throw new IllegalArgumentException("line 7");
                }));
        publisher.publish("a", "x", Qos.AT_LEAST_ONCE, 1).hear(PubAck.class, 1);
        assertTrue(harness.open(harness.opening("new").expiry(1000))
                .hear(ConnAck.class)
                .sessionPresent());
    }

    @Test
    void shouldNotChangeWhatIsAway() {
        harness.engine.loseSessionStore(harness.sessions);
        assertThrows(IllegalStateException.class, () -> harness.engine.changeStores(clients -> {}));
    }
}
