// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.itests.conformance.wire.Clients;
import io.mortise.itests.conformance.wire.Packet;
import io.mortise.itests.conformance.wire.Wire;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Topic aliases (3.3.2.3.4) from a client and to one. */
@Conformance
class TopicAliasIT {
    private final Clients clients;

    TopicAliasIT(Clients clients) {
        this.clients = clients;
    }

    @Test
    @Mqtt5("3.3.2-12")
    void shouldTakeEveryAliasUpToItsMaximum() {
        Wire subscriber = clients.mqtt5("s").send("82 [ 0001 [ ] <@/+> 00 ]").expect("90 [ 0001 [ ] 00 ]");
        Wire publisher = clients.open();
        int maximum = maximum(publisher.connect("10 [ <MQTT> 05 02 0000 [ ] <@p> ]"));
        assertTrue(maximum > 0);
        for (int alias = 1; alias <= maximum; alias++) {
            publisher.send("30 [ <@/%d> [ 23 %04x ] 'set' ]".formatted(alias, alias));
            subscriber.expect("30 [ <@/%d> [ ] 'set' ]".formatted(alias));
        }
        for (int alias = 1; alias <= maximum; alias++) {
            publisher.send("30 [ <> [ 23 %04x ] 'used' ]".formatted(alias));
            subscriber.expect("30 [ <@/%d> [ ] 'used' ]".formatted(alias));
        }
        publisher.send("30 [ <@/other> [ 23 0001 ] 'set again' ]", "30 [ <> [ 23 0001 ] 'used' ]");
        subscriber.expect("30 [ <@/other> [ ] 'set again' ]", "30 [ <@/other> [ ] 'used' ]");
    }

    @Test
    @Mqtt5({"3.3.2-8", "3.3.2-9", "3.2.2-17", "3.14.2-1"})
    void shouldSayThatAnAliasIsNotValid() {
        clients.mqtt5("c")
                .send("30 [ <@/t> [ 23 0000 ] 'x' ]")
                .expect("e0 [ 94 ... ]")
                .expectClosed();
        Wire client = clients.open();
        int maximum = maximum(client.connect("10 [ <MQTT> 05 02 0000 [ ] <@c> ]"));
        client.send("30 [ <@/t> [ 23 %04x ] 'x' ]".formatted(maximum + 1))
                .expect("e0 [ 94 ... ]")
                .expectClosed();
    }

    @Test
    @Mqtt5("4.13.1-1")
    void shouldSayProtocolErrorWhenAnAliasWasNotSet() {
        clients.mqtt5("c")
                .send("30 [ <> [ 23 0001 ] 'x' ]")
                .expect("e0 [ 82 ... ]")
                .expectClosed();
        clients.mqtt5("c").send("30 [ <> [ ] 'x' ]").expect("e0 [ .. ... ]").expectClosed();
    }

    @Test
    @Mqtt5("3.3.2-7")
    void shouldForgetAliasesWithTheConnection() {
        Wire first = clients.lasting5("c");
        first.send("32 [ <@/t> 0001 [ 23 0001 ] 'set' ]").expect("40 [ 0001 ... ]");
        first.send("32 [ <> 0001 [ 23 0001 ] 'used' ]").expect("40 [ 0001 ... ]");
        first.disconnect();
        clients.lasting5("c")
                .send("32 [ <> 0001 [ 23 0001 ] 'x' ]")
                .expect("e0 [ 82 ... ]")
                .expectClosed();
    }

    @Test
    @Mqtt5({"3.1.2-27", "3.3.2-11"})
    void shouldSendNoAliasesToAClientThatTakesNone() {
        Wire publisher = clients.mqtt5("p");
        for (String properties : new String[] {"", "22 0000 (topic alias maximum)"}) {
            Wire client = clients.mqtt5("c", properties)
                    .send("82 [ 0001 [ ] <@/#> 00 ]")
                    .expect("90 [ 0001 [ ] 00 ]");
            for (int i = 0; i < 20; i++) {
                publisher.send("30 [ <@/a/rather/long/topic/name> [ 23 0001 ] 'x' ]");
                client.expect("30 [ <@/a/rather/long/topic/name> [ ] 'x' ]");
            }
        }
    }

    @Test
    @Mqtt5({"3.1.2-26", "3.3.2-8", "3.3.2-11", "3.3.2-7"})
    void shouldSendNoAliasAboveTheMaximumOfTheClient() {
        Wire publisher = clients.mqtt5("p");
        for (int connection = 0; connection < 2; connection++) { // aliases begin anew with each
            Wire client =
                    clients.connect("10 [ <MQTT> 05 00 0000 [ 11 00000064 22 0002 (topic alias maximum) ] <@c> ]");
            client.send("82 [ 0001 [ ] <@/#> 01 ]").expect("90 [ 0001 [ ] 01 ]");
            Map<String, String> aliases = new HashMap<>();
            for (int i = 0; i < 40; i++) {
                publisher.send("30 [ <@/a/rather/long/topic/name/%d> [ ] '%d' ]".formatted(i % 4, i));
                Packet publish = client.packet();
                String alias = publish.property("23");
                String topic = publish.topic();
                assertTrue(alias.isEmpty() || alias.equals("0001") || alias.equals("0002"), publish.toString());
                if (topic.isEmpty()) {
                    topic = aliases.getOrDefault(alias, "");
                } else if (!alias.isEmpty()) {
                    aliases.put(alias, topic);
                }
                assertTrue(topic.endsWith("/a/rather/long/topic/name/" + i % 4), topic + ": " + publish);
                assertEquals(Integer.toString(i), publish.payload5());
            }
            client.disconnect();
        }
    }

    private static int maximum(Packet connAck) {
        String value = connAck.property("22");
        return value.isEmpty() ? 0 : Integer.parseInt(value, 16);
    }
}
