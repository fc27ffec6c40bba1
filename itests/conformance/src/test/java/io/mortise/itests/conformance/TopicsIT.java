// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance;

import io.mortise.itests.conformance.wire.Clients;
import io.mortise.itests.conformance.wire.Wire;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Topic names, topic filters and how they match (4.7). */
@Conformance
class TopicsIT {
    private final Clients clients;

    TopicsIT(Clients clients) {
        this.clients = clients;
    }

    @Test
    @Mqtt311({"3.3.2-2", "4.7.1-1"})
    @Mqtt5({"3.3.2-2", "4.7.0-1"})
    void shouldEndTheConnectionAtATopicNameWithWildcards() {
        for (String topic : List.of("<@/#>", "<#>", "<@/+>", "<+>", "<@/+/t>", "<@/a+>", "<@/a#>")) {
            clients.mqtt311("c").send("30 [ " + topic + " 'x' ]").expectClosed();
            clients.mqtt5("c")
                    .send("30 [ " + topic + " [ ] 'x' ]")
                    .expect("e0 [ .. ... ]")
                    .expectClosed();
            clients.open()
                    .send("10 [ <MQTT> 04 06 (will) 0000 <@c> " + topic + " <gone> ]")
                    .expectClosed();
            clients.open()
                    .send("10 [ <MQTT> 05 06 (will) 0000 [ ] <@c> [ ] " + topic + " <gone> ]")
                    .expectRefusal("20 [ 00 81 ... ]", "20 [ 00 90 ... ]");
        }
    }

    @Test
    @Mqtt311({"4.7.1-2", "4.7.1-3", "4.7.3-1"})
    @Mqtt5({"4.7.1-1", "4.7.1-2", "4.7.3-1"})
    void shouldTakeNoFilterWithAWildcardInTheWrongPlace() {
        for (String filter :
                List.of("<@/t#>", "<@/#/t>", "<#/>", "<##>", "<@/+t>", "<@/t+>", "<++>", "<@/++/t>", "<@/+#>", "<>")) {
            clients.mqtt311("c").send("82 [ 0001 " + filter + " 00 ]").expectClosed();
            clients.mqtt5("c")
                    .send("82 [ 0001 [ ] " + filter + " 00 ]")
                    .expect("e0 [ .. ... ]")
                    .expectClosed();
        }
    }

    @Test
    @Mqtt311("4.7.3-1")
    @Mqtt5("4.7.3-1")
    void shouldEndTheConnectionAtAnEmptyTopicName() {
        clients.mqtt311("c").send("30 [ <> 'x' ]").expectClosed();
        clients.mqtt311("c").send("a2 [ 0001 <> ]").expectClosed();
        clients.mqtt5("c").send("30 [ <> [ ] 'x' ]").expect("e0 [ .. ... ]").expectClosed();
        clients.mqtt5("c").send("a2 [ 0001 [ ] <> ]").expect("e0 [ .. ... ]").expectClosed();
    }

    @Test
    @Mqtt311({"3.3.2-3", "4.7.1-2", "4.7.1-3", "4.7.3-4"})
    void shouldMatchAsTheSpecificationShows311() {
        matches(
                "<@/player1/#>",
                List.of("<@/player1>", "<@/player1/ranking>", "<@/player1/score/wimbledon>"),
                List.of("<@/player2>", "<@>"));
        matches("<@/+>", List.of("<@/player1>", "<@/player2>", "<@/>"), List.of("<@>", "<@/player1/ranking>", "<@//>"));
        matches(
                "<@/+/player1>",
                List.of("<@/tennis/player1>", "<@//player1>"),
                List.of("<@/player1>", "<@/a/b/player1>"));
        matches("<@/#>", List.of("<@>", "<@/>", "<@/a/b/c>"), List.of("<@x>", "<x@/a>"));
        matches("<+/@>", List.of("</@>", "<a/@>"), List.of("<@>", "<a/b/@>", "</@/>"));
        matches("<+/+/@>", List.of("<//@>", "<a/b/@>"), List.of("</@>"));
        matches("</@>", List.of("</@>"), List.of("<@>", "<//@>"));
        matches("<@//b>", List.of("<@//b>"), List.of("<@/b>", "<@/a/b>"));
        matches("<@/A b>", List.of("<@/A b>"), List.of("<@/a b>", "<@/A  b>", "<@/A%20b>", "<@/A b/>"));
    }

    private void matches(String filter, List<String> topics, List<String> others) {
        Wire client = clients.mqtt311("c").send("82 [ 0001 " + filter + " 00 ]").expect("90 [ 0001 00 ]");
        for (String topic : topics) {
            client.send("30 [ " + topic + " 'x' ]").expect("30 [ " + topic + " 'x' ]");
        }
        for (String topic : others) {
            client.send("30 [ " + topic + " 'x' ]");
        }
        client.expectNoMessage();
        client.disconnect();
    }

    @Test
    @Mqtt5({"3.3.2-3", "4.7.1-1", "4.7.1-2", "4.7.3-4"})
    void shouldMatchAsTheSpecificationShows5() {
        Wire client = clients.mqtt5("c");
        client.send("82 [ 0001 [ 0b 01 ] <@/+/x> 00 ]").expect("90 [ 0001 [ ] 00 ]");
        client.send("82 [ 0002 [ 0b 02 ] <@/#> 00 ]").expect("90 [ 0002 [ ] 00 ]");
        client.send("82 [ 0003 [ 0b 03 ] <+/b/x> 00 ]").expect("90 [ 0003 [ ] 00 ]");
        client.send("30 [ <@/a/X> [ ] ]").expect("30 [ <@/a/X> [ 0b 02 ] ]");
        client.send("30 [ <@/a/x> [ ] ]").expect("30 [ <@/a/x> [ 0b .. 0b .. ] ]");
        client.send("30 [ <@/b/x> [ ] ]").expect("30 [ <@/b/x> [ 0b .. 0b .. 0b .. ] ]");
        client.send("30 [ <@/b/x/> [ ] ]").expect("30 [ <@/b/x/> [ 0b 02 ] ]");
        client.send("30 [ <@> [ ] ]").expect("30 [ <@> [ 0b 02 ] ]");
    }

    @Test
    @Mqtt311("3.3.5-2")
    void shouldAcknowledgeAPublishThatIsNotAllowed311() {
        // the broker alone publishes topics that begin with $
        Wire client = clients.mqtt311("c").send("82 [ 0001 <$x/@/t> 02 ]").expect("90 [ 0001 02 ]");
        client.send("32 [ <$x/@/t> 0001 'x' ]").expect("40 [ 0001 ]");
        client.send("34 [ <$x/@/t> 0002 'x' ]").expect("50 [ 0002 ]");
        client.send("62 [ 0002 ]").expect("70 [ 0002 ]");
        client.send("30 [ <$x/@/t> 'x' ]").expectNoMessage();
    }

    @Test
    @Mqtt5({"3.4.2-1", "3.5.2-1"})
    void shouldSayThatAPublishIsNotAllowed5() {
        Wire client = clients.mqtt5("c").send("82 [ 0001 [ ] <$x/@/t> 02 ]").expect("90 [ 0001 [ ] 02 ]");
        client.send("32 [ <$x/@/t> 0001 [ ] 'x' ]").expect("40 [ 0001 87 (not authorized) ... ]");
        client.send("34 [ <$x/@/t> 0002 [ ] 'x' ]").expect("50 [ 0002 87 ... ]");
        client.expectNoMessage();
    }
}
