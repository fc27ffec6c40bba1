// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mortise.itests.conformance.wire.Clients;
import io.mortise.itests.conformance.wire.Packet;
import io.mortise.itests.conformance.wire.Wire;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** QoS 0, 1 and 2 in both directions, what is sent again, and the order (3.3.1, 3.3.4, 4.3 to 4.6). */
@Conformance
class DeliveryIT {
    private final Clients clients;

    DeliveryIT(Clients clients) {
        this.clients = clients;
    }

    @Test
    @Mqtt311({"3.3.4-1", "4.3.1-1", "4.3.2-2", "4.3.3-2", "2.3.1-6"})
    void shouldAnswerAPublishAsItsQosSays311() {
        Wire client = clients.mqtt311("c");
        client.send("30 [ <@/t> 'x' ]").expectNothing();
        client.send("32 [ <@/t> 0007 'x' ]").expect("40 [ 0007 ]");
        client.send("34 [ <@/t> 0008 'x' ]").expect("50 [ 0008 ]");
        client.send("62 [ 0008 ]").expect("70 [ 0008 ]").expectNothing();
    }

    @Test
    @Mqtt5({"3.3.4-1", "4.3.1-1", "4.3.2-4", "4.3.3-8", "4.3.3-11", "2.2.1-5", "3.4.2-1", "3.5.2-1", "3.7.2-1"})
    void shouldAnswerAPublishAsItsQosSays5() {
        Wire client = clients.mqtt5("c");
        client.send("30 [ <@/t> [ ] 'x' ]").expectNothing();
        client.send("32 [ <@/t> 0007 [ ] 'x' ]").expect("40 [ 0007 10 (no matching subscribers) ... ]");
        client.send("34 [ <@/t> 0008 [ ] 'x' ]").expect("50 [ 0008 10 ... ]");
        client.send("62 [ 0008 ]").expect("70 [ 0008 ]");
        client.send("62 [ 0009 ]").expect("70 [ 0009 92 (packet identifier not found) ... ]");
        client.expectNothing();
    }

    @Test
    @Mqtt311({"4.3.2-2", "3.3.1-3"})
    void shouldTakeTheSameIdentifierForANewMessageAfterPubAck311() {
        Wire client = clients.mqtt311("c");
        client.send("82 [ 0001 <@/t> 01 ]").expect("90 [ 0001 01 ]");
        client.send("32 [ <@/t> 0001 'a' ]").expectInAnyOrder("40 [ 0001 ]", "32 [ <@/t> .. .. 'a' ]");
        client.send("3a (DUP) [ <@/t> 0001 'a' ]").expectInAnyOrder("40 [ 0001 ]", "32 (not DUP) [ <@/t> .. .. 'a' ]");
    }

    @Test
    @Mqtt5({"4.3.2-5", "3.3.1-3"})
    void shouldTakeTheSameIdentifierForANewMessageAfterPubAck5() {
        Wire client = clients.mqtt5("c");
        client.send("82 [ 0001 [ ] <@/t> 01 ]").expect("90 [ 0001 [ ] 01 ]");
        client.send("32 [ <@/t> 0001 [ ] 'a' ]").expectInAnyOrder("40 [ 0001 ]", "32 [ <@/t> .. .. [ ] 'a' ]");
        client.send("3a (DUP) [ <@/t> 0001 [ ] 'a' ]")
                .expectInAnyOrder("40 [ 0001 ]", "32 (not DUP) [ <@/t> .. .. [ ] 'a' ]");
    }

    @Test
    @Mqtt311({"4.3.3-2", "3.3.1-3"})
    void shouldPassAMessageOnOnceUntilPubRel311() {
        Wire subscriber = clients.mqtt311("s");
        subscriber.send("82 [ 0001 <@/t> 01 ]").expect("90 [ 0001 01 ]");
        Wire publisher = clients.lasting311("p");
        publisher.send("34 [ <@/t> 0001 'a' ]").expect("50 [ 0001 ]");
        publisher.send("3c (DUP) [ <@/t> 0001 'a' ]").expect("50 [ 0001 ]");
        publisher.disconnect();
        publisher = clients.lasting311("p");
        publisher.send("3c (DUP) [ <@/t> 0001 'a' ]").expect("50 [ 0001 ]");
        subscriber.expect("32 (not DUP) [ <@/t> .. .. 'a' ]").expectNoMessage();
        publisher.send("62 [ 0001 ]").expect("70 [ 0001 ]");
        publisher.send("34 [ <@/t> 0001 'b' ]").expect("50 [ 0001 ]"); // a new one
        subscriber.expect("32 [ <@/t> .. .. 'b' ]");
    }

