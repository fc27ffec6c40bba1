// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance;

import io.mortise.itests.conformance.wire.Clients;
import io.mortise.itests.conformance.wire.Packet;
import io.mortise.itests.conformance.wire.Wire;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Receive Maximum (3.3.4, 4.9) and Maximum Packet Size (3.1.2.11.4, 3.2.2.3.6), each in both directions. */
@Conformance
class LimitsIT {
    private static final String TWENTY = "27 00000014 (maximum packet size 20)";

    private final Clients clients;

    LimitsIT(Clients clients) {
        this.clients = clients;
    }

    @Test
    @Mqtt5({"3.3.4-9", "3.3.4-10", "4.9.0-1", "4.9.0-2", "4.9.0-3"})
    void shouldSendNoMoreThanTheClientTakes() {
        Wire client = clients.mqtt5("c", "21 0002 (receive maximum)");
        client.send("82 [ 0001 [ ] <@/t> 02 ]").expect("90 [ 0001 [ ] 02 ]");
        Wire publisher = clients.mqtt5("p");
        for (int i = 1; i <= 5; i++) {
            publisher
                    .send("3%d [ <@/t> 000%d [ ] '%d' ]".formatted(i % 2 == 1 ? 2 : 4, i, i))
                    .packet();
        }
        Packet first = client.packet();
        client.assertMatches("32 [ <@/t> .. .. [ ] '1' ]", first);
        Packet second = client.packet();
        client.assertMatches("34 [ <@/t> .. .. [ ] '2' ]", second);
        // the quota is zero: no PUBLISH, but everything else
        client.expectNothing();
        client.send("82 [ 0002 [ ] <@/u> 01 ]").expect("90 [ 0002 [ ] 01 ]");
        client.send("34 [ <@/u> 0003 [ ] 'x' ]").expect("50 [ 0003 ]");
        client.send("62 [ 0003 ]").expect("70 [ 0003 ]");
        client.send("50 [ " + second.packetId() + " ]").expect("62 [ " + second.packetId() + " ]");
        client.expectNothing(); // PUBREC gives nothing back
        client.send("70 [ " + second.packetId() + " ]"); // PUBCOMP does
        Packet third = client.packet();
        client.assertMatches("32 [ <@/t> .. .. [ ] '3' ]", third);
        client.expectNothing();
        client.send("40 [ " + first.packetId() + " ]"); // PUBACK does
        Packet fourth = client.packet();
        client.assertMatches("34 [ <@/t> .. .. [ ] '4' ]", fourth);
        client.expectNothing();
        client.send("50 [ " + fourth.packetId() + " 80 ]"); // and so does PUBREC if it refuses
        client.expect("32 [ <@/t> .. .. [ ] '5' ]").expectNothing();
    }

    @Test
    @Mqtt5({"3.3.4-9", "4.9.0-1"})
    void shouldBeginAnewWithEachConnection() {
        Wire client = clients.connect("10 [ <MQTT> 05 00 0000 [ 11 00000064 21 0003 ] <@c> ]");
        client.send("82 [ 0001 [ ] <@/t> 01 ]").expect("90 [ 0001 [ ] 01 ]");
        Wire publisher = clients.mqtt5("p");
        for (int i = 1; i <= 4; i++) {
            publisher.send("32 [ <@/t> 0001 [ ] '" + i + "' ]").expect("40 [ 0001 ]");
        }
        client.expect("32 [ <@/t> .. .. [ ] '1' ]", "32 [ <@/t> .. .. [ ] '2' ]", "32 [ <@/t> .. .. [ ] '3' ]")
                .expectNothing();
        client.drop();
        client = clients.connect("10 [ <MQTT> 05 00 0000 [ 11 00000064 21 0001 ] <@c> ]"); // one at a time
        for (String flags : List.of("3a", "3a", "3a", "32")) {
            Packet next = client.packet();
            client.assertMatches(flags + " [ <@/t> .. .. [ ] ... ]", next);
            client.expectNothing();
            client.send("40 [ " + next.packetId() + " ]");
        }
        client.expectNoMessage();
    }

    @Test
    @Mqtt5({"3.3.4-7", "3.14.2-1"})
    void shouldSayThatAClientSendsMoreThanTheServerTakes() {
        Wire client = clients.open();
        String value = client.connect("10 [ <MQTT> 05 02 0000 [ ] <@c> ]").property("21");
        int receiveMaximum = value.isEmpty() ? 65_535 : Integer.parseInt(value, 16);
        for (int i = 1; i <= receiveMaximum; i++) {
            client.send("34 [ <@/t> %04x [ ] 'x' ]".formatted(i)).expect("50 [ %04x ... ]".formatted(i));
        }
        client.expectNothing();
        client.send("34 [ <@/t> %04x [ ] 'x' ]".formatted(receiveMaximum + 1))
                .expect("e0 [ 93 ... ]")
                .expectClosed();
    }

