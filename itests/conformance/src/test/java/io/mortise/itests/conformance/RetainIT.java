// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance;

import io.mortise.itests.conformance.wire.Clients;
import io.mortise.itests.conformance.wire.Wire;
import org.junit.jupiter.api.Test;

/** Retained messages (3.3.1.3). Each test removes what it has stored. */
@Conformance
class RetainIT {
    private final Clients clients;

    RetainIT(Clients clients) {
        this.clients = clients;
    }

    @Test
    @Mqtt311({"3.3.1-5", "3.3.1-6", "3.3.1-8", "3.3.1-9"})
    void shouldSendTheLastMessageOfEachTopicToANewSubscription311() {
        Wire publisher = clients.mqtt311("p");
        publisher.send("82 [ 0001 <@/+> 02 ]").expect("90 [ 0001 02 ]");
        publisher.send("31 (retain) [ <@/0> 'zero' ]").expect("30 [ <@/0> 'zero' ]");
        publisher.send("33 [ <@/1> 0001 'old' ]").expectInAnyOrder("40 [ 0001 ]", "32 [ <@/1> .. .. 'old' ]");
        publisher.send("33 [ <@/1> 0001 'one' ]").expectInAnyOrder("40 [ 0001 ]", "32 [ <@/1> .. .. 'one' ]");
        publisher.send("35 [ <@/2> 0002 'two' ]").expectInAnyOrder("50 [ 0002 ]", "34 [ <@/2> .. .. 'two' ]");
        publisher.send("62 [ 0002 ]").expect("70 [ 0002 ]");
        clients.mqtt311("s")
                .send("82 [ 0001 <@/#> 02 ]")
                .expect("90 [ 0001 02 ]")
                .expectInAnyOrder("31 [ <@/0> 'zero' ]", "33 [ <@/1> .. .. 'one' ]", "35 [ <@/2> .. .. 'two' ]")
                .expectNoMessage();
        remove("<@/0>", "<@/1>", "<@/2>");
    }

    @Test
    @Mqtt5({"3.3.1-5", "3.3.1-9", "3.3.1-12"})
    void shouldSendTheLastMessageOfEachTopicToANewSubscription5() {
        Wire publisher = clients.mqtt5("p");
        publisher.send("82 [ 0001 [ ] <@/+> 02 ]").expect("90 [ 0001 [ ] 02 ]");
        publisher.send("31 (retain) [ <@/0> [ ] 'zero' ]").expect("30 [ <@/0> [ ] 'zero' ]");
        publisher.send("33 [ <@/1> 0001 [ ] 'old' ]").expectInAnyOrder("40 [ 0001 ]", "32 [ <@/1> .. .. [ ] 'old' ]");
        publisher.send("33 [ <@/1> 0001 [ ] 'one' ]").expectInAnyOrder("40 [ 0001 ]", "32 [ <@/1> .. .. [ ] 'one' ]");
        clients.mqtt5("s")
                .send("82 [ 0001 [ ] <@/#> 02 ]")
                .expect("90 [ 0001 [ ] 02 ]")
                .expectInAnyOrder("31 [ <@/0> [ ] 'zero' ]", "33 [ <@/1> .. .. [ ] 'one' ]")
                .expectNoMessage();
        remove("<@/0>", "<@/1>");
    }

    @Test
    @Mqtt311("3.3.1-7")
    @Mqtt5("3.3.1-5")
    void shouldReplaceARetainedMessageByOneAtQosZero() {
        Wire publisher = clients.mqtt311("p");
        publisher.send("33 [ <@/t> 0001 'one' ]").expect("40 [ 0001 ]");
        publisher.send("31 [ <@/t> 'zero' ]").expectNothing();
        clients.mqtt311("s")
                .send("82 [ 0001 <@/t> 02 ]")
                .expect("90 [ 0001 02 ]", "31 [ <@/t> 'zero' ]")
                .expectNoMessage();
        remove("<@/t>");
    }

    @Test
    @Mqtt311({"3.3.1-10", "3.3.1-11"})
    @Mqtt5({"3.3.1-6", "3.3.1-7"})
    void shouldRemoveARetainedMessageByAnEmptyOne() {
        Wire old = clients.mqtt311("o");
        Wire five = clients.mqtt5("f");
        old.send("33 [ <@/t> 0001 'kept' ]").expect("40 [ 0001 ]");
        five.send("82 [ 0001 [ ] <@/t> 01 ]").expect("90 [ 0001 [ ] 01 ]", "33 [ <@/t> .. .. [ ] 'kept' ]");
        old.send("33 [ <@/t> 0001 ]").expect("40 [ 0001 ]");
        five.expect("32 [ <@/t> .. .. [ ] ]"); // it comes like any other
        old.send("82 [ 0001 <@/t> 01 ]").expect("90 [ 0001 01 ]").expectNoMessage();

        five.send("33 [ <@/t> 0001 [ ] 'again' ]").expectInAnyOrder("40 [ 0001 ]", "32 [ <@/t> .. .. [ ] 'again' ]");
        old.expect("32 [ <@/t> .. .. 'again' ]");
        five.send("31 [ <@/t> [ ] ]").expect("30 [ <@/t> [ ] ]");
        old.expect("30 [ <@/t> ]");
        clients.mqtt5("l")
                .send("82 [ 0001 [ ] <@/t> 01 ]")
                .expect("90 [ 0001 [ ] 01 ]")
                .expectNoMessage();
    }

