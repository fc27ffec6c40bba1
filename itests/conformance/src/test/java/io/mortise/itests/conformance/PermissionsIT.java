// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance;

import io.mortise.itests.conformance.wire.Clients;
import io.mortise.itests.conformance.wire.Wire;
import org.junit.jupiter.api.Test;

/**
 * What is allowed and what is not, by {@link HouseRules}: topics that begin with $ are, those that begin with "forbidden" are
 * not.
 */
@Conformance(vendor = true)
class PermissionsIT {
    private final Clients clients;

    PermissionsIT(Clients clients) {
        this.clients = clients;
    }

    @Test
    @Mqtt311("4.7.2-1")
    @Mqtt5("4.7.2-1")
    void shouldNotMatchTopicsThatBeginWithADollarByAWildcard() {
        Wire old = clients.mqtt311("o")
                .send("82 [ 0001 <#> 00 <+/@/t> 00 <+/#> 00 ]")
                .expect("90 [ 0001 00 00 00 ]");
        Wire five = clients.mqtt5("f")
                .send("82 [ 0001 [ ] <#> 00 <+/@/t> 00 <+/#> 00 ]")
                .expect("90 [ 0001 [ ] 00 00 00 ]");
        Wire rest = clients.mqtt311("r").send("82 [ 0001 <$x/#> 00 ]").expect("90 [ 0001 00 ]");
        Wire level = clients.mqtt5("l").send("82 [ 0001 [ ] <$x/+/t> 00 ]").expect("90 [ 0001 [ ] 00 ]");
        Wire publisher = clients.mqtt311("p");
        publisher.send("32 [ <$x/@/t> 0001 'hidden' ]").expect("40 [ 0001 ]");
        rest.expect("30 [ <$x/@/t> 'hidden' ]");
        level.expect("30 [ <$x/@/t> [ ] 'hidden' ]");
        publisher.send("32 [ <x/@/t> 0001 'seen' ]").expect("40 [ 0001 ]");
        old.expect("30 [ <x/@/t> 'seen' ]");
        five.expect("30 [ <x/@/t> [ ] 'seen' ]");
        rest.expectNoMessage();
        // retained messages neither
        publisher.send("33 (retain) [ <$x/@/t> 0001 'kept' ]").expect("40 [ 0001 ]");
        clients.mqtt311("n")
                .send("82 [ 0001 <#> 00 <+/#> 00 ]")
                .expect("90 [ 0001 00 00 ]")
                .expectNoMessage();
        publisher.send("33 (retain) [ <$x/@/t> 0001 ]").expect("40 [ 0001 ]");
    }

    @Test
    @Mqtt311("3.3.5-2")
    void shouldAcknowledgeAPublishThatIsNotAllowed311() {
        Wire watcher = clients.mqtt311("w").send("82 [ 0001 <#> 02 ]").expect("90 [ 0001 02 ]");
        Wire client = clients.mqtt311("c");
        client.send("32 [ <forbidden/@> 0001 'x' ]").expect("40 [ 0001 ]");
        client.send("34 [ <forbidden/@> 0002 'x' ]").expect("50 [ 0002 ]");
        client.send("62 [ 0002 ]").expect("70 [ 0002 ]");
        client.send("30 [ <forbidden/@> 'x' ]").expectNothing();
        watcher.expectNoMessage();
    }

    @Test
    @Mqtt5({"3.4.2-1", "3.5.2-1", "4.3.3-9"})
    void shouldSayThatAPublishIsNotAllowed5() {
        Wire watcher = clients.mqtt311("w").send("82 [ 0001 <#> 02 ]").expect("90 [ 0001 02 ]");
        Wire client = clients.mqtt5("c");
        client.send("32 [ <forbidden/@> 0001 [ ] 'x' ]").expect("40 [ 0001 87 (not authorized) ... ]");
        client.send("34 [ <forbidden/@> 0002 [ ] 'x' ]").expect("50 [ 0002 87 ... ]");
        client.send("30 [ <forbidden/@> [ ] 'x' ]").expectNothing();
        watcher.expectNoMessage();
        client.send("34 [ <@/t> 0002 [ ] 'y' ]").expect("50 [ 0002 ]"); // a new message
        watcher.expect("34 [ <@/t> .. .. 'y' ]");
    }

    @Test
    @Mqtt311({"3.8.4-5", "3.9.3-2"})
    @Mqtt5({"3.8.4-7", "3.9.3-2"})
    void shouldSayThatASubscriptionIsNotAllowed() {
        clients.mqtt311("o").send("82 [ 0001 <@/t> 01 <forbidden/#> 02 ]").expect("90 [ 0001 01 80 (failure) ]");
        clients.mqtt5("f")
                .send("82 [ 0001 [ ] <@/t> 01 <forbidden/#> 02 ]")
                .expect("90 [ 0001 [ ... ] 01 87 (not authorized) ]");
    }

    @Test
    @Mqtt5({"3.1.4-2", "3.2.2-7", "3.2.2-8"})
    void shouldRefuseAClientThatMayNotPublishItsWill() {
        clients.open()
                .send("10 [ <MQTT> 05 06 (will) 0000 [ ] <@c> [ ] <forbidden/@> <gone> ]")
                .expect("20 [ 00 87 (not authorized) [ ... ] ]")
                .expectClosed();
        clients.open()
                .send("10 [ <MQTT> 04 06 (will) 0000 <@c> <forbidden/@> <gone> ]")
                .expect("20 [ 00 05 (not authorized) ]")
                .expectClosed();
    }
}
