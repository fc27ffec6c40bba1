// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mortise.itests.conformance.wire.Clients;
import io.mortise.itests.conformance.wire.Packet;
import io.mortise.itests.conformance.wire.Wire;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The will (3.1.2.5 to 3.1.2.7, 3.14.4): when it is published, and when not. */
@Conformance
class WillIT {
    private final Clients clients;

    WillIT(Clients clients) {
        this.clients = clients;
    }

    @Test
    @Mqtt311({"3.1.2-8", "3.1.2-14", "3.1.2-16"})
    void shouldPublishAWillWhenTheConnectionEnds311() {
        Wire watcher = watcher311();
        clients.connect("10 [ <MQTT> 04 06 (will, QoS 0) 0000 <@c> <@/will> <zero> ]")
                .drop();
        watcher.expect("30 [ <@/will> 'zero' ]");
        clients.connect("10 [ <MQTT> 04 0e (will, QoS 1) 0000 <@c> <@/will> <one> ]")
                .drop();
        watcher.expect("32 [ <@/will> .. .. 'one' ]");
        clients.connect("10 [ <MQTT> 04 16 (will, QoS 2) 0000 <@c> <@/will> <two> ]")
                .drop();
        watcher.expect("34 [ <@/will> .. .. 'two' ]");
        noneRetained311();
    }

    @Test
    @Mqtt5({"3.1.2-7", "3.1.2-8", "3.1.2-12", "3.1.2-14"})
    void shouldPublishAWillWhenTheConnectionEnds5() {
        Wire watcher = watcher5();
        clients.connect("10 [ <MQTT> 05 06 (will, QoS 0) 0000 [ ] <@c> [ ] <@/will> <zero> ]")
                .drop();
        watcher.expect("30 [ <@/will> [ ] 'zero' ]");
        clients.connect("10 [ <MQTT> 05 0e (will, QoS 1) 0000 [ ] <@c> [ ] <@/will> <one> ]")
                .drop();
        watcher.expect("32 [ <@/will> .. .. [ ] 'one' ]");
        clients.connect("10 [ <MQTT> 05 16 (will, QoS 2) 0000 [ ] <@c> [ ] <@/will> <two> ]")
                .drop();
        watcher.expect("34 [ <@/will> .. .. [ ] 'two' ]");
        noneRetained311();
    }

    @Test
    @Mqtt311("3.1.2-8")
    @Mqtt5("3.1.2-8")
    void shouldPublishAWillWhenTheClientBreaksTheProtocol() {
        Wire watcher = watcher311();
        clients.connect("10 [ <MQTT> 04 06 (will) 0000 <@c> <@/will> <311> ]")
                .send("36 [ <@/t> 0001 ]")
                .expectClosed();
        watcher.expect("30 [ <@/will> '311' ]");
        clients.connect("10 [ <MQTT> 05 06 (will) 0000 [ ] <@c> [ ] <@/will> <5> ]")
                .send("36 [ <@/t> 0001 [ ] ]")
                .expect("e0 [ 81 ... ]")
                .expectClosed();
        watcher.expect("30 [ <@/will> '5' ]");
    }

    @Test
    @Mqtt311("3.1.2-17")
    @Mqtt5("3.1.2-15")
    void shouldRetainAWillThatAsksForIt() {
        for (String connect : List.of(
                "10 [ <MQTT> 04 26 (will, retain) 0000 <@c> <@/will> <kept> ]",
                "10 [ <MQTT> 05 26 (will, retain) 0000 [ ] <@c> [ ] <@/will> <kept> ]")) {
            Wire watcher = watcher311();
            clients.connect(connect).drop();
            watcher.expect("30 [ <@/will> 'kept' ]");
            Wire later = clients.mqtt311("l");
            later.send("82 [ 0001 <@/will> 00 ]").expect("90 [ 0001 00 ]", "31 [ <@/will> 'kept' ]");
            later.send("31 [ <@/will> ]").expect("30 [ <@/will> ]");
            watcher.expect("30 [ <@/will> ]");
            watcher.disconnect();
        }
    }

    @Test
    @Mqtt311({"3.1.2-8", "3.1.2-10", "3.14.4-3"})
    @Mqtt5({"3.1.2-8", "3.1.2-10", "3.14.4-3"})
    void shouldForgetTheWillAtDisconnect() {
        Wire watcher = watcher311();
        clients.connect("10 [ <MQTT> 04 06 (will) 0000 <@c> <@/will> <gone> ]").disconnect();
        clients.connect("10 [ <MQTT> 05 06 (will) 0000 [ ] <@c> [ ] <@/will> <gone> ]")
                .disconnect();
        clients.connect("10 [ <MQTT> 05 06 (will) 0000 [ ] <@c> [ ] <@/will> <gone> ]")
                .send("e0 [ 00 ]")
                .expectClosed();
        watcher.expectNoMessage();
    }

    @Test
    @Mqtt5({"3.1.2-8", "3.1.2-10"})
    void shouldPublishAWillThatDisconnectAsksFor() {
        Wire watcher = watcher5();
        for (String reasonCode : List.of("04", "80", "81", "93")) {
            clients.connect("10 [ <MQTT> 05 06 (will) 0000 [ ] <@c> [ ] <@/will> <" + reasonCode + "> ]")
                    .send("e0 [ " + reasonCode + " ]")
                    .expectClosed();
            watcher.expect("30 [ <@/will> [ ] '" + reasonCode + "' ]");
        }
    }

