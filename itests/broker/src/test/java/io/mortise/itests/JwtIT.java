// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/** Access tokens that another library made, keys on a real server, and a client that no one here wrote. */
public class JwtIT {
    private HttpServer server;
    private volatile String keys;
    private TestIssuer issuer;

    @Before
    public void startIssuer() throws Exception {
        issuer = new TestIssuer();
        keys = issuer.keys();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/keys", exchange -> {
            byte[] answer = keys.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
    }

    @After
    public void stopIssuer() {
        server.stop(0);
    }

    private String token(String tenant, Instant end) {
        return issuer.token(tenant, end);
    }

    private static Instant inAnHour() {
        return Instant.now().plusSeconds(3600);
    }

    private RunningBroker broker() throws Exception {
        return new RunningBroker(
                "--feature",
                "kernel",
                "store-memory",
                "auth-jwt",
                "console",
                "listener-tcp",
                "--set",
                "io.mortise.auth.jwt:keys=http://127.0.0.1:"
                        + server.getAddress().getPort() + "/keys",
                "io.mortise.auth.jwt:issuer=https://issuer.example",
                "io.mortise.auth.jwt:audience=mqtt",
                "io.mortise.auth.jwt:skew.seconds=0",
                "io.mortise.auth.jwt:rules=readwrite %{jwt.tenant}/%u/#",
                "io.mortise.engine:auth.deadline.millis=20000");
    }

    private static Mqtt5ClientBuilder builder(RunningBroker broker) {
        return MqttClient.builder()
                .useMqttVersion5()
                .identifier("phone")
                .serverHost("127.0.0.1")
                .serverPort(broker.port());
    }

    private static Mqtt5BlockingClient client(RunningBroker broker, String password) {
        return builder(broker)
                .simpleAuth()
                .username("whoever")
                .password(password.getBytes(StandardCharsets.UTF_8))
                .applySimpleAuth()
                .buildBlocking();
    }

    private static void publish(Mqtt5BlockingClient client, String topic) {
        client.publishWith().topic(topic).qos(MqttQos.AT_LEAST_ONCE).send();
    }

    @Test
    public void shouldLetInWhoBringsATokenAndGoOnWhenTheProviderIsReplaced() throws Exception {
        try (RunningBroker broker = broker()) {
            Mqtt5BlockingClient alice = client(broker, token("acme", inAnHour()));
            alice.connect();
            publish(alice, "acme/alice/x");
            assertThrows(Mqtt5PubAckException.class, () -> publish(alice, "initech/alice/x"));

            // what the token says is not lost with the provider that has read it
            broker.shell("stop", bundle(broker));
            broker.shell("start", bundle(broker));
            publish(alice, "acme/alice/x");
            assertThrows(Mqtt5PubAckException.class, () -> publish(alice, "initech/alice/x"));
            alice.disconnect();

            for (String wrong :
                    new String[] {"secret", token("acme", Instant.now().minusSeconds(5)), "eyJ.eyJ.eyJ"}) {
                assertTrue(assertThrows(
                                Mqtt5ConnAckException.class,
                                () -> client(broker, wrong).connect())
                        .getMqttMessage()
                        .getReasonCode()
                        .isError());
            }
        }
    }

    private static String bundle(RunningBroker broker) throws Exception {
        return broker.shell("lb").stream()
                .filter(line -> line.contains("Auth :: JWT"))
                .map(line -> line.substring(0, line.indexOf('|')).strip())
                .findFirst()
                .orElseThrow();
    }

    @Test
    public void shouldEndTheConnectionWithTheTokenUnlessThereIsANewOne() throws Exception {
        try (RunningBroker broker = broker()) {
            CompletableFuture<Throwable> ended = new CompletableFuture<>();
            Instant end = Instant.now().plusSeconds(3);
            Mqtt5BlockingClient ending = builder(broker)
                    .simpleAuth()
                    .username("whoever")
                    .password(token("acme", end).getBytes(StandardCharsets.UTF_8))
                    .applySimpleAuth()
                    .addDisconnectedListener(context -> ended.complete(context.getCause()))
                    .buildBlocking();
            TokenMechanism tokens = new TokenMechanism(token("acme", end));
            Mqtt5BlockingClient renewing =
                    builder(broker).identifier("renewing").enhancedAuth(tokens).buildBlocking();
            ending.connect();
            renewing.connect();
            publish(renewing, "acme/alice/x");
            tokens.token = token("initech", inAnHour());
            renewing.toAsync().reauth().get(20, TimeUnit.SECONDS);

            Throwable cause = ended.get(30, TimeUnit.SECONDS);
            assertTrue(String.valueOf(cause), cause instanceof Mqtt5DisconnectException);
            assertEquals(
                    Mqtt5DisconnectReasonCode.MAXIMUM_CONNECT_TIME,
                    ((Mqtt5DisconnectException) cause).getMqttMessage().getReasonCode());
            publish(renewing, "initech/alice/x");
            assertThrows(Mqtt5PubAckException.class, () -> publish(renewing, "acme/alice/x"));
            renewing.disconnect();
        }
    }

    /** SEC-37: who cannot be verified is not let in, and is when the keys are there. */
    @Test
    public void shouldLetNobodyInWithoutKeys_SEC37() throws Exception {
        String good = keys;
        keys = "<html>gone</html>";
        try (RunningBroker broker = broker()) {
            assertEquals(
                    Mqtt5ConnAckReasonCode.SERVER_UNAVAILABLE,
                    assertThrows(
                                    Mqtt5ConnAckException.class,
                                    () -> client(broker, token("acme", inAnHour()))
                                            .connect())
                            .getMqttMessage()
                            .getReasonCode());
            assertTrue(broker.shell("health").toString().contains("auth-jwt"));
            keys = good;
            Awaitility.await().atMost(1, TimeUnit.MINUTES).ignoreExceptions().until(() -> {
                Mqtt5BlockingClient alice = client(broker, token("acme", inAnHour()));
                alice.connect();
                alice.disconnect();
                return true;
            });
        }
    }
}
