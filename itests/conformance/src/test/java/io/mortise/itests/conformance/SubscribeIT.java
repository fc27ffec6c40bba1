// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance;

import io.mortise.itests.conformance.wire.Clients;
import io.mortise.itests.conformance.wire.Wire;
import java.util.List;
import org.junit.jupiter.api.Test;

/** SUBSCRIBE and UNSUBSCRIBE, and their answers (3.8 to 3.11). */
@Conformance
class SubscribeIT {
    private final Clients clients;

    SubscribeIT(Clients clients) {
        this.clients = clients;
    }

    @Test
    @Mqtt311({"3.8.4-1", "3.8.4-4", "3.8.4-5", "3.9.3-1", "3.9.3-2", "2.3.1-7"})
    void shouldAnswerEachFilterInItsOrder311() {
        String tooDeep = "<@" + "/x".repeat(40) + ">";
        Wire client = clients.mqtt311("c");
        client.send("82 [ 0a0b <@/a> 00 <@/b> 02 " + tooDeep + " 01 <@/c> 01 ]").expect("90 [ 0a0b 00 02 80 01 ]");
        client.send("32 [ <@/c> 0001 'x' ]").expectInAnyOrder("40 [ 0001 ]", "32 [ <@/c> .. .. 'x' ]");
        client.send("32 [ <@/a> 0001 'x' ]").expectInAnyOrder("40 [ 0001 ]", "30 [ <@/a> 'x' ]");
    }

    @Test
    @Mqtt5({"3.8.4-1", "3.8.4-2", "3.8.4-5", "3.8.4-6", "3.8.4-7", "3.9.3-1", "3.9.3-2", "2.2.1-6"})
    void shouldAnswerEachFilterInItsOrder5() {
        String tooDeep = "<@" + "/x".repeat(40) + ">";
        Wire client = clients.mqtt5("c");
        client.send("82 [ 0a0b [ 26 <a> <b> (user property) ] <@/a> 00 <@/b> 02 " + tooDeep + " 01 <@/c> 01 ]")
                .expect("90 [ 0a0b [ ... ] 00 02 8f (topic filter invalid) 01 ]");
        client.send("32 [ <@/c> 0001 [ ] 'x' ]").expectInAnyOrder("40 [ 0001 ]", "32 [ <@/c> .. .. [ ] 'x' ]");
        client.send("32 [ <@/a> 0001 [ ] 'x' ]").expectInAnyOrder("40 [ 0001 ]", "30 [ <@/a> [ ] 'x' ]");
    }

    @Test
    @Mqtt5({"3.1.2-29"})
    void shouldGiveNoReasonsToAClientThatDoesNotWantThem() {
        String tooDeep = "<@" + "/x".repeat(40) + ">";
        Wire client = clients.mqtt5("c", "17 00 (request problem information)");
        client.send("82 [ 0001 [ ] " + tooDeep + " 00 ]").expect("90 [ 0001 [ ] 8f ]");
        client.send("a2 [ 0002 [ ] <@/nothing> ]").expect("b0 [ 0002 [ ] 11 ]");
        client.send("32 [ " + tooDeep + " 0003 [ ] 'x' ]").expect("40 [ 0003 90 00 ]");
        client.send("34 [ " + tooDeep + " 0004 [ ] 'x' ]").expect("50 [ 0004 90 00 ]");
        client.send("62 [ 0005 ]").expect("70 [ 0005 92 00 ]");
        client.send("50 [ 0006 ]").expect("62 [ 0006 92 00 ]");
    }

    @Test
    @Mqtt311({"3.8.3-3", "4.8.0-1"})
    @Mqtt5({"3.8.3-2", "4.13.1-1"})
    void shouldEndTheConnectionAtASubscribeWithoutFilter() {
        clients.mqtt311("c").send("82 [ 0001 ]").expectClosed();
        clients.mqtt311("c").send("82 [ 0001 <@/t> ]").expectClosed(); // without its QoS
        clients.mqtt5("c").send("82 [ 0001 [ ] ]").expect("e0 [ 82 ... ]").expectClosed();
        clients.mqtt5("c").send("82 [ 0001 [ ] <@/t> ]").expect("e0 [ 81 ... ]").expectClosed();
    }

    @Test
    @Mqtt311("3.8.3-4")
    void shouldEndTheConnectionAtOtherOptions311() {
        for (String options : List.of("03", "04", "08", "10", "20", "40", "80", "ff")) {
            clients.mqtt311("c").send("82 [ 0001 <@/t> " + options + " ]").expectClosed();
        }
    }

    @Test
    @Mqtt5({"3.8.3-5", "4.13.1-1"})
    void shouldEndTheConnectionAtOtherOptions5() {
        for (String options : List.of("40", "80", "c0")) {
            clients.mqtt5("c")
                    .send("82 [ 0001 [ ] <@/t> " + options + " ]")
                    .expect("e0 [ 81 ... ]")
                    .expectClosed();
        }
        for (String options : List.of("03 (QoS 3)", "30 (retain handling 3)")) {
            clients.mqtt5("c")
                    .send("82 [ 0001 [ ] <@/t> " + options + " ]")
                    .expect("e0 [ 82 ... ]")
                    .expectClosed();
        }
    }