    @Test
    @Mqtt311({"3.1.2-10", "3.1.2-12"})
    @Mqtt5("3.1.2-10")
    void shouldPublishAWillOnceOnly() {
        Wire watcher = watcher311();
        clients.connect("10 [ <MQTT> 04 04 (will) 0000 <@c> <@/will> <311> ]").drop();
        watcher.expect("30 [ <@/will> '311' ]");
        clients.connect("10 [ <MQTT> 04 00 (no will) 0000 <@c> ]").drop();
        clients.mqtt311("c").disconnect();
        clients.connect("10 [ <MQTT> 05 04 (will) 0000 [ 11 00000064 ] <@d> [ ] <@/will> <5> ]")
                .drop();
        watcher.expect("30 [ <@/will> '5' ]");
        clients.connect("10 [ <MQTT> 05 00 (no will) 0000 [ 11 00000064 ] <@d> ]")
                .drop();
        clients.mqtt5("d").disconnect();
        watcher.expectNoMessage();
    }

    @Test
    @Mqtt311("3.1.2-8")
    @Mqtt5({"3.1.2-8", "3.1.4-3"})
    void shouldPublishTheWillOfAClientWhoseIdentifierAnotherTakes() {
        Wire watcher = watcher311();
        Wire first = clients.connect("10 [ <MQTT> 04 06 (will) 0000 <@c> <@/will> <311> ]");
        clients.mqtt311("c");
        first.expectClosed();
        watcher.expect("30 [ <@/will> '311' ]");
        Wire second = clients.connect("10 [ <MQTT> 05 06 (will) 0000 [ ] <@d> [ ] <@/will> <5> ]");
        clients.mqtt5("d");
        second.expect("e0 [ 8e ... ]").expectClosed();
        watcher.expect("30 [ <@/will> '5' ]");
    }

    @Test
    @Mqtt5("3.1.2-8")
    void shouldPublishAWillAfterItsDelay() {
        Wire watcher = watcher5();
        clients.connect("10 [ <MQTT> 05 06 0000 [ 11 00000064 ] <@c> [ 18 00000003 (will delay) ] <@/will> <gone> ]")
                .drop();
        // it is not published at once
        clients.mqtt5("p").send("32 [ <@/will> 0001 [ ] 'before' ]").expect("40 [ 0001 ]");
        watcher.expect("32 [ <@/will> .. .. [ ] 'before' ]");
        watcher.expect("30 [ <@/will> [ ] 'gone' ]");
    }

    @Test
    @Mqtt5("3.1.2-8")
    void shouldPublishAWillWhenTheSessionEndsBeforeItsDelay() {
        Wire watcher = watcher5();
        clients.connect("10 [ <MQTT> 05 06 0000 [ ] <@c> [ 18 00000e10 (will delay) ] <@/will> <at once> ]")
                .drop();
        watcher.expect("30 [ <@/will> [ ] 'at once' ]");
        clients.connect("10 [ <MQTT> 05 06 0000 [ 11 00000064 ] <@c> [ 18 00000e10 ] <@/will> <anew> ]")
                .drop();
        clients.mqtt5("c"); // with Clean Start: the session is discarded
        watcher.expect("30 [ <@/will> [ ] 'anew' ]");
    }

    @Test
    @Mqtt5({"3.1.3-9", "3.1.2-8"})
    void shouldNotPublishAWillWhenTheClientIsBackBeforeItsDelay() {
        Wire watcher = watcher5();
        clients.connect("10 [ <MQTT> 05 06 0000 [ 11 00000064 ] <@c> [ 18 00000003 (will delay) ] <@/will> <gone> ]")
                .drop();
        clients.lasting5("c").expectNothing();
        // the same delay begins, and passes
        clients.connect("10 [ <MQTT> 05 06 0000 [ 11 00000064 ] <@d> [ 18 00000003 ] <@/will> <clock> ]")
                .drop();
        watcher.expect("30 [ <@/will> [ ] 'clock' ]");
        watcher.expectNoMessage();
    }

    @Test
    @Mqtt5("3.1.3-10")
    void shouldPublishAWillWithItsProperties() {
        Wire watcher = watcher5();
        clients.connect("10 [ <MQTT> 05 06 0000 [ ] <@c> [ 26 <b> <1> 26 <a> <2> 01 01 26 <b> <1> 08 <@/answer>"
                        + " 09 0002 beef 03 <text/plain> 02 00000e10 26 <a> <0> ] <@/will> <gone> ]")
                .drop();
        Packet will = watcher.packet();
        assertEquals("gone", will.payload5());
        assertEquals(
                clients.hex("26 <b> <1>", "26 <a> <2>", "26 <b> <1>", "26 <a> <0>"),
                will.properties().stream().filter(each -> each.startsWith("26")).toList());
        assertEquals("01", will.property("01"));
        assertEquals(clients.hex("<@/answer>").get(0), will.property("08"));
        assertEquals("0002beef", will.property("09"));
        assertEquals(clients.hex("<text/plain>").get(0), will.property("03"));
    }

    private Wire watcher311() {
        return clients.mqtt311("w").send("82 [ 0001 <@/will> 02 ]").expect("90 [ 0001 02 ]");
    }

    private Wire watcher5() {
        return clients.mqtt5("w").send("82 [ 0001 [ ] <@/will> 02 ]").expect("90 [ 0001 [ ] 02 ]");
    }

    private void noneRetained311() {
        clients.mqtt311("l")
                .send("82 [ 0001 <@/will> 00 ]")
                .expect("90 [ 0001 00 ]")
                .expectNoMessage();
    }
}
