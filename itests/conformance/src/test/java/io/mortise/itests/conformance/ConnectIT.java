// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.itests.conformance.wire.Clients;
import io.mortise.itests.conformance.wire.Packet;
import io.mortise.itests.conformance.wire.Wire;
import java.util.List;
import org.junit.jupiter.api.Test;

/** CONNECT and its answer (3.1, 3.2): what is accepted, and what is not. */
@Conformance
class ConnectIT {
    private final Clients clients;

    ConnectIT(Clients clients) {
        this.clients = clients;
    }

    @Test
    @Mqtt311("3.1.0-1")
    @Mqtt5({"3.1.0-1", "3.14.0-1"})
    void shouldCloseWithoutAWordAtAnotherFirstPacket() {
        for (String first : List.of(
                "30 [ <@/t> 'x' ]",
                "30 [ <@/t> [ ] 'x' ]",
                "82 [ 0001 <@/t> 00 ]",
                "82 [ 0001 [ ] <@/t> 00 ]",
                "c0 00",
                "e0 00",
                "62 [ 0001 ]",
                "f0 [ 18 [ 15 <method> ] ]",
                "20 [ 00 00 ]",
                "00 00")) {
            clients.open().send(first).expectClosed();
        }
    }

    @Test
    @Mqtt311({"3.1.0-2", "4.8.0-1"})
    void shouldCloseAtASecondConnect311() {
        clients.mqtt311("c").send("10 [ <MQTT> 04 02 0000 <@c> ]").expectClosed();
    }

    @Test
    @Mqtt5({"3.1.0-2", "3.2.0-2", "4.13.1-1", "4.13.2-1", "3.14.2-1", "3.14.4-1", "3.14.4-2"})
    void shouldSayProtocolErrorAtASecondConnect5() {
        clients.mqtt5("c")
                .send("10 [ <MQTT> 05 02 0000 [ ] <@c> ]")
                .expect("e0 [ 82 ... ]")
                .expectClosed();
    }

    @Test
    @Mqtt311("3.1.2-1")
    @Mqtt5("3.1.2-1")
    void shouldNotServeAnotherProtocol() {
        for (String name : List.of("<MQTTT>", "<mqtt>", "<MQT>", "<>", "<HTTP>", "<MQIsdp>")) {
            clients.open()
                    .send("10 [ " + name + " 04 02 0000 <@c> ]")
                    .expectRefusal("20 [ 00 01 ]", "20 [ 00 84 [ ... ] ]");
            clients.open()
                    .send("10 [ " + name + " 05 02 0000 [ ] <@c> ]")
                    .expectRefusal("20 [ 00 01 ]", "20 [ 00 84 [ ... ] ]");
        }
    }

    @Test
    @Mqtt311({"3.1.2-2", "3.2.2-4", "3.2.2-5"})
    void shouldSayThatAProtocolLevelIsNotSupported() {
        for (String level : List.of("00", "02", "03", "06", "83", "ff")) {
            clients.open()
                    .send("10 [ <MQTT> " + level + " 02 0000 <@c> ]")
                    .expect("20 [ 00 01 ]")
                    .expectClosed();
        }
    }

    @Test
    @Mqtt5({"3.1.2-2", "3.2.2-6", "3.2.2-7", "3.2.2-8", "4.13.2-1"})
    void shouldRefuseAProtocolVersionThatIsNotFive() {
        clients.open().send("10 [ <MQTT> 06 02 0000 [ ] <@c> ]").expectRefusal("20 [ 00 01 ]", "20 [ 00 84 [ ... ] ]");
    }

    @Test
    @Mqtt311({"3.1.2-3", "3.1.4-1", "3.2.2-6"})
    @Mqtt5({"3.1.2-3", "3.1.4-1"})
    void shouldCloseAtTheReservedConnectFlag() {
        clients.open().send("10 [ <MQTT> 04 03 0000 <@c> ]").expectClosed();
        clients.open().send("10 [ <MQTT> 05 03 0000 [ ] <@c> ]").expectRefusal("20 [ 00 81 ... ]");
    }

    @Test
    @Mqtt311({"3.1.2-9", "3.1.2-11", "3.1.2-13", "3.1.2-14", "3.1.2-15", "3.1.4-1"})
    void shouldCloseWhenFlagsAndWillDisagree311() {
        for (String bad : List.of(
                "10 [ <MQTT> 04 0a (Will QoS 1) 0000 <@c> ]",
                "10 [ <MQTT> 04 12 (Will QoS 2) 0000 <@c> ]",
                "10 [ <MQTT> 04 22 (Will Retain) 0000 <@c> ]",
                "10 [ <MQTT> 04 1e (will, Will QoS 3) 0000 <@c> <@/w> <gone> ]",
                "10 [ <MQTT> 04 06 (will, but none there) 0000 <@c> ]",
                "10 [ <MQTT> 04 06 (will, but no message) 0000 <@c> <@/w> ]",
                "10 [ <MQTT> 04 02 (no will, but one there) 0000 <@c> <@/w> <gone> ]")) {
            clients.open().send(bad).expectClosed();
        }
    }

