// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SubscriberTest {

    private static final int PUBLISHER = 1;

    private final Payload payload = new Payload(64);
    private final Tally tally = new Tally();
    private Loop loop;

    @BeforeEach
    void openLoop() throws IOException {
        loop = new Loop(0);
    }

    @AfterEach
    void closeLoop() throws IOException {
        loop.close();
    }

    private Subscriber subscriber(int qos) {
        Scenario scenario =
                new Scenario(Shape.FAN_IN, qos, 2, 64, true, 1, 1, 0, 0, Duration.ZERO, Duration.ZERO, Duration.ZERO);
        Subscriber subscriber = new Subscriber(loop, "", 0, "t/+", scenario, payload, tally);
        subscriber.expect(PUBLISHER, "t/1");
        return subscriber;
    }

    private byte[] publish(String topic, int qos, int publisher, long sequence) {
        byte[] packet = Wire.publish(topic, qos, payload.length());
        payload.write(packet, packet.length - payload.length(), publisher, sequence, 0);
        if (qos > 0) {
            Wire.putShort(packet, packet.length - payload.length() - 2, 0x0405);
        }
        return packet;
    }

    private static void receive(Subscriber subscriber, byte[] packet) throws IOException {
        assertEquals(packet.length, Frames.split(packet, 0, packet.length, subscriber));
    }

    private void assertCounted(long delivered, long damaged) {
        assertEquals(delivered, tally.delivered, "delivered");
        assertEquals(damaged, tally.damaged, "damaged");
    }

    @Test
    void shouldCountMessageOnceHoweverOftenItComes() throws IOException {
        Subscriber subscriber = subscriber(0);
        receive(subscriber, publish("t/1", 0, PUBLISHER, 0));
        receive(subscriber, publish("t/1", 0, PUBLISHER, 0));
        assertCounted(1, 0);
    }

    @Test
    void shouldCountPayloadUnderAnotherTopicAsDamaged() throws IOException {
        receive(subscriber(0), publish("t/2", 0, PUBLISHER, 0));
        assertCounted(0, 1);
    }

    @Test
    void shouldCountUnknownPublisherAsDamaged() throws IOException {
        Subscriber subscriber = subscriber(0);
        receive(subscriber, publish("t/1", 0, 0, 0));
        receive(subscriber, publish("t/1", 0, 77, 0));
        receive(subscriber, publish("t/1", 0, -1, 0));
        assertCounted(0, 3);
    }

    @Test
    void shouldCountAnotherQosAsDamaged() throws IOException {
        receive(subscriber(0), publish("t/1", 1, PUBLISHER, 0));
        assertCounted(0, 1);
    }

    @Test
    void shouldAcknowledgeAsItsQosDemands() throws IOException {
        receive(subscriber(1), publish("t/1", 1, PUBLISHER, 0));
        Subscriber exactlyOnce = subscriber(2);
        receive(exactlyOnce, publish("t/1", 2, PUBLISHER, 0));
        receive(exactlyOnce, new byte[] {0x62, 2, 4, 5});
        byte[] expected = {
            0x40, 2, 4, 5, // PUBACK
            0x50, 2, 4, 5, // PUBREC
            0x70, 2, 4, 5, // PUBCOMP
        };
        assertArrayEquals(expected, Arrays.copyOf(loop.output, loop.outputLength));
        assertCounted(2, 0);
    }

    @Test
    void shouldRefusePacketThatNoBrokerSendsToSubscriber() {
        byte[] pubAck = {0x40, 2, 4, 5};
        assertThrows(IOException.class, () -> receive(subscriber(1), pubAck));
    }
}
