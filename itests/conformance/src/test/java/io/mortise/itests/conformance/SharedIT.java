// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mortise.itests.conformance.wire.Clients;
import io.mortise.itests.conformance.wire.Packet;
import io.mortise.itests.conformance.wire.Wire;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Shared subscriptions (4.8.2). */
@Conformance
class SharedIT {
    private final Clients clients;

    SharedIT(Clients clients) {
        this.clients = clients;
    }

    @Test
    @Mqtt5({"4.8.2-1", "4.8.2-2", "4.13.1-1"})
    void shouldTakeNoSharedFilterWithoutNameOrFilter() {
        for (String filter : List.of(
                "<$share/>",
                "<$share/@>",
                "<$share//t>",
                "<$share/@/>",
                "<$share/a+/t>",
                "<$share/a#/t>",
                "<$share/+/t>",
                "<$share/#>")) {
            clients.mqtt5("c")
                    .send("82 [ 0001 [ ] " + filter + " 00 ]")
                    .expect("e0 [ .. ... ]")
                    .expectClosed();
        }
    }

    @Test
    @Mqtt5({"4.8.2-1", "4.8.2-2"})
    void shouldShareBetweenTheClientsOfOneName() {
        Wire a = clients.mqtt5("a").send("82 [ 0001 [ ] <$share/@/@/t> 00 ]").expect("90 [ 0001 [ ] 00 ]");
        Wire b = clients.mqtt5("b").send("82 [ 0001 [ ] <$share/@/@/t> 00 ]").expect("90 [ 0001 [ ] 00 ]");
        Wire other =
                clients.mqtt5("o").send("82 [ 0001 [ ] <$share/@x/@/t> 00 ]").expect("90 [ 0001 [ ] 00 ]");
        Wire all = clients.mqtt5("l").send("82 [ 0001 [ ] <@/t> 00 ]").expect("90 [ 0001 [ ] 00 ]");
        Wire publisher = clients.mqtt5("p");
        for (int i = 0; i < 10; i++) {
            publisher.send("32 [ <@/t> 0001 [ ] 'x' ]").expect("40 [ 0001 ]");
            other.expect("30 [ <@/t> [ ] 'x' ]");
            all.expect("30 [ <@/t> [ ] 'x' ]");
        }
        assertEquals(10, a.countMessages() + b.countMessages());
    }

    @Test
    @Mqtt5({"3.8.3-4", "4.13.1-1"})
    void shouldSayProtocolErrorAtNoLocalOnASharedSubscription() {
        clients.mqtt5("c")
                .send("82 [ 0001 [ ] <$share/@/@/t> 04 (no local) ]")
                .expect("e0 [ 82 ... ]")
                .expectClosed();
    }

    @Test
    @Mqtt5("4.8.2-3")
    void shouldKeepToTheQosOfTheSharedSubscription() {
        Wire client =
                clients.mqtt5("c").send("82 [ 0001 [ ] <$share/@/@/t> 00 ]").expect("90 [ 0001 [ ] 00 ]");
        Wire publisher = clients.mqtt5("p");
        publisher.send("32 [ <@/t> 0001 [ ] 'x' ]").expect("40 [ 0001 ]");
        client.expect("30 [ <@/t> [ ] 'x' ]");
        client.send("82 [ 0002 [ ] <$share/@/@/t> 01 ]").expect("90 [ 0002 [ ] 01 ]");
        publisher.send("34 [ <@/t> 0002 [ ] 'y' ]").expect("50 [ 0002 ]");
        client.expect("32 [ <@/t> .. .. [ ] 'y' ]");
        publisher.send("30 [ <@/t> [ ] 'z' ]");
        client.expect("30 [ <@/t> [ ] 'z' ]");
    }

    @Test
    @Mqtt5("4.8.2-4")
    void shouldCompleteADeliveryAtQosTwoWithTheClientThatWasChosen() {
        Wire chosen =
                clients.lasting5("a").send("82 [ 0001 [ ] <$share/@/@/t> 02 ]").expect("90 [ 0001 [ ] 02 ]");
        clients.mqtt5("p").send("34 [ <@/t> 0001 [ ] 'x' ]").expect("50 [ 0001 ]");
        String id = chosen.packet().packetId();
        Wire other =
                clients.mqtt5("b").send("82 [ 0001 [ ] <$share/@/@/t> 02 ]").expect("90 [ 0001 [ ] 02 ]");
        chosen.drop();
        chosen = clients.lasting5("a").expect("3c (DUP) [ <@/t> " + id + " [ ] 'x' ]");
        chosen.send("50 [ " + id + " ]").expect("62 [ " + id + " ]");
        chosen.drop();
        chosen = clients.lasting5("a").expect("62 [ " + id + " ]");
        chosen.send("70 [ " + id + " ]").expectNothing();
        other.expectNoMessage();
    }

    @Test
    @Mqtt5("4.8.2-5")
    void shouldGiveAMessageAtQosTwoToNobodyElseWhenTheSessionEnds() {
        Wire chosen =
                clients.lasting5("a").send("82 [ 0001 [ ] <$share/@/@/t> 02 ]").expect("90 [ 0001 [ ] 02 ]");
        clients.mqtt5("p").send("34 [ <@/t> 0001 [ ] 'x' ]").expect("50 [ 0001 ]");
        Packet sent = chosen.packet();
        chosen.assertMatches("34 [ <@/t> .. .. [ ] 'x' ]", sent);
        Wire other =
                clients.mqtt5("b").send("82 [ 0001 [ ] <$share/@/@/t> 02 ]").expect("90 [ 0001 [ ] 02 ]");
        chosen.send("e0 [ 00 [ 11 00000000 (session expiry) ] ]").expectClosed();
        clients.mqtt5("a").expectNoMessage(); // the session has ended
        other.expectNoMessage();
    }

    @Test
    @Mqtt5("4.8.2-6")
    void shouldGiveAMessageToNobodyElseWhenTheClientRefusesIt() {
        Wire chosen =
                clients.mqtt5("a").send("82 [ 0001 [ ] <$share/@/@/t> 02 ]").expect("90 [ 0001 [ ] 02 ]");
        Wire publisher = clients.mqtt5("p");
        publisher.send("32 [ <@/t> 0001 [ ] 'x' ]").expect("40 [ 0001 ]");
        publisher.send("34 [ <@/t> 0002 [ ] 'y' ]").expect("50 [ 0002 ]");
        Wire other =
                clients.mqtt5("b").send("82 [ 0001 [ ] <$share/@/@/t> 02 ]").expect("90 [ 0001 [ ] 02 ]");
        chosen.send("40 [ " + chosen.packet().packetId() + " 83 ]");
        chosen.send("50 [ " + chosen.packet().packetId() + " 80 ]").expectNothing();
        other.expectNoMessage();
        chosen.disconnect();
        other.expectNoMessage();
    }
}