    @Test
    @Mqtt5({"3.1.2-9", "3.1.2-11", "3.1.2-12", "3.1.2-13", "3.1.4-1"})
    void shouldCloseWhenFlagsAndWillDisagree5() {
        for (String bad : List.of(
                "10 [ <MQTT> 05 0a (Will QoS 1) 0000 [ ] <@c> ]",
                "10 [ <MQTT> 05 12 (Will QoS 2) 0000 [ ] <@c> ]",
                "10 [ <MQTT> 05 22 (Will Retain) 0000 [ ] <@c> ]",
                "10 [ <MQTT> 05 1e (will, Will QoS 3) 0000 [ ] <@c> [ ] <@/w> <gone> ]",
                "10 [ <MQTT> 05 06 (will, but none there) 0000 [ ] <@c> ]",
                "10 [ <MQTT> 05 06 (will, but no payload) 0000 [ ] <@c> [ ] <@/w> ]",
                "10 [ <MQTT> 05 06 (will, but no properties) 0000 [ ] <@c> <@/w> <gone> ]",
                "10 [ <MQTT> 05 02 (no will, but one there) 0000 [ ] <@c> [ ] <@/w> <gone> ]")) {
            clients.open().send(bad).expectRefusal("20 [ 00 81 ... ]", "20 [ 00 82 ... ]");
        }
    }

    @Test
    @Mqtt311({"3.1.2-18", "3.1.2-19", "3.1.2-20", "3.1.2-21", "3.1.2-22"})
    void shouldCloseWhenFlagsAndCredentialsDisagree311() {
        for (String bad : List.of(
                "10 [ <MQTT> 04 82 (user name, but none there) 0000 <@c> ]",
                "10 [ <MQTT> 04 02 (no user name, but one there) 0000 <@c> <ann> ]",
                "10 [ <MQTT> 04 c2 (both, but no password) 0000 <@c> <ann> ]",
                "10 [ <MQTT> 04 82 (no password, but one there) 0000 <@c> <ann> <secret> ]",
                "10 [ <MQTT> 04 42 (a password without a user name) 0000 <@c> <secret> ]")) {
            clients.open().send(bad).expectClosed();
        }
        clients.connect("10 [ <MQTT> 04 c2 (user name, password) 0000 <@c> <ann> <secret> ]");
    }

    @Test
    @Mqtt5({"3.1.2-16", "3.1.2-17", "3.1.2-18", "3.1.2-19"})
    void shouldCloseWhenFlagsAndCredentialsDisagree5() {
        for (String bad : List.of(
                "10 [ <MQTT> 05 82 (user name, but none there) 0000 [ ] <@c> ]",
                "10 [ <MQTT> 05 02 (no user name, but one there) 0000 [ ] <@c> <ann> ]",
                "10 [ <MQTT> 05 c2 (both, but no password) 0000 [ ] <@c> <ann> ]",
                "10 [ <MQTT> 05 82 (no password, but one there) 0000 [ ] <@c> <ann> <secret> ]")) {
            clients.open().send(bad).expectRefusal("20 [ 00 81 ... ]", "20 [ 00 82 ... ]");
        }
        clients.connect("10 [ <MQTT> 05 42 (a password without a user name) 0000 [ ] <@c> <secret> ]");
        clients.connect("10 [ <MQTT> 05 c2 (user name, password) 0000 [ ] <@d> <ann> <secret> ]");
    }

    @Test
    @Mqtt311({"3.1.3-1", "3.1.3-3", "3.1.2-9"})
    void shouldReadThePayloadInItsOrder311() {
        Wire watcher = clients.mqtt311("w");
        watcher.send("82 [ 0001 <@/will> 02 ]").expect("90 [ 0001 02 ]");
        clients.connect("10 [ <MQTT> 04 ce (user name, password, will at QoS 1) 0000"
                        + " <@c> <@/will> <gone> <ann> <secret> ]")
                .drop();
        watcher.expect("32 [ <@/will> .. .. 'gone' ]");
    }