    @Test
    @Mqtt5({"3.1.2-24", "3.1.2-25"})
    void shouldDiscardWhatIsTooLargeForTheClient() {
        Wire small = clients.connect(
                "10 [ <MQTT> 05 00 0000 [ 11 00000064 27 00000028 (maximum packet size 40) 21 0001 ] <@c> ]");
        small.send("82 [ 0001 [ ] <@/t> 01 ]").expect("90 [ 0001 [ ] 01 ]");
        Wire large = clients.mqtt5("l").send("82 [ 0001 [ ] <@/t> 01 ]").expect("90 [ 0001 [ ] 01 ]");
        Wire publisher = clients.mqtt5("p");
        String payload = "'" + "x".repeat(40) + "'";
        publisher.send("32 [ <@/t> 0001 [ ] " + payload + " ]").expect("40 [ 0001 ]");
        publisher.send("30 [ <@/t> [ ] " + payload + " ]");
        publisher
                .send("32 [ <@/t> 0001 [ 26 <a> <" + "y".repeat(30) + "> ] 'x' ]")
                .expect("40 [ 0001 ]");
        publisher.send("32 [ <@/t> 0001 [ ] 'fits' ]").expect("40 [ 0001 ]");
        large.expect(
                "32 [ <@/t> .. .. [ ] " + payload + " ]",
                "30 [ <@/t> [ ] " + payload + " ]",
                "32 [ <@/t> .. .. [ ... ] 'x' ]",
                "32 [ <@/t> .. .. [ ] 'fits' ]");
        // it takes one at a time, so those that were discarded count as done
        small.expect("32 [ <@/t> .. .. [ ] 'fits' ]");
        small.drop();
        Wire again = clients.lasting5("c"); // and they do not come again
        again.expect("3a [ <@/t> .. .. [ ] 'fits' ]").expectNoMessage();
    }

    @Test
    @Mqtt5({
        "3.1.2-24",
        "3.4.2-2",
        "3.4.2-3",
        "3.5.2-2",
        "3.5.2-3",
        "3.6.2-2",
        "3.6.2-3",
        "3.7.2-2",
        "3.7.2-3",
        "3.9.2-1",
        "3.9.2-2",
        "3.11.2-1",
        "3.11.2-2"
    })
    void shouldLeaveOutReasonsForWhichThereIsNoRoom() {
        Wire client = clients.mqtt5("c", TWENTY);
        client.send("32 [ <$x/@> 0001 [ ] 'x' ]").expectWithoutProperties("40 [ 0001 87 (not authorized)");
        client.send("34 [ <$x/@> 0002 [ ] 'x' ]").expectWithoutProperties("50 [ 0002 87");
        client.send("62 [ 0003 ]").expectWithoutProperties("70 [ 0003 92 (packet identifier not found)");
        client.send("50 [ 0004 ]").expectWithoutProperties("62 [ 0004 92");
        client.send("82 [ 0005 [ ] <@" + "/x".repeat(40) + "> 00 ]").expect("90 [ 0005 [ ] 8f ]");
        client.send("a2 [ 0006 [ ] <@/none> ]").expect("b0 [ 0006 [ ] 11 (no subscription existed) ]");
    }

    @Test
    @Mqtt5({"3.14.2-3", "3.14.2-4", "3.1.2-24"})
    void shouldLeaveOutTheReasonOfDisconnectIfThereIsNoRoom() {
        clients.mqtt5("c", TWENTY)
                .send("30 [ <@/t> [ 01 05 ] 'x' ]")
                .expectWithoutProperties("e0 [ 82")
                .expectClosed();
        clients.mqtt5("c", TWENTY)
                .send("36 [ <@/t> 0001 [ ] 'x' ]")
                .expectWithoutProperties("e0 [ 81")
                .expectClosed();
    }

    @Test
    @Mqtt5({"3.1.2-24", "4.13.2-1"})
    void shouldEndTheConnectionWhenAnAnswerIsTooLarge() {
        // CONNACK tells the limits of the server, and what cannot be told cannot be agreed on
        clients.open()
                .send("10 [ <MQTT> 05 02 0000 [ 27 0000000a (maximum packet size 10) ] <@c> ]")
                .expectRefusal("20 [ 00 95 (packet too large) [ ] ]");
        clients.open().send("10 [ <MQTT> 05 02 0000 [ 27 00000001 ] <@c> ]").expectClosed();
        String filters = " <@/t> 00".repeat(40);
        clients.mqtt5("c", "27 00000020 (maximum packet size 32)")
                .send("82 [ 0001 [ ]" + filters + " ]")
                .expect("e0 [ 95 ... ]")
                .expectClosed();
    }

    @Test
    @Mqtt5({"3.2.2-15", "3.14.2-1"})
    void shouldSayThatAPacketIsTooLarge() {
        Wire client = clients.open();
        String value = client.connect("10 [ <MQTT> 05 02 0000 [ ] <@c> ]").property("27");
        long maximum = value.isEmpty() ? 268_435_460 : Long.parseLong(value, 16);
        client.send("30 " + variableByteInteger(maximum))
                .expect("e0 [ 95 ... ]")
                .expectClosed();
    }

    private static String variableByteInteger(long value) {
        StringBuilder bytes = new StringBuilder();
        for (long rest = value; rest > 0; rest >>= 7) {
            bytes.append("%02x".formatted(rest & 0x7f | (rest > 0x7f ? 0x80 : 0)));
        }
        return bytes.toString();
    }
}
