// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance;

import io.mortise.itests.conformance.wire.Clients;
import io.mortise.itests.conformance.wire.Wire;
import org.junit.jupiter.api.Test;

/** Clean Session, Clean Start and Session Expiry (3.1.2.4, 3.1.2.11.2, 4.1): what is there when a client comes back. */
@Conformance
class SessionIT {
    private final Clients clients;

    SessionIT(Clients clients) {
        this.clients = clients;
    }

    @Test
    @Mqtt311({"3.1.2-4", "3.2.2-2", "3.2.2-3", "3.1.4-3", "4.1.0-1", "3.1.3-2"})
    void shouldResumeASession311() {
        Wire first = clients.open();
        first.send("10 [ <MQTT> 04 00 0000 <@c> ]").expect("20 [ 00 00 ]");
        first.send("82 [ 0001 <@/t> 01 ]").expect("90 [ 0001 01 ]");
        first.disconnect();
        Wire second = clients.open();
        second.send("10 [ <MQTT> 04 00 0000 <@c> ]").expect("20 [ 01 00 ]");
        clients.open()
                .send("10 [ <MQTT> 04 00 0000 <@d> ]")
                .expect("20 [ 00 00 ]"); // another identifier, another session
        clients.mqtt311("p").send("32 [ <@/t> 0001 'x' ]").expect("40 [ 0001 ]");
        second.expect("32 [ <@/t> .. .. 'x' ]");
    }

    @Test
    @Mqtt5({"3.1.2-5", "3.1.2-6", "3.1.2-23", "3.2.2-3", "3.1.4-4", "4.1.0-1", "3.1.3-2"})
    void shouldResumeASession5() {
        Wire first = clients.open();
        first.send("10 [ <MQTT> 05 00 0000 [ 11 00000064 (session expiry) ] <@c> ]")
                .expect("20 [ 00 00 [ ... ] ]");
        first.send("82 [ 0001 [ ] <@/t> 01 ]").expect("90 [ 0001 [ ] 01 ]");
        first.disconnect();
        Wire second = clients.open();
        second.send("10 [ <MQTT> 05 00 0000 [ 11 00000064 ] <@c> ]").expect("20 [ 01 00 [ ... ] ]");
        clients.open()
                .send("10 [ <MQTT> 05 00 0000 [ 11 00000064 ] <@d> ]")
                .expect("20 [ 00 00 [ ... ] ]"); // another identifier, another session
        clients.mqtt5("p").send("32 [ <@/t> 0001 [ ] 'x' ]").expect("40 [ 0001 ... ]");
        second.expect("32 [ <@/t> .. .. [ ] 'x' ]");
    }

    @Test
    @Mqtt311({"3.1.2-5", "4.5.0-1"})
    void shouldKeepMessagesForAClientThatIsAway311() {
        Wire first = clients.lasting311("c");
        first.send("82 [ 0001 <@/t> 02 ]").expect("90 [ 0001 02 ]");
        first.disconnect();
        Wire publisher = clients.mqtt311("p");
        publisher.send("32 [ <@/t> 0001 'one' ]").expect("40 [ 0001 ]");
        publisher.send("34 [ <@/t> 0002 'two' ]").expect("50 [ 0002 ]");
        publisher.send("62 [ 0002 ]").expect("70 [ 0002 ]");
        clients.open()
                .send("10 [ <MQTT> 04 00 0000 <@c> ]")
                .expect("20 [ 01 00 ]", "32 [ <@/t> .. .. 'one' ]", "34 [ <@/t> .. .. 'two' ]");
    }

    @Test
    @Mqtt5({"3.1.2-23", "4.5.0-1"})
    void shouldKeepMessagesForAClientThatIsAway5() {
        Wire first = clients.lasting5("c");
        first.send("82 [ 0001 [ ] <@/t> 02 ]").expect("90 [ 0001 [ ] 02 ]");
        first.disconnect();
        Wire publisher = clients.mqtt5("p");
        publisher.send("32 [ <@/t> 0001 [ ] 'one' ]").expect("40 [ 0001 ]");
        publisher.send("34 [ <@/t> 0002 [ ] 'two' ]").expect("50 [ 0002 ]");
        publisher.send("62 [ 0002 ]").expect("70 [ 0002 ]");
        clients.open()
                .send("10 [ <MQTT> 05 00 0000 [ ] <@c> ]")
                .expect("20 [ 01 00 [ ... ] ]", "32 [ <@/t> .. .. [ ] 'one' ]", "34 [ <@/t> .. .. [ ] 'two' ]");
    }

    @Test
    @Mqtt311({"3.1.2-6", "3.2.2-1", "3.2.2-3", "3.1.4-3"})
    void shouldBeginAnewWithCleanSession() {
        Wire first = clients.lasting311("c");
        first.send("82 [ 0001 <@/t> 01 ]").expect("90 [ 0001 01 ]");
        first.disconnect();
        Wire clean = clients.open();
        clean.send("10 [ <MQTT> 04 02 (clean session) 0000 <@c> ]").expect("20 [ 00 00 ]");
        clean.send("32 [ <@/t> 0001 'x' ]").expect("40 [ 0001 ]").expectNoMessage();
        clean.send("82 [ 0002 <@/u> 01 ]").expect("90 [ 0002 01 ]");
        clean.disconnect();
        // and nothing of that is left either
        Wire last = clients.open();
        last.send("10 [ <MQTT> 04 00 0000 <@c> ]").expect("20 [ 00 00 ]");
        last.send("32 [ <@/u> 0001 'x' ]").expect("40 [ 0001 ]").expectNoMessage();
    }

