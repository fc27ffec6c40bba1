// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mortise.itests.conformance.wire.Clients;
import io.mortise.itests.conformance.wire.Packet;
import io.mortise.itests.conformance.wire.Wire;
import java.util.List;
import org.junit.jupiter.api.Test;

/** DISCONNECT (3.14) and what else ends a connection. */
@Conformance
class DisconnectIT {
    private final Clients clients;

    DisconnectIT(Clients clients) {
        this.clients = clients;
    }

    @Test
    @Mqtt311("4.8.0-1")
    void shouldCloseWithoutAWordAtPacketsThatOnlyAServerSends311() {
        for (String packet : List.of("20 [ 00 00 ]", "90 [ 0001 00 ]", "b0 [ 0001 ]", "d0 00", "f0 00", "00 00")) {
            clients.mqtt311("c").send(packet).expectClosed();
        }
    }

    @Test
    @Mqtt5({"4.13.1-1", "4.13.2-1", "3.14.2-1", "3.14.4-1", "3.14.4-2"})
    void shouldSayWhyAtPacketsThatOnlyAServerSends5() {
        Wire other = clients.mqtt5("o");
        for (String packet :
                List.of("20 [ 00 00 [ ] ]", "90 [ 0001 [ ] 00 ]", "b0 [ 0001 [ ] 00 ]", "d0 00", "00 00")) {
            clients.mqtt5("c").send(packet).expect("e0 [ .. ... ]").expectClosed();
        }
        other.expectNothing(); // no consequences for others
    }

    @Test
    @Mqtt5("3.14.2-1")
    void shouldTakeNoReasonCodeThatAClientDoesNotHave() {
        for (String reasonCode : List.of("01", "03", "05", "7f", "84 (of CONNACK)", "ff")) {
            clients.mqtt5("c")
                    .send("e0 [ " + reasonCode + " ]")
                    .expect("e0 [ .. ... ]")
                    .expectClosed();
        }
    }

    @Test
    @Mqtt5({"3.14.2-1", "4.13.1-1"})
    void shouldTakeNoReasonCodeThatOnlyAServerHas() {
        for (String reasonCode : List.of("87", "89", "8b", "8d", "8e", "8f", "9a", "9c", "9d", "9f", "a0", "a2")) {
            clients.mqtt5("c")
                    .send("e0 [ " + reasonCode + " ]")
                    .expect("e0 [ 82 (protocol error) ... ]")
                    .expectClosed();
        }
    }

    @Test
    @Mqtt5({"3.14.2-2", "4.13.1-1"})
    void shouldSayProtocolErrorAtAnExpiryAfterNone() {
        Wire client = clients.mqtt5("c"); // no Session Expiry Interval
        client.send("e0 [ 00 [ 11 00000001 ] ]");
        Packet disconnect = client.packet();
        client.assertMatches("e0 [ 82 ... ]", disconnect);
        assertEquals("", disconnect.property("11"));
        client.expectClosed();
    }

    @Test
    @Mqtt5({"3.14.4-1", "3.14.4-2"})
    void shouldSendNothingAfterDisconnect() {
        Wire client = clients.mqtt5("c").send("82 [ 0001 [ ] <@/t> 00 ]").expect("90 [ 0001 [ ] 00 ]");
        client.send("36 [ <@/t> 0001 [ ] ]", "c0 00", "30 [ <@/t> [ ] 'x' ]")
                .expect("e0 [ 81 ... ]")
                .expectClosed();
    }
}
