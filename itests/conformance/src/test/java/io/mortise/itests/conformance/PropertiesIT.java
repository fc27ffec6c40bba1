// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.itests.conformance.wire.Clients;
import io.mortise.itests.conformance.wire.Packet;
import io.mortise.itests.conformance.wire.Wire;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What MQTT 5.0 adds to a message (3.3.2.3): passed on as it is, or counted down. */
@Conformance
class PropertiesIT {
    private final Clients clients;

    PropertiesIT(Clients clients) {
        this.clients = clients;
    }

    @Test
    @Mqtt5({"3.3.2-4", "3.3.2-15", "3.3.2-16", "3.3.2-17", "3.3.2-18", "3.3.2-20"})
    void shouldPassPropertiesOnAsTheyAre() {
        Wire subscriber = clients.mqtt5("s").send("82 [ 0001 [ ] <@/t> 02 ]").expect("90 [ 0001 [ ] 02 ]");
        Wire another = clients.mqtt5("a").send("82 [ 0001 [ ] <@/#> 00 ]").expect("90 [ 0001 [ ] 00 ]");
        Wire old = clients.mqtt311("o").send("82 [ 0001 <@/t> 00 ]").expect("90 [ 0001 00 ]");
        Wire publisher = clients.mqtt5("p");
        for (String head : List.of("30 [ <@/t>", "32 [ <@/t> 0001", "34 [ <@/t> 0002", "31 [ <@/t>")) {
            publisher.send(head
                    + " [ 01 01 (payload format) 26 <b> <2> 08 <@/a> (response topic) 09 0003 00ff80 (correlation data)"
                    + " 26 <a> <1> 03 <text/plain> (content type) 26 <b> <3> 26 <> <> ] 'hello' ]");
            assertAllThere(subscriber.packet());
            assertAllThere(another.packet());
            old.expect("30 [ <@/t> 'hello' ]");
        }
        Wire later = clients.mqtt5("l").send("82 [ 0001 [ ] <@/t> 02 ]").expect("90 [ 0001 [ ] 02 ]");
        assertAllThere(later.packet()); // the retained one
        later.send("31 [ <@/t> [ ] ]").expect("30 [ <@/t> [ ] ]");
    }

    private void assertAllThere(Packet publish) {
        assertEquals("01", publish.property("01"));
        assertEquals(clients.hex("<@/a>").get(0), publish.property("08"));
        assertEquals("000300ff80", publish.property("09"));
        assertEquals(clients.hex("<text/plain>").get(0), publish.property("03"));
        assertEquals(
                clients.hex("26 <b> <2>", "26 <a> <1>", "26 <b> <3>", "26 <> <>"),
                publish.properties().stream()
                        .filter(each -> each.startsWith("26"))
                        .toList());
        assertEquals(8, publish.properties().size());
        assertEquals("hello", publish.payload5());
    }

    @Test
    @Mqtt5("3.3.2-4")
    void shouldPassOnThatThePayloadIsNoText() {
        Wire client = clients.mqtt5("c").send("82 [ 0001 [ ] <@/t> 00 ]").expect("90 [ 0001 [ ] 00 ]");
        client.send("30 [ <@/t> [ 01 00 ] ff ]");
        assertTrue(List.of("", "00").contains(client.packet().property("01")));
    }

    @Test
    @Mqtt5("3.3.2-14")
    void shouldSayThatAResponseTopicHasNoWildcards() {
        for (String topic : List.of("<@/#>", "<+/a>", "<a+b>")) {
            clients.mqtt5("c")
                    .send("30 [ <@/t> [ 08 " + topic + " ] 'x' ]")
                    .expect("e0 [ .. ... ]")
                    .expectClosed();
        }
    }

    @Test
    @Mqtt5({"3.3.4-6", "4.13.1-1"})
    void shouldSayProtocolErrorAtASubscriptionIdentifierFromAClient() {
        clients.mqtt5("c")
                .send("30 [ <@/t> [ 0b 01 ] 'x' ]")
                .expect("e0 [ 82 ... ]")
                .expectClosed();
    }