    @Test
    @Mqtt5({"4.3.3-10", "4.3.3-11", "4.3.3-12", "3.3.1-3"})
    void shouldPassAMessageOnOnceUntilPubRel5() {
        Wire subscriber = clients.mqtt5("s");
        subscriber.send("82 [ 0001 [ ] <@/t> 01 ]").expect("90 [ 0001 [ ] 01 ]");
        Wire publisher = clients.lasting5("p");
        publisher.send("34 [ <@/t> 0001 [ ] 'a' ]").expect("50 [ 0001 ]");
        publisher.send("3c (DUP) [ <@/t> 0001 [ ] 'a' ]").expect("50 [ 0001 ... ]");
        publisher.disconnect();
        publisher = clients.lasting5("p");
        publisher.send("3c (DUP) [ <@/t> 0001 [ ] 'a' ]").expect("50 [ 0001 ... ]");
        subscriber.expect("32 (not DUP) [ <@/t> .. .. [ ] 'a' ]").expectNoMessage();
        publisher.send("62 [ 0001 ]").expect("70 [ 0001 ]");
        publisher.send("34 [ <@/t> 0001 [ ] 'b' ]").expect("50 [ 0001 ]"); // a new one
        subscriber.expect("32 [ <@/t> .. .. [ ] 'b' ]");
    }

    @Test
    @Mqtt5({"4.3.3-9", "3.5.2-1"})
    void shouldTakeTheSameIdentifierForANewMessageAfterAPubRecThatRefused() {
        Wire client = clients.mqtt5("c");
        client.send("82 [ 0001 [ ] <@/t> 00 ]").expect("90 [ 0001 [ ] 00 ]");
        String tooDeep = "<@" + "/x".repeat(40) + ">";
        client.send("34 [ " + tooDeep + " 0001 [ ] 'a' ]").expect("50 [ 0001 90 (topic name invalid) ... ]");
        client.send("34 [ <@/t> 0001 [ ] 'b' ]").expectInAnyOrder("50 [ 0001 ]", "30 [ <@/t> [ ] 'b' ]");
    }

    @Test
    @Mqtt311({"4.3.2-1", "4.4.0-1", "3.3.1-1"})
    void shouldSendAgainWhatHasNoPubAck311() {
        Wire client = clients.lasting311("c");
        client.send("82 [ 0001 <@/t> 01 ]").expect("90 [ 0001 01 ]");
        clients.mqtt311("p").send("32 [ <@/t> 0001 'a' ]").expect("40 [ 0001 ]");
        Packet first = client.packet();
        assertEquals("32", "%02x".formatted(first.bytes()[0]));
        client.expectNoMessage(); // as long as the connection lasts
        client.drop();
        client = clients.lasting311("c");
        client.expect("3a (DUP) [ <@/t> " + first.packetId() + " 'a' ]");
        client.send("40 [ " + first.packetId() + " ]").expectNothing();
        client.drop();
        clients.lasting311("c").expectNoMessage();
    }

    @Test
    @Mqtt5({"4.3.2-2", "4.3.2-3", "4.4.0-1", "3.3.1-1"})
    void shouldSendAgainWhatHasNoPubAck5() {
        Wire client = clients.lasting5("c");
        client.send("82 [ 0001 [ ] <@/t> 01 ]").expect("90 [ 0001 [ ] 01 ]");
        clients.mqtt5("p").send("32 [ <@/t> 0001 [ ] 'a' ]").expect("40 [ 0001 ]");
        Packet first = client.packet();
        assertEquals("32", "%02x".formatted(first.bytes()[0]));
        client.expectNoMessage(); // as long as the connection lasts
        client.drop();
        client = clients.lasting5("c");
        client.expect("3a (DUP) [ <@/t> " + first.packetId() + " [ ] 'a' ]");
        client.send("40 [ " + first.packetId() + " ]").expectNothing();
        client.drop();
        clients.lasting5("c").expectNoMessage();
    }

