// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScenarioRunTest {

    private static final long MANY = 20_000;

    private Relay relay;
    private Thread server;
    private Broker broker;

    @BeforeEach
    void startRelay() throws IOException {
        relay = new Relay(0);
        server = new Thread(this::serve, "relay");
        server.start();
        broker = new Broker(
                "relay",
                new InetSocketAddress(InetAddress.getLoopbackAddress(), relay.port()),
                false,
                Broker.UNKNOWN_PROCESS,
                null);
    }

    private void serve() {
        try (Relay serving = relay) {
            serving.serve();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterEach
    void stopRelay() throws InterruptedException {
        server.interrupt();
        server.join();
    }

    private static Scenario scenario(Shape shape, int qos) {
        return new Scenario(
                shape, qos, 3, 64, true, 100, 10, 0, MANY, Duration.ZERO, Duration.ofSeconds(20), Duration.ZERO);
    }

    @Test
    void shouldDeliverEverythingFromManyToOneWithoutFault() throws IOException {
        assertFaultless(ScenarioRun.run(scenario(Shape.FAN_IN, 0), broker, 0, new Progress()));
    }

    @Test
    void shouldDeliverEverythingFromOneToManyWithoutFault() throws IOException {
        assertFaultless(ScenarioRun.run(scenario(Shape.FAN_OUT, 0), broker, 0, new Progress()));
    }

    private static void assertFaultless(Result result) {
        assertTrue(result.delivered() >= MANY);
        assertTrue(result.faults().expected() >= result.delivered());
        assertEquals(new Result.Faults(result.faults().expected(), 0, 0, 0, 0, true), result.faults());
        assertTrue(result.latency().p99Millis() >= result.latency().p50Millis());
    }

    @Test
    void shouldCountMessagesForSomebodyElseAsDamaged() throws IOException {
        // the relay sends all topics to everyone: with pairs, two of three messages are not the subscriber's
        Result result = ScenarioRun.run(scenario(Shape.PAIRS, 0), broker, 0, new Progress());
        assertEquals(0, result.faults().lost());
        assertTrue(result.faults().damaged() > result.faults().expected(), result.toString());
    }

    @Test
    void shouldFailWhenSubscriptionIsGrantedWithLessThanWasAskedFor() {
        IOException failure = assertThrows(
                IOException.class, () -> ScenarioRun.run(scenario(Shape.FAN_IN, 1), broker, 0, new Progress()));
        assertTrue(failure.getMessage().contains("SUBSCRIBE with QoS 1"), failure.getMessage());
    }

    @Test
    void shouldFailWhenNobodyListens() throws Exception {
        stopRelay();
        assertThrows(IOException.class, () -> ScenarioRun.run(scenario(Shape.FAN_IN, 0), broker, 0, new Progress()));
    }
}