    @Test
    @Mqtt311("3.8.4-3")
    void shouldReplaceASubscriptionThatIsMadeAgain311() {
        Wire client = clients.mqtt311("c");
        Wire publisher = clients.mqtt311("p");
        client.send("82 [ 0001 <@/t> 00 ]").expect("90 [ 0001 00 ]");
        client.send("82 [ 0002 <@/t> 02 ]").expect("90 [ 0002 02 ]");
        publisher.send("32 [ <@/t> 0001 'x' ]").expect("40 [ 0001 ]");
        client.expect("32 [ <@/t> .. .. 'x' ]").expectNoMessage(); // one subscription, one message
        client.send("82 [ 0003 <@/t> 00 ]").expect("90 [ 0003 00 ]");
        publisher.send("32 [ <@/t> 0001 'y' ]").expect("40 [ 0001 ]");
        client.expect("30 [ <@/t> 'y' ]").expectNoMessage();
    }

    @Test
    @Mqtt5("3.8.4-3")
    void shouldReplaceASubscriptionThatIsMadeAgain5() {
        Wire client = clients.mqtt5("c");
        Wire publisher = clients.mqtt5("p");
        client.send("82 [ 0001 [ 0b 01 ] <@/t> 00 ]").expect("90 [ 0001 [ ] 00 ]");
        client.send("82 [ 0002 [ 0b 02 ] <@/t> 02 ]").expect("90 [ 0002 [ ] 02 ]");
        publisher.send("32 [ <@/t> 0001 [ ] 'x' ]").expect("40 [ 0001 ]");
        client.expect("32 [ <@/t> .. .. [ 0b 02 ] 'x' ]").expectNoMessage();
        client.send("a2 [ 0003 [ ] <@/t> ]").expect("b0 [ 0003 [ ] 00 ]"); // nothing is left of either
        publisher.send("32 [ <@/t> 0001 [ ] 'y' ]").expect("40 [ 0001 10 ... ]");
    }

    @Test
    @Mqtt311("3.8.4-3")
    @Mqtt5("3.8.4-4")
    void shouldLoseNothingWhileASubscriptionIsReplaced() {
        Wire old = clients.mqtt311("o").send("82 [ 0001 <@/t> 01 ]").expect("90 [ 0001 01 ]");
        Wire five = clients.mqtt5("f").send("82 [ 0001 [ ] <@/t> 01 ]").expect("90 [ 0001 [ ] 01 ]");
        Wire publisher = clients.mqtt311("p");
        for (int i = 1; i <= 100; i++) {
            publisher.send("32 [ <@/t> %04x '%d' ]".formatted(i, i));
            if (i % 10 == 0) {
                old.send("82 [ 0002 <@/t> 01 ]");
                five.send("82 [ 0002 [ ] <@/t> 01 ]");
            }
        }
        for (int i = 1; i <= 100; i++) {
            old.expectAfter("90 [ 0002 01 ]", "32 [ <@/t> .. .. '" + i + "' ]");
            five.expectAfter("90 [ 0002 [ ] 01 ]", "32 [ <@/t> .. .. [ ] '" + i + "' ]");
        }
    }

    @Test
    @Mqtt5("3.8.3-3")
    void shouldNotSendAClientItsOwnMessagesIfItWantsNone() {
        Wire client = clients.mqtt5("c");
        client.send("82 [ 0001 [ ] <@/t> 04 (no local) ]").expect("90 [ 0001 [ ] 00 ]");
        Wire other = clients.mqtt5("o").send("82 [ 0001 [ ] <@/t> 00 ]").expect("90 [ 0001 [ ] 00 ]");
        client.send("30 [ <@/t> [ ] 'own' ]").expectNoMessage();
        other.expect("30 [ <@/t> [ ] 'own' ]");
        other.send("30 [ <@/t> [ ] 'not' ]").expect("30 [ <@/t> [ ] 'not' ]");
        client.expect("30 [ <@/t> [ ] 'not' ]");
    }

    @Test
    @Mqtt311({"3.10.4-1", "3.10.4-2", "3.10.4-4"})
    void shouldDeleteTheSubscriptionWithThisVeryFilter311() {
        Wire client = clients.mqtt311("c");
        client.send("82 [ 0001 <@/t> 00 <@/+> 00 ]").expect("90 [ 0001 00 00 ]");
        client.send("a2 [ 0002 <@/#> ]").expect("b0 [ 0002 ]"); // matches the same topics, but is none of them
        client.send("a2 [ 0003 <@/T> ]").expect("b0 [ 0003 ]");
        client.send("a2 [ 0004 <@/t> ]").expect("b0 [ 0004 ]");
        client.send("30 [ <@/t> 'x' ]").expect("30 [ <@/t> 'x' ]"); // of the other
        client.send("a2 [ 0005 <@/+> ]").expect("b0 [ 0005 ]");
        client.send("30 [ <@/t> 'x' ]").expectNoMessage();
    }