    @Test
    @Mqtt5({"3.1.3-1", "3.1.3-3", "3.1.2-9"})
    void shouldReadThePayloadInItsOrder5() {
        Wire watcher = clients.mqtt5("w");
        watcher.send("82 [ 0001 [ ] <@/will> 02 ]").expect("90 [ 0001 [ ] 02 ]");
        clients.connect("10 [ <MQTT> 05 ce (user name, password, will at QoS 1) 0000 [ 21 0005 (receive maximum) ]"
                        + " <@c> [ 03 <text> ] <@/will> <gone> <ann> <secret> ]")
                .drop();
        watcher.expect("32 [ <@/will> .. .. [ 03 <text> ] 'gone' ]");
    }

    @Test
    @Mqtt311("3.1.3-3")
    @Mqtt5("3.1.3-3")
    void shouldCloseWhenThereIsNoClientIdentifier() {
        clients.open().send("10 [ <MQTT> 04 02 0000 ]").expectClosed();
        clients.open().send("10 [ <MQTT> 05 02 0000 [ ] ]").expectRefusal("20 [ 00 81 ... ]");
    }

    @Test
    @Mqtt311({"3.1.3-5", "3.1.4-4", "3.2.0-1"})
    @Mqtt5({"3.1.3-5", "3.1.4-5", "3.2.0-1", "3.2.2-1", "3.2.2-8"})
    void shouldAcceptIdentifiersOfLettersAndDigits() {
        for (String identifier :
                List.of("<Z>", "<0123456789abcdefghijklm>", "<nopqrstuvwxyzABCDEFGHIJ>", "<KLMNOPQRSTUVWXYZ0123456>")) {
            clients.open()
                    .send("10 [ <MQTT> 04 02 0000 " + identifier + " ]")
                    .expect("20 [ 00 00 ]")
                    .disconnect();
            clients.open()
                    .send("10 [ <MQTT> 05 02 0000 [ ] " + identifier + " ]")
                    .expect("20 [ 00 00 [ ... ] ]")
                    .disconnect();
        }
    }

    @Test
    @Mqtt311({"3.1.3-6", "3.1.3-7"})
    void shouldGiveEachNamelessClientASessionOfItsOwn311() {
        Wire first = clients.open().send("10 [ <MQTT> 04 02 0000 <> ]").expect("20 [ 00 00 ]");
        Wire second = clients.open().send("10 [ <MQTT> 04 02 0000 <> ]").expect("20 [ 00 00 ]");
        first.send("82 [ 0001 <@/1> 00 ]").expect("90 [ 0001 00 ]");
        second.send("82 [ 0001 <@/2> 00 ]").expect("90 [ 0001 00 ]");
        second.send("30 [ <@/1> 'x' ]", "30 [ <@/2> 'y' ]").expect("30 [ <@/2> 'y' ]");
        first.expect("30 [ <@/1> 'x' ]").expectNothing();
    }

    @Test
    @Mqtt311({"3.1.3-7", "3.1.3-8", "3.1.3-9", "3.2.2-4", "3.2.2-5"})
    void shouldRefuseANamelessClientThatWantsToComeBack() {
        clients.open()
                .send("10 [ <MQTT> 04 00 0000 <> ]")
                .expect("20 [ 00 02 ]")
                .expectClosed();
    }

    @Test
    @Mqtt5({"3.1.3-6", "3.1.3-7", "3.2.2-16"})
    void shouldTellANamelessClientWhatItIsCalled() {
        Packet first = clients.open().connect("10 [ <MQTT> 05 02 0000 [ ] <> ]");
        Wire lasting = clients.open();
        Packet second = lasting.connect("10 [ <MQTT> 05 00 0000 [ 11 00000064 ] <> ]");
        String assigned = second.property("12");
        assertTrue(first.property("12").length() > 4, "no Assigned Client Identifier in " + first);
        assertTrue(assigned.length() > 4, "no Assigned Client Identifier in " + second);
        assertNotEquals(first.property("12"), assigned);
        // and from then on the session has that name
        lasting.drop();
        clients.open()
                .send("10 [ <MQTT> 05 00 0000 [ ] " + assigned + " ]")
                .expect("20 [ 01 00 [ ... ] ]")
                .disconnect();
    }

    @Test
    @Mqtt5("3.2.2-16")
    void shouldAssignNothingToAClientThatHasAName() {
        assertEquals(
                "", clients.open().connect("10 [ <MQTT> 05 02 0000 [ ] <@c> ]").property("12"));
    }

    @Test
    @Mqtt311({"3.1.4-2", "3.1.3-2"})
    void shouldDisconnectTheClientThatHadTheIdentifier311() {
        Wire first = clients.mqtt311("c");
        Wire other = clients.mqtt311("d");
        Wire second = clients.mqtt311("c");
        first.expectClosed();
        second.expectNothing();
        other.expectNothing();
    }

