// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance;

import io.mortise.itests.conformance.wire.Clients;
import io.mortise.itests.conformance.wire.Wire;
import java.util.List;
import org.junit.jupiter.api.Test;

/** MQTT 3.1, which numbers no statements: what it does otherwise than 3.1.1. */
@Conformance
class Mqtt31IT {
    private final Clients clients;

    Mqtt31IT(Clients clients) {
        this.clients = clients;
    }

    @Test
    void shouldCallTheProtocolMqisdpAtLevelThree() {
        mqtt31("c").send("c0 00").expect("d0 00");
        for (String other : List.of("<MQIsdp> 04", "<MQIsdp> 02", "<MQTT> 03", "<mqisdp> 03")) {
            clients.open()
                    .send("10 [ " + other + " 02 0000 <@c> ]")
                    .expect("20 [ 00 01 ]")
                    .expectClosed();
        }
    }

    @Test
    void shouldTakeIdentifiersOfOneToTwentyThreeBytes() {
        for (String identifier : List.of("<Z>", "<0123456789abcdefghijklm>", "<a/b c_d>")) {
            clients.open()
                    .send("10 [ <MQIsdp> 03 02 0000 " + identifier + " ]")
                    .expect("20 [ 00 00 ]")
                    .disconnect();
        }
        for (String identifier : List.of("<>", "<0123456789abcdefghijklmn>")) {
            clients.open()
                    .send("10 [ <MQIsdp> 03 02 0000 " + identifier + " ]")
                    .expect("20 [ 00 02 (identifier rejected) ]")
                    .expectClosed();
        }
    }

    @Test
    void shouldNotSayWhetherASessionIsPresent() {
        clients.connect("10 [ <MQIsdp> 03 00 0000 <@c> ]")
                .send("82 [ 0001 <@/t> 01 ]")
                .expect("90 [ 0001 01 ]")
                .disconnect();
        Wire back = clients.open();
        back.send("10 [ <MQIsdp> 03 00 0000 <@c> ]").expect("20 [ 00 (reserved) 00 ]");
        mqtt31("p").send("32 [ <@/t> 0001 'x' ]").expect("40 [ 0001 ]");
        back.expect("32 [ <@/t> .. .. 'x' ]"); // but it is
    }

    @Test
    void shouldNotKnowTheFailureOfASubscription() {
        String tooDeep = "<@" + "/x".repeat(40) + ">";
        mqtt31("c").send("82 [ 0001 <@/t> 02 " + tooDeep + " 02 ]").expect("90 [ 0001 02 00 ]"); // 00, not 80
    }

    @Test
    void shouldLetTheReservedConnectFlagBe() {
        clients.connect("10 [ <MQIsdp> 03 03 0000 <@c> ]").expectNothing();
    }

    @Test
    void shouldLetCredentialsBeMissing() {
        // a client that was written for an earlier version may set the flags and end the packet
        clients.connect("10 [ <MQIsdp> 03 c2 (user name, password) 0000 <@c> ]").expectNothing();
        clients.connect("10 [ <MQIsdp> 03 c2 (user name, password) 0000 <@c> <ann> ]")
                .expectNothing();
    }

    @Test
    void shouldLetDupBeSetInSubscribeUnsubscribeAndPubRel() {
        Wire client = mqtt31("c");
        client.send("8a (DUP) [ 0001 <@/t> 01 ]").expect("90 [ 0001 01 ]");
        client.send("34 [ <@/u> 0002 'x' ]").expect("50 [ 0002 ]");
        client.send("6a (DUP) [ 0002 ]").expect("70 [ 0002 ]");
        client.send("aa (DUP) [ 0003 <@/t> ]").expect("b0 [ 0003 ]");
    }

    @Test
    void shouldCarryMessagesAtEachQos() {
        Wire client = mqtt31("c");
        client.send("82 [ 0001 <@/t> 02 ]").expect("90 [ 0001 02 ]");
        client.send("30 [ <@/t> 'x' ]").expect("30 [ <@/t> 'x' ]");
        client.send("32 [ <@/t> 0001 'x' ]").expectInAnyOrder("40 [ 0001 ]", "32 [ <@/t> .. .. 'x' ]");
        client.send("34 [ <@/t> 0002 'x' ]").expectInAnyOrder("50 [ 0002 ]", "34 [ <@/t> .. .. 'x' ]");
        client.send("62 [ 0002 ]").expect("70 [ 0002 ]");
    }

    @Test
    void shouldPublishAWill() {
        Wire watcher = mqtt31("w").send("82 [ 0001 <@/will> 01 ]").expect("90 [ 0001 01 ]");
        clients.connect("10 [ <MQIsdp> 03 0e (will at QoS 1) 0000 <@c> <@/will> <gone> ]")
                .drop();
        watcher.expect("32 [ <@/will> .. .. 'gone' ]");
    }

    private Wire mqtt31(String identifier) {
        return clients.connect("10 [ <MQIsdp> 03 02 0000 <@" + identifier + "> ]");
    }
}