    @Test
    @Mqtt5({"3.10.4-1", "3.10.4-2", "3.10.4-4", "3.10.4-5", "3.11.3-2"})
    void shouldDeleteTheSubscriptionWithThisVeryFilter5() {
        Wire client = clients.mqtt5("c");
        client.send("82 [ 0001 [ ] <@/t> 00 <@/+> 00 ]").expect("90 [ 0001 [ ] 00 00 ]");
        client.send("a2 [ 0002 [ ] <@/#> ]").expect("b0 [ 0002 [ ] 11 (no subscription existed) ]");
        client.send("a2 [ 0003 [ ] <@/T> ]").expect("b0 [ 0003 [ ] 11 ]");
        client.send("a2 [ 0004 [ ] <@/t> ]").expect("b0 [ 0004 [ ] 00 ]");
        client.send("30 [ <@/t> [ ] 'x' ]").expect("30 [ <@/t> [ ] 'x' ]"); // of the other
        client.send("a2 [ 0005 [ ] <@/+> ]").expect("b0 [ 0005 [ ] 00 ]");
        client.send("30 [ <@/t> [ ] 'x' ]").expectNoMessage();
    }

    @Test
    @Mqtt311({"3.10.4-5", "3.10.4-6", "3.10.3-1"})
    void shouldAnswerSeveralFiltersWithOneUnsubAck311() {
        Wire client = clients.mqtt311("c");
        client.send("82 [ 0001 <@/a> 00 <@/b> 00 ]").expect("90 [ 0001 00 00 ]");
        client.send("a2 [ 0002 <@/none> ]").expect("b0 [ 0002 ]");
        client.send("a2 [ 0003 <@/a> <@/none> <@/b> ]").expect("b0 [ 0003 ]").expectNothing();
        client.send("30 [ <@/a> 'x' ]", "30 [ <@/b> 'x' ]").expectNoMessage();
    }

    @Test
    @Mqtt5({"3.10.4-5", "3.10.4-6", "3.11.3-1", "3.11.3-2"})
    void shouldAnswerSeveralFiltersWithOneUnsubAck5() {
        Wire client = clients.mqtt5("c");
        client.send("82 [ 0001 [ ] <@/a> 00 <@/b> 00 ]").expect("90 [ 0001 [ ] 00 00 ]");
        client.send("a2 [ 0003 [ 26 <a> <b> ] <@/a> <@/none> <@/b> ]")
                .expect("b0 [ 0003 [ ] 00 11 00 ]")
                .expectNothing();
        client.send("30 [ <@/a> [ ] 'x' ]", "30 [ <@/b> [ ] 'x' ]").expectNoMessage();
    }

    @Test
    @Mqtt311({"3.10.3-2", "4.8.0-1"})
    @Mqtt5({"3.10.3-2", "4.13.1-1"})
    void shouldEndTheConnectionAtAnUnsubscribeWithoutFilter() {
        clients.mqtt311("c").send("a2 [ 0001 ]").expectClosed();
        clients.mqtt5("c").send("a2 [ 0001 [ ] ]").expect("e0 [ 82 ... ]").expectClosed();
    }

    @Test
    @Mqtt311("3.10.4-3")
    @Mqtt5("3.10.4-3")
    void shouldCompleteDeliveriesThatHaveBegunWhenTheSubscriptionIsDeleted() {
        Wire old = clients.lasting311("o").send("82 [ 0001 <@/t> 02 ]").expect("90 [ 0001 02 ]");
        clients.mqtt311("p").send("34 [ <@/t> 0001 'two' ]").expect("50 [ 0001 ]");
        String id = old.packet().packetId();
        old.send("a2 [ 0002 <@/t> ]").expect("b0 [ 0002 ]");
        old.send("50 [ " + id + " ]").expect("62 [ " + id + " ]");
        old.drop();
        old = clients.lasting311("o").expect("62 [ " + id + " ]");
        old.send("70 [ " + id + " ]").expectNothing();

        Wire five = clients.lasting5("f").send("82 [ 0001 [ ] <@/t> 01 ]").expect("90 [ 0001 [ ] 01 ]");
        clients.mqtt5("q").send("32 [ <@/t> 0001 [ ] 'one' ]").expect("40 [ 0001 ]");
        id = five.packet().packetId();
        five.send("a2 [ 0002 [ ] <@/t> ]").expect("b0 [ 0002 [ ] 00 ]");
        five.drop();
        clients.lasting5("f").expect("3a [ <@/t> " + id + " [ ] 'one' ]");
    }
}
