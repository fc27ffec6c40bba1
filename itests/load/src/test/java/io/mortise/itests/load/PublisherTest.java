// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PublisherTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Sequence fast = new Sequence();
    private final Sequence slow = new Sequence();
    private final Tally tally = new Tally();
    private ServerSocket server;
    private Loop loop;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        loop = new Loop(0);
    }

    @AfterEach
    void close() throws IOException {
        loop.close();
        server.close();
    }

    private Publisher publisher(int qos, int window, int inflight, double rate) throws IOException {
        Scenario scenario = new Scenario(
                Shape.FAN_OUT, qos, 2, 64, true, window, inflight, 0, 0, Duration.ZERO, Duration.ZERO, Duration.ZERO);
        Publisher publisher =
                new Publisher(loop, "", 0, "t", scenario, new Payload(64), rate, List.of(fast, slow), tally);
        loop.connect(null, (InetSocketAddress) server.getLocalSocketAddress(), publisher);
        loop.round(1000);
        return publisher;
    }

    private static void receive(Publisher publisher, int type, int packetId) throws IOException {
        byte[] ack = new byte[Wire.ACK_LENGTH];
        Wire.putAck(ack, 0, type, packetId);
        Frames.split(ack, 0, ack.length, publisher);
    }

    private static void acceptUntil(Sequence sequence, long end) {
        while (sequence.next() < end) {
            sequence.accept(sequence.next());
        }
    }

    @Test
    void shouldStayWithinWindowOfItsSlowestSubscriber() throws IOException {
        Publisher publisher = publisher(0, 8, 1, 0);
        publisher.publish(1);
        assertEquals(8, publisher.sent());
        acceptUntil(fast, 8);
        publisher.publish(2);
        assertEquals(8, publisher.sent());
        acceptUntil(slow, 5);
        publisher.publish(3);
        assertEquals(13, publisher.sent());
        assertFalse(publisher.isSettled());
    }

    @Test
    void shouldWaitUntilQuarterOfWindowIsFree() throws IOException {
        Publisher publisher = publisher(0, 8, 1, 0);
        publisher.publish(1);
        acceptUntil(fast, 1);
        acceptUntil(slow, 1);
        publisher.publish(2);
        assertEquals(8, publisher.sent());
    }

    @Test
    void shouldGiveUpLostMessagesAfterTwoSecondsWithoutProgress() throws IOException {
        Publisher publisher = publisher(0, 8, 1, 0);
        publisher.publish(1);
        publisher.publish(2 * SECOND);
        assertEquals(8, publisher.sent());
        publisher.publish(3 * SECOND);
        assertEquals(16, publisher.sent());
    }

    @Test
    void shouldNotSendMoreThanItsRate() throws IOException {
        Publisher publisher = publisher(0, 1000, 1, 10);
        publisher.publish(5);
        publisher.publish(5 + SECOND / 2);
        assertEquals(5, publisher.sent());
    }

    @Test
    void shouldKeepHandshakesOfQos2WithinInflightWindow() throws IOException {
        Publisher publisher = publisher(2, 1000, 2, 0);
        publisher.publish(1);
        assertEquals(2, publisher.sent());

        receive(publisher, Wire.PUBREC, 1);
        assertArrayEquals(new byte[] {0x62, 2, 0, 1}, Arrays.copyOf(loop.output, loop.outputLength));
        publisher.drained();
        publisher.publish(2);
        assertEquals(2, publisher.sent());

        receive(publisher, Wire.PUBCOMP, 1);
        publisher.publish(3);
        assertEquals(3, publisher.sent());
    }

    @Test
    void shouldBeSettledWhenAllIsReceivedAndAcknowledged() throws IOException {
        Publisher publisher = publisher(1, 1000, 1, 0);
        publisher.publish(1);
        acceptUntil(fast, 1);
        acceptUntil(slow, 1);
        assertFalse(publisher.isSettled());
        receive(publisher, Wire.PUBACK, 1);
        assertTrue(publisher.isSettled());
    }

    @Test
    void shouldMeasureFromPublishToPubAckOrPubRec() throws IOException {
        Publisher publisher = publisher(1, 1000, 1, 0);
        publisher.publish(10);
        loop.readAt = 13;
        receive(publisher, Wire.PUBACK, 1);
        assertEquals(3, tally.acknowledgement.quantile(1));

        publisher = publisher(2, 1000, 1, 0);
        publisher.publish(20);
        loop.readAt = 27;
        receive(publisher, Wire.PUBREC, 1);
        loop.readAt = 90;
        receive(publisher, Wire.PUBCOMP, 1);
        assertEquals(7, tally.acknowledgement.quantile(1));
    }

    @Test
    void shouldRefuseAcknowledgementOfNothing() throws IOException {
        Publisher publisher = publisher(2, 1000, 2, 0);
        publisher.publish(1);
        assertThrows(IOException.class, () -> receive(publisher, Wire.PUBCOMP, 1));
        assertThrows(IOException.class, () -> receive(publisher, Wire.PUBACK, 1));
        assertThrows(IOException.class, () -> receive(publisher, Wire.PUBREC, 3));
    }
}
