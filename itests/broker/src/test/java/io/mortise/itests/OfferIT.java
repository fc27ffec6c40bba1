// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import org.junit.Test;

/** What an operator configures is what a client is told and held to; where it is sent, and how it is told goodbye. */
public class OfferIT {
    /** CONNECT, MQTT 5.0, Clean Start, no keep-alive, Request Response Information, Topic Alias Maximum 5, identifier "m". */
    private static final String CONNECT = "10 13  0004 4d515454 05 02 0000  05 19 01 22 0005  0001 6d";

    /** CONNECT, MQTT 3.1.1, Clean Session, no keep-alive, client identifier "o". */
    private static final String OLDER = "10 0d  0004 4d515454 04 02 0000  0001 6f";

    private static final String ENGINE = "io.mortise.engine:";

    @Test
    public void shouldTellAndEnforceWhatIsConfigured() throws Exception {
        try (RunningBroker broker = new RunningBroker(
                        "--set", ENGINE + "maximum.qos=1",
                        "--set", ENGINE + "retain.available=false",
                        "--set", ENGINE + "shared.subscription.available=false",
                        "--set", ENGINE + "payload.format.validated=true",
                        "--set", ENGINE + "response.information=answers/");
                HexClient client = new HexClient(broker.port())) {
            String connAck = client.say(CONNECT).hear();
            assertTrue(connAck, connAck.startsWith("20"));
            contains(connAck, "2401"); // Maximum QoS
            contains(connAck, "2500"); // Retain Available
            contains(connAck, "2a00"); // Shared Subscription Available
            contains(connAck, "1a0008" + "616e73776572732f"); // Response Information "answers/"
            // PUBLISH at QoS 1 to "a", packet identifier 1, format UTF-8, payload C3
            String pubAck = client.say("32 0a  0001 61 0001  02 01 01  c3 28").hear();
            assertTrue(pubAck, pubAck.matches("40..000199.*"));
            // PUBLISH at QoS 2
            String disconnect = client.say("34 07  0001 61 0002 00  62").hearOut();
            assertTrue(disconnect, disconnect.matches("e0..9b.*"));
        }
    }

    @Test
    public void shouldSendClientsToAnotherServerFromTheShell() throws Exception {
        try (RunningBroker broker = new RunningBroker();
                HexClient one = new HexClient(broker.port());
                HexClient older = new HexClient(broker.port())) {
            one.say(CONNECT).hear();
            older.say(OLDER).hear();
            broker.shell("mortise:move", "m", "other:1883");
            // DISCONNECT, Use another server, Server Reference "other:1883"
            assertEquals("e00f 9c 0d 1c 000a 6f746865723a31383833".replace(" ", ""), one.hearOut());
            try (HexClient again = new HexClient(broker.port())) {
                again.say(CONNECT).hear();
                broker.shell("mortise:move", "'*'", "other:1883", "--permanent");
                assertEquals("e00f 9d 0d 1c 000a 6f746865723a31383833".replace(" ", ""), again.hearOut());
            }
            assertEquals("", older.hearOut());
        }
    }

    @Test
    public void shouldSendClientsThatConnectToTheConfiguredServer() throws Exception {
        try (RunningBroker broker = new RunningBroker(
                        "--set", ENGINE + "server.reference=other:1883", "--set", ENGINE + "server.moved=true");
                HexClient client = new HexClient(broker.port());
                HexClient older = new HexClient(broker.port())) {
            // CONNACK, Server moved, Server Reference "other:1883"
            assertEquals(
                    "2010 00 9d 0d 1c 000a 6f746865723a31383833".replace(" ", ""),
                    client.say(CONNECT).hearOut());
            assertEquals("20020003", older.say(OLDER).hearOut());
        }
    }

    @Test
    public void shouldTellItsClientsThatItStops() throws Exception {
        try (RunningBroker broker = new RunningBroker();
                HexClient client = new HexClient(broker.port());
                HexClient older = new HexClient(broker.port())) {
            client.say(CONNECT).hear();
            older.say(OLDER).hear();
            broker.command().terminate();

            String disconnect = client.hearOut();
            assertTrue(disconnect, disconnect.matches("e0..8b.*"));
            assertEquals("", older.hearOut());
            broker.command().exitsWith(0);
        }
    }

    @Test
    public void shouldShortenTopicsThatComeAgain() throws Exception {
        try (RunningBroker broker = new RunningBroker();
                HexClient client = new HexClient(broker.port())) {
            client.say(CONNECT).hear();
            // SUBSCRIBE to "topic" at QoS 0
            client.say("82 0b  0001 00  0005 746f706963 00").hear();
            String publish = "30 09  0005 746f706963 00  31";
            client.say(publish + publish + publish);
            assertEquals("3009 0005 746f706963 00 31".replace(" ", ""), client.hear());
            assertEquals("300c 0005 746f706963 03 230001 31".replace(" ", ""), client.hear());
            assertEquals("3007 0000 03 230001 31".replace(" ", ""), client.hear());
        }
    }

    private static void contains(String packet, String bytes) {
        assertTrue(bytes + " in " + packet, packet.contains(bytes));
    }
}