    @Test
    @Mqtt5({"3.1.2-4", "3.2.2-2", "3.1.4-4"})
    void shouldBeginAnewWithCleanStart() {
        Wire first = clients.lasting5("c");
        first.send("82 [ 0001 [ ] <@/t> 01 ]").expect("90 [ 0001 [ ] 01 ]");
        first.disconnect();
        Wire clean = clients.open();
        clean.send("10 [ <MQTT> 05 02 (clean start) 0000 [ 11 00000064 ] <@c> ]")
                .expect("20 [ 00 00 [ ... ] ]");
        clean.send("32 [ <@/t> 0001 [ ] 'x' ]").expect("40 [ 0001 ... ]").expectNoMessage();
        clean.disconnect();
        clients.open().send("10 [ <MQTT> 05 00 0000 [ ] <@c> ]").expect("20 [ 01 00 [ ... ] ]");
    }

    @Test
    @Mqtt5("4.1.0-2")
    void shouldEndASessionWithoutExpiryWithItsConnection() {
        Wire first = clients.connect("10 [ <MQTT> 05 00 0000 [ ] <@c> ]");
        first.send("82 [ 0001 [ ] <@/t> 01 ]").expect("90 [ 0001 [ ] 01 ]");
        first.disconnect();
        Wire second = clients.open();
        second.send("10 [ <MQTT> 05 00 0000 [ ] <@c> ]").expect("20 [ 00 00 [ ... ] ]");
        second.send("32 [ <@/t> 0001 [ ] 'x' ]").expect("40 [ 0001 ... ]").expectNoMessage();
    }

    @Test
    @Mqtt5("4.1.0-2")
    void shouldTakeTheExpiryThatDisconnectSays() {
        Wire first = clients.lasting5("c");
        first.send("e0 [ 00 [ 11 00000000 ] ]").expectClosed();
        clients.open().send("10 [ <MQTT> 05 00 0000 [ ] <@c> ]").expect("20 [ 00 00 [ ... ] ]");
    }

    @Test
    @Mqtt5("4.1.0-2")
    void shouldEndASessionWhenItsExpiryHasPassed() {
        Wire watcher = clients.mqtt5("w");
        watcher.send("82 [ 0001 [ ] <@/clock> 00 ]").expect("90 [ 0001 [ ] 00 ]");
        clients.connect("10 [ <MQTT> 05 00 0000 [ 11 00000001 ] <@c> ]").disconnect();
        // another session ends after it, and says so: its will waits for longer than the session lasts
        clients.connect("10 [ <MQTT> 05 04 (will) 0000 [ 11 00000001 ] <@clock> [ 18 00000e10 ] <@/clock> <ended> ]")
                .drop();
        watcher.expect("30 [ <@/clock> [ ] 'ended' ]");
        clients.open().send("10 [ <MQTT> 05 00 0000 [ 11 00000001 ] <@c> ]").expect("20 [ 00 00 [ ... ] ]");
    }

    @Test
    @Mqtt5("4.1.0-1")
    void shouldKeepASessionWhileItsConnectionLasts() {
        Wire watcher = clients.mqtt5("w");
        watcher.send("82 [ 0001 [ ] <@/clock> 00 ]").expect("90 [ 0001 [ ] 00 ]");
        Wire connected = clients.mqtt5("c", "11 00000001");
        connected.send("82 [ 0001 [ ] <@/t> 01 ]").expect("90 [ 0001 [ ] 01 ]");
        clients.connect("10 [ <MQTT> 05 04 (will) 0000 [ 11 00000001 ] <@clock> [ 18 00000e10 ] <@/clock> <ended> ]")
                .drop();
        watcher.expect("30 [ <@/clock> [ ] 'ended' ]"); // as much time as its expiry has passed
        connected.send("32 [ <@/t> 0001 [ ] 'x' ]").expectInAnyOrder("40 [ 0001 ]", "32 [ <@/t> .. .. [ ] 'x' ]");
    }

    @Test
    @Mqtt311({"4.1.0-2", "3.1.2-7"})
    void shouldKeepASessionAsLongAsItsConnectionAndRetainedMessagesLonger() {
        Wire client = clients.mqtt311("c");
        client.send("82 [ 0001 <@/t> 01 ]").expect("90 [ 0001 01 ]");
        for (int i = 0; i < 3; i++) {
            client.send("33 (retain) [ <@/t> 0001 'kept' ]")
                    .expectInAnyOrder("40 [ 0001 ]", "32 [ <@/t> .. .. 'kept' ]");
        }
        client.disconnect();
        Wire later = clients.mqtt311("d");
        later.send("82 [ 0001 <@/t> 01 ]").expect("90 [ 0001 01 ]", "33 (retain) [ <@/t> .. .. 'kept' ]");
        later.send("31 [ <@/t> ]").expect("30 [ <@/t> ]");
    }
}