    @Test
    @Mqtt311({"4.3.3-1", "4.4.0-1", "3.3.1-1", "2.3.1-6"})
    void shouldSendAgainWhatHasNoPubRecOrNoPubComp311() {
        Wire client = clients.lasting311("c");
        client.send("82 [ 0001 <@/t> 02 ]").expect("90 [ 0001 02 ]");
        Wire publisher = clients.mqtt311("p");
        publisher.send("34 [ <@/t> 0001 'a' ]").expect("50 [ 0001 ]");
        Packet first = client.packet();
        String id = first.packetId();
        assertEquals("34", "%02x".formatted(first.bytes()[0]));
        client.drop();

        client = clients.lasting311("c");
        client.expect("3c (DUP) [ <@/t> " + id + " 'a' ]");
        client.send("50 [ " + id + " ]").expect("62 [ " + id + " ]");
        client.drop();

        client = clients.lasting311("c");
        client.expect("62 [ " + id + " ]").expectNoMessage(); // the PUBREL, not the PUBLISH
        client.send("70 [ " + id + " ]").expectNothing();
        client.drop();

        clients.lasting311("c").expectNoMessage();
    }

    @Test
    @Mqtt5({"4.3.3-2", "4.3.3-3", "4.3.3-4", "4.3.3-5", "4.3.3-6", "4.4.0-1", "3.3.1-1", "3.6.2-1", "2.2.1-5"})
    void shouldSendAgainWhatHasNoPubRecOrNoPubComp5() {
        Wire client = clients.lasting5("c");
        client.send("82 [ 0001 [ ] <@/t> 02 ]").expect("90 [ 0001 [ ] 02 ]");
        clients.mqtt5("p").send("34 [ <@/t> 0001 [ ] 'a' ]").expect("50 [ 0001 ]");
        Packet first = client.packet();
        String id = first.packetId();
        assertEquals("34", "%02x".formatted(first.bytes()[0]));
        client.drop();

        client = clients.lasting5("c");
        client.expect("3c (DUP) [ <@/t> " + id + " [ ] 'a' ]");
        client.send("50 [ " + id + " ]").expect("62 [ " + id + " ]");
        client.drop();

        client = clients.lasting5("c");
        client.expect("62 [ " + id + " ]").expectNoMessage(); // the PUBREL, not the PUBLISH
        client.send("70 [ " + id + " 00 ]").expectNothing();
        client.drop();

        clients.lasting5("c").expectNoMessage();
    }

    @Test
    @Mqtt5("3.6.2-1")
    void shouldSayThatAPubRecIsForNothing() {
        clients.mqtt5("c").send("50 [ 0007 ]").expect("62 [ 0007 92 ... ]").expectNothing();
    }

    @Test
    @Mqtt5({"4.13.1-1", "3.4.2-1", "3.5.2-1"})
    void shouldTakeNoAnswerThatIsForAnotherQos() {
        for (String answer : List.of("50 [ 0001 ]", "50 [ 0001 97 ]", "70 [ 0001 ]", "40 [ 0001 10 ]")) {
            answer(answer, "01", "32");
        }
        for (String answer : List.of("40 [ 0001 ]", "70 (before PUBREC) [ 0001 ]", "50 [ 0001 10 ]")) {
            answer(answer, "02", "34");
        }
    }

    private void answer(String answer, String qos, String publish) {
        Wire client = clients.mqtt5("c");
        client.send("82 [ 0001 [ ] <@/t> " + qos + " ]").expect("90 [ 0001 [ ] " + qos + " ]");
        clients.mqtt5("p").send(publish + " [ <@/t> 0001 [ ] 'a' ]").packet();
        client.expect(publish + " [ <@/t> 0001 [ ] 'a' ]");
        client.send(answer).expect("e0 [ 82 (protocol error) ... ]").expectClosed();
    }

