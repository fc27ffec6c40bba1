// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.mortise.api.auth.AuthenticationMethod;
import io.mortise.api.auth.Authenticator;
import io.mortise.api.auth.ConnectAttempt;
import io.mortise.api.auth.Exchange;
import io.mortise.api.auth.Step;
import io.mortise.api.auth.Verdict;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.ReasonCode;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.osgi.framework.ServiceRegistration;

/** A bundle of its own brings an authentication method to the broker (MQTT 5.0, 4.12). Bytes on a socket. */
public class EnhancedAuthenticationIT extends FelixBroker {
    /** Authentication Method "SUM". */
    private static final String METHOD = "15 0003 53554d";

    /** CONNECT, MQTT 5.0, Clean Start, no keep-alive, by "SUM" with the data "alice", client identifier "m". */
    private static final String CONNECT =
            "10 1c  0004 4d515454 05 02 0000  0e " + METHOD + " 16 0005 616c696365  0001 6d";

    private static final String PINGREQ = "c0 00";
    private static final String PINGRESP = "d000";

    private ServiceRegistration<AuthenticationMethod> registration;

    /** Asks alice for a sum. */
    private record Sum(String name) implements AuthenticationMethod {

        @Override
        public Exchange begin(ConnectAttempt attempt) {
            return data -> CompletableFuture.completedFuture(answer(data == null ? "" : data.toText()));
        }

        private static Step answer(String data) {
            return switch (data) {
                case "alice" -> new Step.Challenge(Payload.of("2+3"));
                case "5" -> new Step.Outcome(new Verdict.Accept("alice"), Payload.of("ok"));
                default -> new Step.Outcome(new Verdict.Refuse(ReasonCode.NOT_AUTHORIZED, "wrong"));
            };
        }
    }

    /** AUTH with this reason code, by "SUM" with data of one byte. */
    private static String auth(String reasonCode, String data) {
        return "f0 0c " + reasonCode + " 0a " + METHOD + " 16 0001 " + data;
    }

    @Before
    public void provide() {
        registration = provide("SUM", "open");
    }

    /** As a method of an auth provider; the chain of the listener is "open", "file". */
    private ServiceRegistration<AuthenticationMethod> provide(String name, String provider) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(Authenticator.NAME, provider);
        return context.registerService(AuthenticationMethod.class, new Sum(name), properties);
    }

    @After
    public void withdraw() {
        registration.unregister();
    }

    private HexClient challenged() throws Exception {
        HexClient client = new HexClient(port);
        // AUTH, Continue authentication, "2+3"
        assertEquals(
                ("f00e 18 0c" + METHOD + "16 0003 322b33").replace(" ", ""),
                client.say(CONNECT).hear());
        return client;
    }

    private HexClient connected() throws Exception {
        HexClient client = challenged();
        String connAck = client.say(auth("18", "35")).hear();
        assertTrue(connAck, connAck.matches("20..0000.*"));
        assertTrue(connAck, connAck.contains(METHOD.replace(" ", "") + "1600026f6b"));
        return client;
    }

    @Test
    public void shouldLetInWhoAnswersAndRefuseWhoDoesNot() throws Exception {
        try (HexClient client = connected();
                HexClient wrong = challenged()) {
            assertEquals(PINGRESP, client.say(PINGREQ).hear());
            String connAck = wrong.say(auth("18", "36")).hearOut();
            assertTrue(connAck, connAck.matches("20..0087.*"));
        }
    }

    @Test
    public void shouldRefuseTheMethodOfAProviderThatTheListenerDoesNotAsk() throws Exception {
        for (String provider : List.of("elsewhere", "")) {
            ServiceRegistration<AuthenticationMethod> outside = provide("ALT", provider);
            try (HexClient client = new HexClient(port)) {
                String connAck = client.say(CONNECT.replace("53554d", "414c54")).hearOut();
                assertTrue(connAck, connAck.matches("20..008c.*"));
            } finally {
                outside.unregister();
            }
        }
    }

    @Test
    public void shouldTakeNothingButAuthBeforeTheConnAck() throws Exception {
        try (HexClient client = challenged()) {
            String connAck = client.say(PINGREQ).hearOut();
            assertTrue(connAck, connAck.matches("20..0082.*"));
        }
    }

    @Test
    public void shouldAuthenticateAnewWhileConnected() throws Exception {
        try (HexClient client = connected()) {
            // AUTH, Success, "ok"
            assertEquals(
                    ("f00d 00 0b" + METHOD + "16 0002 6f6b").replace(" ", ""),
                    client.say(auth("19", "35")).hear());
            assertEquals(PINGRESP, client.say(PINGREQ).hear());
            String disconnect = client.say(auth("19", "36")).hearOut();
            assertTrue(disconnect, disconnect.matches("e0..87.*"));
        }
    }

    @Test
    public void shouldHoldAClientWhileItsMethodIsReplaced() throws Exception {
        registration.unregister();
        try (HexClient client = new HexClient(port)) {
            client.say(CONNECT);
            provide();
            assertTrue(client.hear().startsWith("f00e18"));
        }
    }
}