    @Test
    @Mqtt5({"3.1.4-3", "3.1.3-2", "3.14.2-1", "3.14.2-2"})
    void shouldTellTheClientThatHadTheIdentifier5() {
        Wire first = clients.mqtt5("c");
        Wire other = clients.mqtt5("d");
        Wire second = clients.mqtt5("c");
        Packet last = first.packet();
        assertEquals("e0", "%02x".formatted(last.bytes()[0]));
        assertEquals((byte) 0x8e, last.bytes()[2]);
        assertEquals("", last.property("11"));
        first.expectClosed();
        second.expectNothing();
        other.expectNothing();
    }

    @Test
    @Mqtt311("3.1.4-5")
    void shouldProcessNothingAfterARefusedConnect311() {
        Wire watcher = clients.mqtt311("w");
        watcher.send("82 [ 0001 <@/t> 00 ]").expect("90 [ 0001 00 ]");
        clients.open()
                .send("10 [ <MQTT> 04 00 0000 <> ]", "30 [ <@/t> 'x' ]", "30 [ <@/t> 'y' ]")
                .expect("20 [ 00 02 ]")
                .expectClosed();
        watcher.expectNoMessage();
    }

    @Test
    @Mqtt5({"3.1.4-2", "3.1.4-6", "3.2.2-6", "3.2.2-7", "4.12.0-1", "4.12.0-4", "4.13.2-1"})
    void shouldProcessNothingAfterARefusedConnect5() {
        Wire watcher = clients.mqtt5("w");
        watcher.send("82 [ 0001 [ ] <@/t> 00 ]").expect("90 [ 0001 [ ] 00 ]");
        clients.open()
                .send("10 [ <MQTT> 05 02 0000 [ 15 <no such method> ] <@c> ]", "30 [ <@/t> [ ] 'x' ]")
                .expect("20 [ 00 8c [ ... ] ]")
                .expectClosed();
        watcher.expectNoMessage();
    }

    @Test
    @Mqtt5({"3.1.4-2", "3.2.2-7"})
    void shouldRefuseAClientThatMayNotPublishItsWill() {
        // the broker alone publishes topics that begin with $
        clients.open()
                .send("10 [ <MQTT> 05 06 (will) 0000 [ ] <@c> [ ] <$x/@> <gone> ]")
                .expect("20 [ 00 87 (not authorized) [ ... ] ]")
                .expectClosed();
        clients.open()
                .send("10 [ <MQTT> 04 06 (will) 0000 <@c> <$x/@> <gone> ]")
                .expect("20 [ 00 05 (not authorized) ]")
                .expectClosed();
    }

    @Test
    @Mqtt311("3.2.0-1")
    @Mqtt5({"3.2.0-1", "3.2.0-2"})
    void shouldAnswerConnectBeforeAnythingElse() {
        // the client does not wait for CONNACK
        clients.open()
                .send("10 [ <MQTT> 04 02 0000 <@c> ]", "82 [ 0001 <@/t> 00 ]", "30 [ <@/t> 'x' ]", "c0 00")
                .expect("20 [ 00 00 ]")
                .expectInAnyOrder("90 [ 0001 00 ]", "30 [ <@/t> 'x' ]", "d0 00");
        clients.open()
                .send("10 [ <MQTT> 05 02 0000 [ ] <@d> ]", "82 [ 0001 [ ] <@/t> 00 ]", "30 [ <@/t> [ ] 'x' ]", "c0 00")
                .expect("20 [ 00 00 [ ... ] ]")
                .expectInAnyOrder("90 [ 0001 [ ] 00 ]", "30 [ <@/t> [ ] 'x' ]", "d0 00");
    }

    @Test
    @Mqtt5({"3.1.2-28", "4.12.0-6"})
    void shouldSayNothingThatWasNotAskedFor() {
        for (String properties : List.of("", "19 00 (request response information)")) {
            Packet connAck = clients.open().connect("10 [ <MQTT> 05 02 0000 [ " + properties + " ] <@c> ]");
            assertEquals("", connAck.property("1a"), "Response Information");
            assertEquals("", connAck.property("15"), "Authentication Method");
            assertEquals("", connAck.property("16"), "Authentication Data");
        }
    }

    @Test
    @Mqtt5({"3.2.2-19", "3.2.2-20"})
    void shouldLeaveOutAReasonForWhichThereIsNoRoom() {
        clients.open()
                .send("10 [ <MQTT> 05 02 0000 [ 27 00000005 (maximum packet size) 15 <no such method> ] <@c> ]")
                .expect("20 [ 00 8c [ ] ]")
                .expectClosed();
    }
}