    @Test
    @Mqtt5("4.4.0-2")
    void shouldNotSendAgainWhatAClientHasRefused() {
        Wire client = clients.lasting5("c");
        client.send("82 [ 0001 [ ] <@/t> 02 ]").expect("90 [ 0001 [ ] 02 ]");
        Wire publisher = clients.mqtt5("p");
        publisher.send("32 [ <@/t> 0001 [ ] 'a' ]").expect("40 [ 0001 ]");
        publisher.send("34 [ <@/t> 0002 [ ] 'b' ]").expect("50 [ 0002 ]");
        client.send("40 [ " + client.packet().packetId() + " 80 ]");
        client.send("50 [ " + client.packet().packetId() + " 97 ]").expectNothing(); // and no PUBREL
        client.drop();
        clients.lasting5("c").expectNoMessage();
    }

    @Test
    @Mqtt5({"4.3.3-7", "4.3.3-13"})
    void shouldCompleteQosTwoWhenTheMessageHasExpired() {
        Wire client = clients.lasting5("c");
        client.send("82 [ 0001 [ ] <@/t> 02 ]").expect("90 [ 0001 [ ] 02 ]");
        Wire publisher = clients.mqtt5("p");
        publisher.send("34 [ <@/t> 0001 [ 02 00000001 (message expiry) ] 'a' ]").expect("50 [ 0001 ]");
        String id = client.packet().packetId();
        client.drop();
        expiryOfOneSecondPasses();
        publisher.send("62 [ 0001 ]").expect("70 [ 0001 ]"); // as receiver
        client = clients.lasting5("c");
        client.expect("3c [ <@/t> " + id + " [ ... ] 'a' ]"); // as sender
        client.send("50 [ " + id + " ]").expect("62 [ " + id + " ]");
        client.send("70 [ " + id + " ]").expectNothing();
    }

    @Test
    @Mqtt311({"4.6.0-5", "4.6.0-6", "4.6.0-2", "4.6.0-3", "4.6.0-4"})
    void shouldKeepTheOrder311() {
        Wire subscriber = clients.mqtt311("s");
        subscriber.send("82 [ 0001 <@/t> 02 ]").expect("90 [ 0001 02 ]");
        Wire publisher = clients.mqtt311("p");
        for (String qos : List.of("30", "32", "34")) {
            List<String> sent = new ArrayList<>();
            List<String> acknowledged = new ArrayList<>();
            List<String> received = new ArrayList<>();
            for (int i = 1; i <= 50; i++) {
                String id = "%04x".formatted(i);
                sent.add(qos + " [ <@/t> " + (qos.equals("30") ? "" : id) + " '" + i + "' ]");
                acknowledged.add((qos.equals("32") ? "40" : "50") + " [ " + id + " ]");
                received.add(qos + " [ <@/t> " + (qos.equals("30") ? "" : ".. ..") + " '" + i + "' ]");
            }
            publisher.send(sent.toArray(String[]::new));
            if (!qos.equals("30")) {
                publisher.expect(acknowledged.toArray(String[]::new)); // PUBACK, PUBREC in the order of PUBLISH
            }
            List<String> ids = new ArrayList<>();
            for (String each : received) {
                Packet packet = subscriber.packet();
                subscriber.assertMatches(each, packet);
                ids.add(packet.packetId());
            }
            if (qos.equals("34")) {
                ids.forEach(id -> subscriber.send("50 [ " + id + " ]"));
                ids.forEach(id -> subscriber.expect("62 [ " + id + " ]")); // PUBREL in the order of PUBREC
            }
        }
    }

    @Test
    @Mqtt5({"4.6.0-5", "4.6.0-6"})
    void shouldKeepTheOrder5() {
        Wire subscriber = clients.mqtt5("s");
        subscriber.send("82 [ 0001 [ ] <@/+> 01 ]").expect("90 [ 0001 [ ] 01 ]");
        Wire publisher = clients.mqtt5("p");
        List<String> received = new ArrayList<>();
        for (int i = 1; i <= 50; i++) {
            publisher.send("32 [ <@/t> %04x [ ] '%d' ]".formatted(i, i), "30 [ <@/u> [ ] '%d' ]".formatted(i));
            received.add("32 [ <@/t> .. .. [ ] '" + i + "' ]");
            received.add("30 [ <@/u> [ ] '" + i + "' ]");
        }
        subscriber.expect(received.toArray(String[]::new));
    }

