// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.auth.Verdict;
import io.mortise.api.protocol.ConnAck;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.PubAck;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that are a part of the broker, and what only they may do. */
class InternalTest {
    private final Harness harness = new Harness();

    @AfterEach
    void end() {
        harness.close();
    }

    @Test
    void shouldAskNobodyAboutAPartOfTheBroker() {
        harness.auth.verdict = attempt -> CompletableFuture.failedFuture(new IllegalStateException("down"));
        harness.auth.throwing = true;
        harness.connectInternal("part").retain("$SYS/x", "1").hear(PubAck.class);
        assertEquals(0, harness.auth.attempts.get());
    }

    @Test
    void shouldLetNoClientHaveItsPrincipal() {
        harness.auth.verdict = attempt -> CompletableFuture.completedFuture(new Verdict.Accept("$internal/part"));
        assertEquals(
                ReasonCode.NOT_AUTHORIZED,
                harness.open(harness.opening("x")).hear(ConnAck.class).reasonCode());
    }

    @Test
    void shouldLetNoClientTakeItsSession() {
        harness.connectInternal("part");
        assertEquals(
                ReasonCode.NOT_AUTHORIZED,
                harness.open(harness.opening("part")).hear(ConnAck.class).reasonCode());
    }

    @Test
    void shouldPublishWhatTheServerSaysToThoseWhoAskForItOnly() {
        TestClient all = harness.connect("all").subscribe("#", Qos.AT_MOST_ONCE);
        TestClient one = harness.connect("one").subscribe("+/x", Qos.AT_MOST_ONCE);
        TestClient sys = harness.connect("sys").subscribe("$SYS/#", Qos.AT_MOST_ONCE);
        TestClient part = harness.connectInternal("part");
        part.retain("$SYS/x", "1");
        sys.hear(Publish.class);
        TestClient late = harness.connect("late").subscribe("$SYS/#", Qos.AT_MOST_ONCE);
        late.hear(Publish.class);
        harness.connect("later").subscribe("#", Qos.AT_MOST_ONCE);
        harness.settle();
        assertTrue(all.publishes().isEmpty());
        assertTrue(one.publishes().isEmpty());
        assertEquals(List.of("1"), late.texts());
    }

    @Test
    void shouldLetNoClientPublishThere() {
        TestClient sys = harness.connect("sys").subscribe("$SYS/#", Qos.AT_MOST_ONCE);
        TestClient client = harness.connect("c");
        client.retain("$SYS/x", "mine");
        assertEquals(ReasonCode.NOT_AUTHORIZED, client.hear(PubAck.class).reasonCode());
        harness.connect(harness.opening("old").version(ProtocolVersion.MQTT_3_1_1))
                .retain("$SYS/x", "mine")
                .hear(PubAck.class);
        assertEquals(
                ReasonCode.NOT_AUTHORIZED,
                harness.open(harness.opening("w").will("$SYS/x", 0))
                        .hear(ConnAck.class)
                        .reasonCode());
        harness.settle();
        assertTrue(sys.publishes().isEmpty());
    }

    @Test
    void shouldPersistNothingOfIt() {
        harness.connectInternal("part").retain("$SYS/x", "1").retain("a", "1").hear(PubAck.class, 2);
        harness.restart();
        TestClient late = harness.connect("late").subscribe("$SYS/#", Qos.AT_MOST_ONCE);
        late.subscribe("#", Qos.AT_MOST_ONCE).hear(Publish.class);
        harness.settle();
        assertEquals("a", late.publishes().get(0).message().topic().name());
        assertEquals(1, late.publishes().size());
    }

    @Test
    void shouldNotCountIt() {
        harness.connectInternal("part").publish("$SYS/x", "1");
        harness.settle();
        var statistics = new Admin(harness.engine).statistics();
        assertEquals(0, statistics.get("connections"));
        assertEquals(0, statistics.get("sessions"));
        assertEquals(0, statistics.get("messages in"));
        assertFalse(statistics.containsKey("bytes in"));
    }
}