    @Test
    @Mqtt311("3.3.1-12")
    @Mqtt5("3.3.1-8")
    void shouldLeaveTheRetainedMessageToOneThatIsNotRetained() {
        Wire publisher = clients.mqtt311("p");
        publisher.send("32 [ <@/t> 0001 'passing' ]").expect("40 [ 0001 ]");
        clients.mqtt311("s")
                .send("82 [ 0001 <@/t> 01 ]")
                .expect("90 [ 0001 01 ]")
                .expectNoMessage();
        publisher.send("33 [ <@/t> 0001 'kept' ]").expect("40 [ 0001 ]");
        publisher.send("32 [ <@/t> 0001 'passing' ]").expect("40 [ 0001 ]");
        publisher.send("32 [ <@/t> 0001 ]").expect("40 [ 0001 ]"); // empty, but not retained
        clients.mqtt5("f").send("32 [ <@/t> 0001 [ ] 'passing' ]").expect("40 [ 0001 ... ]");
        clients.mqtt311("s").send("82 [ 0001 <@/t> 01 ]").expect("90 [ 0001 01 ]", "33 [ <@/t> .. .. 'kept' ]");
        clients.mqtt5("t")
                .send("82 [ 0001 [ ] <@/t> 01 ]")
                .expect("90 [ 0001 [ ] 01 ]", "33 [ <@/t> .. .. [ ] 'kept' ]");
        remove("<@/t>");
    }

    @Test
    @Mqtt5({"3.3.1-9", "3.3.1-10", "3.3.1-11"})
    void shouldSendRetainedMessagesAsRetainHandlingSays() {
        clients.mqtt5("p").send("33 [ <@/t> 0001 [ ] 'kept' ]").expect("40 [ 0001 ... ]");
        Wire client = clients.mqtt5("c");
        client.send("82 [ 0001 [ ] <@/t> 20 (2: not) ]")
                .expect("90 [ 0001 [ ] 00 ]")
                .expectNoMessage();
        client.send("82 [ 0002 [ ] <@/t> 10 (1: if new) ]")
                .expect("90 [ 0002 [ ] 00 ]")
                .expectNoMessage();
        client.send("82 [ 0003 [ ] <@/t> 00 (0: yes) ]").expect("90 [ 0003 [ ] 00 ]", "31 [ <@/t> [ ] 'kept' ]");
        client.send("a2 [ 0004 [ ] <@/t> ]").expect("b0 [ 0004 [ ] 00 ]");
        client.send("82 [ 0005 [ ] <@/t> 10 (1: if new) ]").expect("90 [ 0005 [ ] 00 ]", "31 [ <@/t> [ ] 'kept' ]");
        client.expectNoMessage();
        remove("<@/t>");
    }

    @Test
    @Mqtt5({"3.3.1-12", "3.3.1-13"})
    void shouldForwardTheRetainFlagAsRetainAsPublishedSays() {
        Wire client = clients.mqtt5("c");
        client.send("82 [ 0001 [ ] <@/cleared> 00 <@/published> 08 ]").expect("90 [ 0001 [ ] 00 00 ]");
        client.send("31 (retain) [ <@/cleared> [ ] 'x' ]").expect("30 [ <@/cleared> [ ] 'x' ]");
        client.send("30 [ <@/cleared> [ ] 'y' ]").expect("30 [ <@/cleared> [ ] 'y' ]");
        client.send("31 (retain) [ <@/published> [ ] 'x' ]").expect("31 [ <@/published> [ ] 'x' ]");
        client.send("30 [ <@/published> [ ] 'y' ]").expect("30 [ <@/published> [ ] 'y' ]");
        remove("<@/cleared>", "<@/published>");
    }

    @Test
    @Mqtt311("3.8.4-3")
    @Mqtt5("3.8.4-4")
    void shouldSendRetainedMessagesAgainToASubscriptionThatIsMadeAgain() {
        Wire old = clients.mqtt311("o");
        old.send("33 [ <@/t> 0001 'kept' ]").expect("40 [ 0001 ]");
        Wire five = clients.mqtt5("f");
        for (int i = 0; i < 2; i++) {
            old.send("82 [ 0001 <@/t> 01 ]").expect("90 [ 0001 01 ]", "33 [ <@/t> .. .. 'kept' ]");
            five.send("82 [ 0001 [ ] <@/t> 01 ]").expect("90 [ 0001 [ ] 01 ]", "33 [ <@/t> .. .. [ ] 'kept' ]");
        }
        remove("<@/t>");
    }

    private void remove(String... topics) {
        Wire last = clients.mqtt311("last");
        for (String topic : topics) {
            last.send("31 [ " + topic + " ]");
        }
        last.expectNothing();
    }
}