    @Test
    @Mqtt311({"4.6.0-1", "4.6.0-6"})
    void shouldSendAgainInTheOrderOfTheFirstTime() {
        Wire client = clients.lasting311("c");
        client.send("82 [ 0001 <@/t> 02 ]").expect("90 [ 0001 02 ]");
        Wire publisher = clients.mqtt311("p");
        List<String> again = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            publisher.send("32 [ <@/t> %04x '%d' ]".formatted(i, i)).expect("40 [ %04x ]".formatted(i));
            Packet packet = client.packet();
            if (i % 3 == 0) {
                client.send("40 [ " + packet.packetId() + " ]");
            } else {
                again.add("3a (DUP) [ <@/t> " + packet.packetId() + " '" + i + "' ]");
            }
        }
        client.expectNothing();
        client.disconnect();
        publisher.send("32 [ <@/t> 0001 'last' ]").expect("40 [ 0001 ]");
        again.add("32 [ <@/t> .. .. 'last' ]");
        clients.lasting311("c").expect(again.toArray(String[]::new));
    }

    @Test
    @Mqtt311({"3.3.1-2", "3.3.1-4", "4.8.0-1"})
    @Mqtt5({"3.3.1-2", "3.3.1-4"})
    void shouldEndTheConnectionAtFlagsThatNoPublishHas() {
        for (String flags : List.of("36", "37", "3e", "3f")) { // QoS 3
            clients.mqtt311("c").send(flags + " [ <@/t> 0001 'x' ]").expectClosed();
            clients.mqtt5("c")
                    .send(flags + " [ <@/t> 0001 [ ] 'x' ]")
                    .expect("e0 [ 81 ... ]")
                    .expectClosed();
        }
        for (String flags : List.of("38", "39")) { // DUP at QoS 0
            clients.mqtt311("c").send(flags + " [ <@/t> 'x' ]").expectClosed();
            clients.mqtt5("c")
                    .send(flags + " [ <@/t> [ ] 'x' ]")
                    .expect("e0 [ .. ... ]")
                    .expectClosed();
        }
    }

    @Test
    @Mqtt311({"3.3.5-1", "3.8.4-6"})
    @Mqtt5({"3.3.4-2", "3.8.4-8"})
    void shouldDeliverWithTheLowerQosAndTheHighestOfOverlappingSubscriptions() {
        Wire old = clients.mqtt311("o");
        old.send("82 [ 0001 <@/t> 00 <@/+> 01 <@/#> 00 ]").expect("90 [ 0001 00 01 00 ]");
        Wire five = clients.mqtt5("f");
        five.send("82 [ 0001 [ ] <@/t> 00 <@/+> 01 <@/#> 00 ]").expect("90 [ 0001 [ ] 00 01 00 ]");
        Wire publisher = clients.mqtt311("p");
        publisher.send("34 [ <@/t> 0001 'two' ]").expect("50 [ 0001 ]");
        old.expect("32 [ <@/t> .. .. 'two' ]").expectNoMessage();
        five.expect("32 [ <@/t> .. .. [ ] 'two' ]").expectNoMessage();
        publisher.send("30 [ <@/t> 'zero' ]").expectNothing();
        old.expect("30 [ <@/t> 'zero' ]").expectNoMessage();
        five.expect("30 [ <@/t> [ ] 'zero' ]").expectNoMessage();
    }

    /** A retained message that expires after one second is gone. */
    private void expiryOfOneSecondPasses() {
        clients.mqtt5("q").send("33 [ <@/clock> 0001 [ 02 00000001 ] 'tick' ]").expect("40 [ 0001 ... ]");
        Wire watcher = clients.mqtt5("v");
        while (watcher.isSentRetained("@/clock")) {}
    }
}
