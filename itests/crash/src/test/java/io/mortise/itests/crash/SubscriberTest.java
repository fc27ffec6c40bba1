// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.itests.load.Wire;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SubscriberTest {

    private final Counterpart broker = new Counterpart();
    private final Findings findings = broker.stage().findings;
    private final Flow flow = broker.stage().flows.add("t", 2, false);
    private final Audience audience = new Audience("somebody", 2, true, Violation.LOST, findings);
    private Subscriber subscriber;

    SubscriberTest() throws IOException {}

    @BeforeEach
    void subscribe() throws IOException {
        audience.expect(flow);
        subscriber = broker.with(
                () -> new Subscriber(broker.stage(), Version.MQTT_3_1_1, "s", "t", audience, Attendance.Habit.ONLINE));
        broker.welcome(false);
        broker.expect(Packets.subscribe(Version.MQTT_3_1_1, 1, "t", 2));
        broker.send(new byte[] {(byte) 0x90, 3, 0, 1, 2});
        broker.await(subscriber::isSettled);
    }

    private void send(boolean dup, int packetId, byte[] payload) throws IOException {
        broker.send(Packets.publish(Version.MQTT_3_1_1, "t", 2, false, dup, packetId, payload));
        broker.expect(Packets.ack(Wire.PUBREC, packetId));
    }

    private void release(int packetId) throws IOException {
        broker.send(Packets.ack(Wire.PUBREL, packetId));
        broker.expect(Packets.ack(Wire.PUBCOMP, packetId));
    }

    @Test
    void shouldTakeWhatIsSentAgainBeforePubRelForTheSame() throws IOException {
        byte[] payload = flow.payload(flow.next());
        send(false, 7, payload);
        broker.drop();
        broker.welcome(true);
        send(true, 7, payload);
        release(7);
        assertEquals(1, findings.delivered);
        assertTrue(findings.isClean());
    }

    @Test
    void shouldTakeWhatIsSentAgainAfterPubRelForASecondOne() throws IOException {
        byte[] payload = flow.payload(flow.next());
        send(false, 7, payload);
        release(7);
        send(true, 7, payload);
        assertEquals(1, findings.count(Violation.TWICE));
    }

    @Test
    void shouldSeeAnIdentifierThatIsUsedForAnotherMessageTooEarly() throws IOException {
        send(false, 7, flow.payload(flow.next()));
        send(false, 7, flow.payload(flow.next()));
        assertEquals(1, findings.count(Violation.PROTOCOL));
    }

    @Test
    void shouldSeeAChangedByteAndAMessageThatNobodyHasSent() throws IOException {
        byte[] payload = flow.payload(flow.next());
        payload[payload.length - 1] ^= 1;
        send(false, 7, payload);
        send(false, 8, flow.payload(5));
        assertEquals(2, findings.count(Violation.DAMAGED));
        assertEquals(0, findings.delivered);
    }

    @AfterEach
    void close() throws IOException {
        broker.close();
    }
}
