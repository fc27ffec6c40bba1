// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.itests.load.Wire;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PublisherTest {

    private static final double ONE_IN_A_LONG_TIME = 1e-6;

    private final Counterpart broker = new Counterpart();
    private Flow flow;

    PublisherTest() throws IOException {}

    private Publisher publisher(Version version, int qos) {
        flow = broker.stage().flows.add("t", qos, false);
        return broker.with(() -> new Publisher(broker.stage(), version, "p", List.of(flow), 1, ONE_IN_A_LONG_TIME));
    }

    private byte[] message(Version version, boolean dup, int packetId) {
        return Packets.publish(version, "t", flow.qos(), false, dup, packetId, flow.payload(0));
    }

    private byte[] begin(Version version) throws IOException {
        broker.welcome(false);
        broker.stage().publishing = true;
        byte[] first = message(version, false, 1);
        broker.expect(first);
        return first;
    }

    @Test
    void shouldSendAgainWithDupWhenTheSessionIsThere() throws IOException {
        Publisher publisher = publisher(Version.MQTT_3_1_1, 1);
        begin(Version.MQTT_3_1_1);
        broker.drop();
        broker.welcome(true);
        broker.expect(message(Version.MQTT_3_1_1, true, 1));
        broker.send(Packets.ack(Wire.PUBACK, 1));
        broker.await(publisher::isSettled);
        assertEquals(1, flow.acknowledged().cardinality());
        assertTrue(broker.stage().findings.isClean());
    }

    @Test
    void shouldSendPubRelAgainOnceItHasPubRec() throws IOException {
        Publisher publisher = publisher(Version.MQTT_5, 2);
        begin(Version.MQTT_5);
        broker.send(Packets.ack(Wire.PUBREC, 1));
        broker.expect(Packets.ack(Wire.PUBREL, 1));
        assertEquals(1, flow.acknowledged().cardinality());
        assertEquals(-1, flow.lastCompleted());
        broker.drop();
        broker.welcome(true);
        broker.expect(Packets.ack(Wire.PUBREL, 1));
        broker.send(Packets.ack(Wire.PUBCOMP, 1));
        broker.await(publisher::isSettled);
        assertEquals(0, flow.lastCompleted());
        assertTrue(broker.stage().findings.isClean());
    }

    @Test
    void shouldSendAsNewWhenTheSessionIsGoneAndTellSo() throws IOException {
        publisher(Version.MQTT_3_1_1, 2);
        begin(Version.MQTT_3_1_1);
        broker.drop();
        broker.welcome(false);
        broker.expect(message(Version.MQTT_3_1_1, false, 2));
        assertEquals(1, broker.stage().findings.count(Violation.SESSION));
    }

    @Test
    void shouldNotTakeARefusalForAnAcknowledgement() throws IOException {
        Publisher publisher = publisher(Version.MQTT_5, 1);
        begin(Version.MQTT_5);
        broker.send(new byte[] {0x40, 3, 0, 1, (byte) 0x97});
        broker.await(publisher::isSettled);
        assertEquals(0, flow.acknowledged().cardinality());
        assertEquals(1, broker.stage().findings.refused);
    }

    @Test
    void shouldSeeAnAcknowledgementOfNothing() throws IOException {
        Publisher publisher = publisher(Version.MQTT_5, 1);
        broker.welcome(false);
        broker.send(Packets.ack(Wire.PUBACK, 9));
        broker.await(() -> !broker.stage().findings.isClean());
        assertEquals(1, broker.stage().findings.count(Violation.PROTOCOL));
        assertTrue(!publisher.isConnected());
    }

    @AfterEach
    void close() throws IOException {
        broker.close();
    }
}
