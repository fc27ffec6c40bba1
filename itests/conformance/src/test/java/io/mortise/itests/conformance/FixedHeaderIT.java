// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mortise.itests.conformance.wire.Clients;
import io.mortise.itests.conformance.wire.Packet;
import io.mortise.itests.conformance.wire.Wire;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What all packets have in common (chapter 2): flags, lengths, packet identifiers. */
@Conformance
class FixedHeaderIT {
    private final Clients clients;

    FixedHeaderIT(Clients clients) {
        this.clients = clients;
    }

    @Test
    @Mqtt311({"2.2.2-2", "3.6.1-1", "3.8.1-1", "3.10.1-1", "3.14.1-1", "4.8.0-1"})
    void shouldEndTheConnectionAtOtherFlags311() {
        for (String bad : List.of(
                "80 [ 0001 <@/t> 00 ]",
                "81 [ 0001 <@/t> 00 ]",
                "83 [ 0001 <@/t> 00 ]",
                "8a [ 0001 <@/t> 00 ]",
                "a0 [ 0001 <@/t> ]",
                "a3 [ 0001 <@/t> ]",
                "41 [ 0001 ]",
                "48 [ 0001 ]",
                "52 [ 0001 ]",
                "60 [ 0001 ]",
                "63 [ 0001 ]",
                "6a [ 0001 ]",
                "72 [ 0001 ]",
                "c1 00",
                "c8 00",
                "e1 00",
                "e2 00")) {
            clients.mqtt311("c").send(bad).expectClosed();
        }
        clients.open().send("11 [ <MQTT> 04 02 0000 <@c> ]").expectClosed();
    }

    @Test
    @Mqtt5({"2.1.3-1", "3.6.1-1", "3.8.1-1", "3.10.1-1", "3.14.1-1", "3.15.1-1", "4.13.1-1"})
    void shouldSayMalformedAtOtherFlags5() {
        for (String bad : List.of(
                "80 [ 0001 [ ] <@/t> 00 ]",
                "83 [ 0001 [ ] <@/t> 00 ]",
                "8a [ 0001 [ ] <@/t> 00 ]",
                "a0 [ 0001 [ ] <@/t> ]",
                "a3 [ 0001 [ ] <@/t> ]",
                "41 [ 0001 ]",
                "52 [ 0001 ]",
                "60 [ 0001 ]",
                "63 [ 0001 ]",
                "72 [ 0001 ]",
                "c1 00",
                "e1 00",
                "e8 [ 00 ]",
                "f1 [ 19 [ 15 <method> ] ]",
                "f2 [ 19 [ 15 <method> ] ]")) {
            clients.mqtt5("c").send(bad).expect("e0 [ 81 ... ]").expectClosed();
        }
        clients.open().send("11 [ <MQTT> 05 02 0000 [ ] <@c> ]").expectRefusal("20 [ 00 81 ... ]");
    }

    @Test
    @Mqtt311({"2.2.2-1", "2.3.1-6", "2.3.1-7", "3.8.4-2", "3.10.4-4", "3.12.4-1", "7.0.0-2", "7.1.1-1"})
    void shouldSendTheFlagsAndIdentifiersThatAreDue311() {
        Wire client = clients.mqtt311("c");
        client.send("82 [ 1234 <@/t> 02 ]").expect("90 [ 1234 02 ]");
        client.send("34 [ <@/t> 4321 'x' ]").expectInAnyOrder("50 [ 4321 ]", "34 [ <@/t> .. .. 'x' ]");
        client.send("62 [ 4321 ]").expect("70 [ 4321 ]");
        client.send("32 [ <@/else> ffff 'x' ]").expect("40 [ ffff ]");
        client.send("a2 [ 1235 <@/t> ]").expect("b0 [ 1235 ]");
        client.send("c0 00").expect("d0 00");
    }

    @Test
    @Mqtt5({"2.1.3-1", "2.2.1-5", "2.2.1-6", "2.2.2-1", "3.8.4-2", "3.10.4-4", "3.10.4-5", "3.12.4-1", "4.2.0-1"})
    void shouldSendTheFlagsAndIdentifiersThatAreDue5() {
        Wire client = clients.mqtt5("c");
        client.send("82 [ 1234 [ ] <@/t> 02 ]").expect("90 [ 1234 [ ] 02 ]");
        client.send("34 [ <@/t> 4321 [ ] 'x' ]").expectInAnyOrder("50 [ 4321 ... ]", "34 [ <@/t> .. .. [ ] 'x' ]");
        client.send("62 [ 4321 ]").expect("70 [ 4321 ... ]");
        client.send("32 [ <@/else> ffff [ ] 'x' ]").expect("40 [ ffff ... ]");
        client.send("a2 [ 1235 [ ] <@/t> ]").expect("b0 [ 1235 [ ] 00 ]");
        client.send("c0 00").expect("d0 00");
    }

    @Test
    @Mqtt5("1.5.5-1")
    void shouldSayMalformedAtALengthThatIsLongerThanItNeedsToBe() {
        for (String bad : List.of(
                "c0 8000",
                "82 8800 0001 00 <ab> 00",
                "30 [ <@/t> 8000 (no properties) 'x' ]",
                "82 [ 0001 [ 0b 8100 (subscription identifier 1) ] <@/t> 00 ]")) {
            clients.mqtt5("c").send(bad).expect("e0 [ 81 ... ]").expectClosed();
        }
        for (String bad : List.of("30 ffffffff7f", "30 ffffffff01", "30 [ <@/t> ffffffff7f 'x' ]")) { // five bytes
            clients.mqtt5("c").send(bad).expect("e0 [ 81 ... ]").expectClosed();
        }
    }