    @Test
    @Mqtt5("4.13.1-1")
    void shouldEndTheConnectionAtPropertiesThatAreTwiceThereOrNotDue() {
        for (String bad : List.of(
                "30 [ <@/t> [ 01 00 01 00 ] 'x' ]",
                "30 [ <@/t> [ 01 02 (neither 0 nor 1) ] 'x' ]",
                "30 [ <@/t> [ 03 <a> 03 <b> ] 'x' ]",
                "30 [ <@/t> [ 11 00000001 (session expiry) ] 'x' ]",
                "30 [ <@/t> [ 04 00 (no property) ] 'x' ]",
                "82 [ 0001 [ 0b 00 (subscription identifier 0) ] <@/t> 00 ]",
                "82 [ 0001 [ 0b 01 0b 02 ] <@/t> 00 ]",
                "82 [ 0001 [ 03 <text> ] <@/t> 00 ]",
                "a2 [ 0001 [ 0b 01 ] <@/t> ]",
                "e0 [ 00 [ 11 00000000 11 00000000 ] ]")) {
            clients.mqtt5("c").send(bad).expect("e0 [ .. ... ]").expectClosed();
        }
        for (String bad : List.of(
                "21 0000 (receive maximum 0)",
                "27 00000000 (maximum packet size 0)",
                "17 02 (request problem information)",
                "11 00000001 11 00000001",
                "16 0001 00 (authentication data without a method)",
                "23 0001 (topic alias)")) {
            clients.open()
                    .send("10 [ <MQTT> 05 02 0000 [ " + bad + " ] <@c> ]")
                    .expectRefusal("20 [ 00 81 ... ]", "20 [ 00 82 ... ]");
        }
    }

    @Test
    @Mqtt5({"3.3.4-3", "3.3.4-4", "3.3.2-3"})
    void shouldSendTheIdentifiersOfAllSubscriptionsThatMatch() {
        Wire client = clients.mqtt5("c");
        client.send("82 [ 0001 [ 0b 01 ] <@/t> 01 ]").expect("90 [ 0001 [ ] 01 ]");
        client.send("82 [ 0002 [ 0b ffffff7f (268,435,455) ] <@/+> 00 ]").expect("90 [ 0002 [ ] 00 ]");
        client.send("82 [ 0003 [ ] <@/#> 00 ]").expect("90 [ 0003 [ ] 00 ]");
        client.send("82 [ 0004 [ 0b 8001 (128) ] <@/u/+> 00 ]").expect("90 [ 0004 [ ] 00 ]");
        client.send("30 [ <@/t> [ ] 'x' ]");
        Packet publish = client.packet();
        assertEquals(
                List.of("0b01", "0bffffff7f"),
                publish.properties().stream().sorted().toList());
        client.send("30 [ <@/u/v> [ ] 'x' ]").expect("30 [ <@/u/v> [ 0b 8001 ] 'x' ]");
        client.send("30 [ <@/u> [ ] 'x' ]").expect("30 [ <@/u> [ 0b ffffff7f ] 'x' ]");
        client.send("30 [ <@> [ ] 'x' ]").expect("30 [ <@> [ ] 'x' ]"); // only the one without matches
        // made again without an identifier, it has none
        client.send("82 [ 0005 [ ] <@/u/+> 00 ]").expect("90 [ 0005 [ ] 00 ]");
        client.send("30 [ <@/u/v> [ ] 'x' ]").expect("30 [ <@/u/v> [ ] 'x' ]");
    }

    @Test
    @Mqtt5("3.3.2-6")
    void shouldCountTheExpiryDown() {
        clients.mqtt5("p")
                .send("33 [ <@/t> 0001 [ 02 00000064 (100 s) ] 'kept' ]")
                .expect("40 [ 0001 ... ]");
        Wire client = clients.mqtt5("c");
        long remaining;
        do { // a second passes in the end
            client.send("82 [ 0001 [ ] <@/t> 00 ]").expect("90 [ 0001 [ ] 00 ]");
            remaining = Long.parseLong(client.packet().property("02"), 16);
            assertTrue(remaining <= 100 && remaining > 50, "remaining: " + remaining);
        } while (remaining == 100);
        client.send("31 [ <@/t> [ ] ]").expect("30 [ <@/t> [ ] ]");
    }

    @Test
    @Mqtt5("3.3.2-5")
    void shouldDeleteAMessageThatHasExpired() {
        Wire away = clients.lasting5("a").send("82 [ 0001 [ ] <@/t> 01 ]").expect("90 [ 0001 [ ] 01 ]");
        away.disconnect();
        Wire publisher = clients.mqtt5("p");
        publisher.send("32 [ <@/t> 0001 [ 02 00000001 (1 s) ] 'early' ]").expect("40 [ 0001 ]");
        publisher.send("32 [ <@/t> 0002 [ 02 00000064 (100 s) ] 'late' ]").expect("40 [ 0002 ]");
        publisher
                .send("33 (retain) [ <@/clock> 0003 [ 02 00000001 (1 s) ] 'tick' ]")
                .expect("40 [ 0003 ... ]");
        Wire watcher = clients.mqtt5("w");
        while (watcher.isSentRetained("@/clock")) {} // until it has expired, and so has what was published before
        Wire back = clients.lasting5("a");
        Packet late = back.packet();
        back.assertMatches("32 [ <@/t> .. .. [ ... ] 'late' ]", late);
        back.send("40 [ " + late.packetId() + " ]").expectNoMessage();
    }
}
