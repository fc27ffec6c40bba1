// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mortise.itests.conformance.wire.Clients;
import io.mortise.itests.conformance.wire.Packet;
import io.mortise.itests.conformance.wire.Wire;
import org.junit.jupiter.api.Test;

/** A broker that was told to offer less (3.2.2.3): it says so, and keeps to it. */
@Conformance(
        settings = {
            "io.mortise.engine:maximum.qos=0",
            "io.mortise.engine:retain.available=false",
            "io.mortise.engine:wildcard.subscription.available=false",
            "io.mortise.engine:subscription.identifiers.available=false",
            "io.mortise.engine:shared.subscription.available=false"
        })
class CapabilitiesIT {
    private final Clients clients;

    CapabilitiesIT(Clients clients) {
        this.clients = clients;
    }

    @Test
    @Mqtt5("3.2.2-9")
    void shouldSayWhatItDoesNotOffer() {
        Packet connAck = clients.open().connect("10 [ <MQTT> 05 02 0000 [ ] <@c> ]");
        assertEquals("00", connAck.property("24"), "Maximum QoS");
        assertEquals("00", connAck.property("25"), "Retain Available");
        assertEquals("00", connAck.property("28"), "Wildcard Subscription Available");
        assertEquals("00", connAck.property("29"), "Subscription Identifiers Available");
        assertEquals("00", connAck.property("2a"), "Shared Subscription Available");
    }

    @Test
    @Mqtt5("3.2.2-10")
    void shouldTakeSubscriptionsAtAnyQos() {
        Wire client = clients.mqtt5("c").send("82 [ 0001 [ ] <@/a> 02 <@/b> 01 <@/c> 00 ]");
        client.expect("90 [ 0001 [ ] 00 00 00 ]");
        client.send("30 [ <@/a> [ ] 'x' ]").expect("30 [ <@/a> [ ] 'x' ]");
    }

    @Test
    @Mqtt5({"3.2.2-11", "3.2.2-14"})
    void shouldEndTheConnectionAtWhatItDoesNotOffer() {
        ends("32 [ <@/t> 0001 [ ] 'x' ]", "9b (QoS not supported)");
        ends("34 [ <@/t> 0001 [ ] 'x' ]", "9b");
        ends("31 [ <@/t> [ ] 'x' ]", "9a (retain not supported)");
        ends("82 [ 0001 [ ] <@/#> 00 ]", "a2 (wildcard subscriptions not supported)");
        ends("82 [ 0001 [ 0b 01 ] <@/t> 00 ]", "a1 (subscription identifiers not supported)");
        ends("82 [ 0001 [ ] <$share/@/@/t> 00 ]", "9e (shared subscriptions not supported)");
    }

    @Test
    @Mqtt5({"3.2.2-12", "3.2.2-13", "3.2.2-7"})
    void shouldRefuseAWillThatItCouldNotPublish() {
        clients.open()
                .send("10 [ <MQTT> 05 0e (will at QoS 1) 0000 [ ] <@c> [ ] <@/w> <gone> ]")
                .expect("20 [ 00 9b (QoS not supported) [ ... ] ]")
                .expectClosed();
        clients.open()
                .send("10 [ <MQTT> 05 26 (will, retain) 0000 [ ] <@c> [ ] <@/w> <gone> ]")
                .expect("20 [ 00 9a (retain not supported) [ ... ] ]")
                .expectClosed();
    }

    @Test
    @Mqtt311("3.8.3-2")
    void shouldRefuseFiltersWithWildcards() {
        clients.mqtt311("c")
                .send("82 [ 0001 <@/#> 00 <@/t> 00 <@/+> 00 ]")
                .expect("90 [ 0001 80 (failure) 00 80 ]")
                .expectNothing();
    }

    private void ends(String packet, String reasonCode) {
        clients.mqtt5("c").send(packet).expect("e0 [ " + reasonCode + " ... ]").expectClosed();
    }
}