    @Test
    @Mqtt5("2.2.2-1")
    void shouldSayMalformedWhereTheLengthOfThePropertiesIsMissing() {
        clients.open().send("10 [ <MQTT> 05 02 0000 <@c> ]").expectRefusal("20 [ 00 81 ... ]");
        clients.mqtt5("c").send("82 [ 0001 ]").expect("e0 [ 81 ... ]").expectClosed();
        clients.mqtt5("c").send("32 [ <@/t> 0001 ]").expect("e0 [ 81 ... ]").expectClosed();
    }

    @Test
    @Mqtt311("2.3.1-1")
    void shouldEndTheConnectionAtPacketIdentifierZero311() {
        for (String bad : List.of(
                "82 [ 0000 <@/t> 00 ]",
                "a2 [ 0000 <@/t> ]",
                "32 [ <@/t> 0000 'x' ]",
                "34 [ <@/t> 0000 'x' ]",
                "62 [ 0000 ]")) {
            clients.mqtt311("c").send(bad).expectClosed();
        }
    }

    @Test
    @Mqtt5("2.2.1-3")
    void shouldEndTheConnectionAtPacketIdentifierZero5() {
        for (String bad : List.of(
                "82 [ 0000 [ ] <@/t> 00 ]",
                "a2 [ 0000 [ ] <@/t> ]",
                "32 [ <@/t> 0000 [ ] 'x' ]",
                "34 [ <@/t> 0000 [ ] 'x' ]",
                "62 [ 0000 ]")) {
            clients.mqtt5("c").send(bad).expect("e0 [ .. ... ]").expectClosed();
        }
    }

    @Test
    @Mqtt311({"2.3.1-5", "4.3.1-1", "3.3.1-2"})
    @Mqtt5({"2.2.1-2", "4.3.1-1", "3.3.1-2"})
    void shouldSendQosZeroWithoutIdentifier() {
        Wire old = clients.mqtt311("o");
        Wire five = clients.mqtt5("f");
        old.send("82 [ 0001 <@/t> 02 ]").expect("90 [ 0001 02 ]");
        five.send("82 [ 0001 [ ] <@/t> 02 ]").expect("90 [ 0001 [ ] 02 ]");
        old.send("30 [ <@/t> 0005 'hello' ]"); // 0005 is payload
        old.expect("30 [ <@/t> 0005 'hello' ]");
        five.expect("30 [ <@/t> [ ] 0005 'hello' ]");
    }

    @Test
    @Mqtt311("2.3.1-4")
    void shouldTakeAnotherIdentifierForEachMessageInFlight311() {
        Wire client = clients.lasting311("c");
        client.send("82 [ 0001 <@/t> 02 ]").expect("90 [ 0001 02 ]");
        List<String> first = publishFive(client, clients.mqtt311("p"), "32 [ <@/t> 0001 'x' ]");
        client.drop();
        Wire again = clients.open();
        again.send("10 [ <MQTT> 04 00 0000 <@c> ]").expect("20 [ 01 00 ]");
        List<String> second = List.of(1, 2, 3, 4, 5).stream()
                .map(i -> again.packet().packetId())
                .toList();
        assertEquals(first, second);
        // they are free again after PUBACK: 70,000 more messages would not do otherwise, and 5 need not wait
        second.forEach(id -> again.send("40 [ " + id + " ]"));
        publishFive(again, clients.mqtt311("p"), "32 [ <@/t> 0001 'x' ]");
        again.send("e0 00");
        clients.mqtt311("c").disconnect();
    }

    @Test
    @Mqtt5({"2.2.1-4", "4.3.2-1", "4.3.3-1"})
    void shouldTakeAnotherIdentifierForEachMessageInFlight5() {
        Wire client = clients.mqtt5("c");
        client.send("82 [ 0001 [ ] <@/t> 02 ]").expect("90 [ 0001 [ ] 02 ]");
        Wire publisher = clients.mqtt5("p");
        Set<String> identifiers = new HashSet<>(publishFive(client, publisher, "32 [ <@/t> 0001 [ ] 'x' ]"));
        for (int i = 1; i <= 5; i++) {
            publisher.send("34 [ <@/t> 000" + i + " [ ] 'x' ]").expect("50 [ 000" + i + " ... ]");
            identifiers.add(client.packet().packetId());
        }
        assertEquals(10, identifiers.size());
        assertEquals(false, identifiers.contains("0000"));
    }

    /** Publishes five times at QoS 1 with packet identifier 1, and answers the identifiers with which they come. */
    private static List<String> publishFive(Wire client, Wire publisher, String publish) {
        for (int i = 0; i < 5; i++) {
            publisher.send(publish).expect("40 [ 0001 ... ]");
        }
        List<String> identifiers = List.of(1, 2, 3, 4, 5).stream()
                .map(i -> client.packet())
                .map(Packet::packetId)
                .toList();
        assertEquals(5, Set.copyOf(identifiers).size());
        assertEquals(false, identifiers.contains("0000"));
        return identifiers;
    }
}
