// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mortise.itests.conformance.wire.Clients;
import io.mortise.itests.conformance.wire.Packet;
import io.mortise.itests.conformance.wire.Wire;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Enhanced authentication (3.15, 4.12), by a method that asks {@link Riddle}s. */
@Conformance(vendor = true)
class AuthIT {
    private final Clients clients;

    AuthIT(Clients clients) {
        this.clients = clients;
    }

    @Test
    @Mqtt5({"4.12.0-2", "4.12.0-5", "3.15.2-1", "3.2.0-1", "3.15.2-2", "3.15.2-3"})
    void shouldAskAndAcceptTheRightAnswer() {
        Wire client = clients.open()
                .send("10 [ <MQTT> 05 02 0000 [ 15 <RIDDLE> 27 00000028 (maximum packet size 40) ] <@c> ]");
        client.expect("f0 [ 18 (continue) [ 15 <RIDDLE> 16 <riddle> ] ]");
        client.send("f0 [ 18 [ 15 <RIDDLE> 16 <what?> ] ]").expect("f0 [ 18 [ 15 <RIDDLE> 16 <riddle> ] ]");
        client.send("f0 [ 18 [ 15 <RIDDLE> 16 <right> ] ]");
    }

    @Test
    @Mqtt5("4.12.0-5")
    void shouldNameTheMethodInConnAck() {
        Wire client = clients.open();
        client.send("10 [ <MQTT> 05 02 0000 [ 15 <RIDDLE> 16 <right> ] <@c> ]");
        Packet connAck = client.packet();
        client.assertMatches("20 [ 00 00 [ ... ] ]", connAck);
        assertEquals(clients.hex("<RIDDLE>").get(0), connAck.property("15"));
        assertEquals(clients.hex("<well done>").get(0), connAck.property("16"));
    }

    @Test
    @Mqtt5({"4.12.0-4", "4.12.0-1"})
    void shouldCloseAtAWrongAnswer() {
        clients.open()
                .send("10 [ <MQTT> 05 02 0000 [ 15 <RIDDLE> 16 <wrong> ] <@c> ]")
                .expect("20 [ 00 87 (not authorized) [ ... ] ]")
                .expectClosed();
        clients.open()
                .send("10 [ <MQTT> 05 02 0000 [ 15 <RIDDLE> ] <@c> ]")
                .expect("f0 [ 18 [ 15 <RIDDLE> 16 <riddle> ] ]")
                .send("f0 [ 18 [ 15 <RIDDLE> 16 <wrong> ] ]")
                .expect("20 [ 00 87 [ ... ] ]")
                .expectClosed();
        clients.open()
                .send("10 [ <MQTT> 05 02 0000 [ 15 <ANOTHER> ] <@c> ]")
                .expect("20 [ 00 8c (bad authentication method) [ ... ] ]")
                .expectClosed();
    }

    @Test
    @Mqtt5({"3.1.2-30", "4.12.0-3", "4.12.0-5"})
    void shouldTakeNothingButAnAnswerToItsChallenge() {
        for (String other : List.of(
                "c0 00",
                "30 [ <@/t> [ ] 'x' ]",
                "f0 [ 19 (re-authenticate) [ 15 <RIDDLE> 16 <right> ] ]",
                "f0 [ 18 [ 15 <ANOTHER> 16 <right> ] ]")) {
            clients.open()
                    .send("10 [ <MQTT> 05 02 0000 [ 15 <RIDDLE> ] <@c> ]")
                    .expect("f0 [ 18 [ 15 <RIDDLE> 16 <riddle> ] ]")
                    .send(other)
                    .expectRefusal("20 [ 00 82 [ ... ] ]", "20 [ 00 8c [ ... ] ]");
        }
    }

    @Test
    @Mqtt5({"4.12.1-1", "4.12.0-5", "3.15.2-1"})
    void shouldAuthenticateAnewByTheSameMethod() {
        Wire client = authenticated();
        client.send("f0 [ 19 (re-authenticate) [ 15 <RIDDLE> ] ]").expect("f0 [ 18 [ 15 <RIDDLE> 16 <riddle> ] ]");
        client.send("c0 00").expect("d0 00"); // the flow of other packets goes on
        client.send("f0 [ 18 [ 15 <RIDDLE> 16 <right> ] ]")
                .expect("f0 [ 00 (success) [ 15 <RIDDLE> 16 <well done> ] ]");
        client.expectNothing();
        client.send("f0 [ 19 [ 15 <ANOTHER> 16 <right> ] ]")
                .expect("e0 [ .. ... ]")
                .expectClosed();
    }

    @Test
    @Mqtt5("4.12.1-2")
    void shouldDisconnectAClientThatDoesNotAuthenticateAnew() {
        authenticated()
                .send("f0 [ 19 [ 15 <RIDDLE> 16 <wrong> ] ]")
                .expect("e0 [ 87 (not authorized) ... ]")
                .expectClosed();
    }

    @Test
    @Mqtt5({"4.12.0-6", "4.12.0-7"})
    void shouldSayProtocolErrorAtAuthWithoutAMethod() {
        for (String auth : List.of("f0 [ 18 [ 15 <RIDDLE> ] ]", "f0 [ 19 [ 15 <RIDDLE> ] ]")) {
            clients.mqtt5("c").send(auth).expect("e0 [ 82 ... ]").expectClosed();
        }
    }

    @Test
    @Mqtt5("3.15.2-1")
    void shouldTakeNoReasonCodeThatAClientDoesNotHave() {
        for (String auth : List.of(
                "f0 00", "f0 [ 00 [ 15 <RIDDLE> ] ]", "f0 [ 01 [ 15 <RIDDLE> ] ]", "f0 [ 80 [ 15 <RIDDLE> ] ]")) {
            authenticated().send(auth).expect("e0 [ 82 ... ]").expectClosed();
        }
    }

    private Wire authenticated() {
        return clients.connect("10 [ <MQTT> 05 02 0000 [ 15 <RIDDLE> 16 <right> ] <@c> ]");
    }
}
