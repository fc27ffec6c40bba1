// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient.Mqtt5Publishes;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/** A web service that says who may come in and what they may do. */
public class HttpAuthIT {
    private HttpServer server;
    private volatile int status = 200;
    private volatile String rules = "\"home/#\"";

    @Before
    public void startService() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/who", exchange -> {
            String question = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String result = question.contains("\"password\":\"secret\"") ? "accept" : "refuse";
            answer(exchange, "{\"result\":\"" + result + "\"}");
        });
        server.createContext("/may", exchange -> answer(exchange, "{\"rules\":[" + rules + "],\"refreshSeconds\":1}"));
        server.start();
    }

    private void answer(com.sun.net.httpserver.HttpExchange exchange, String text) throws java.io.IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @After
    public void stopService() {
        server.stop(0);
    }

    private RunningBroker broker() throws Exception {
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        return new RunningBroker(
                "--feature",
                "kernel",
                "store-memory",
                "auth-http",
                "console",
                "listener-tcp",
                "--set",
                "io.mortise.auth.http:authenticate.url=" + url + "/who",
                "io.mortise.auth.http:authorize.url=" + url + "/may",
                "io.mortise.auth.http:timeout.millis=15000",
                "io.mortise.auth.http:cache.accepted.seconds=0",
                "io.mortise.auth.http:cache.refused.seconds=0",
                "io.mortise.engine:auth.deadline.millis=20000");
    }

    private static Mqtt5BlockingClient client(RunningBroker broker, String password) {
        return MqttClient.builder()
                .useMqttVersion5()
                .identifier("phone")
                .serverHost("127.0.0.1")
                .serverPort(broker.port())
                .simpleAuth()
                .username("alice")
                .password(password.getBytes(StandardCharsets.UTF_8))
                .applySimpleAuth()
                .buildBlocking();
    }

    private static Mqtt5ConnAckReasonCode refusal(RunningBroker broker, String password) {
        return assertThrows(
                        Mqtt5ConnAckException.class,
                        () -> client(broker, password).connect())
                .getMqttMessage()
                .getReasonCode();
    }

    private static boolean publishes(Mqtt5BlockingClient client, String topic) {
        try {
            client.publishWith().topic(topic).qos(MqttQos.AT_LEAST_ONCE).send();
            return true;
        } catch (Mqtt5PubAckException refused) {
            return false;
        }
    }

    /** SEC-33: what the service takes back, a connected client has no more. */
    @Test
    public void shouldFollowTheServiceWhileClientsAreConnected_SEC33() throws Exception {
        try (RunningBroker broker = broker()) {
            assertEquals(Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD, refusal(broker, "wrong"));
            Mqtt5BlockingClient alice = client(broker, "secret");
            alice.connect();
            try (Mqtt5Publishes heard = alice.publishes(MqttGlobalPublishFilter.SUBSCRIBED)) {
                alice.subscribeWith().topicFilter("home/#").send();
                assertTrue(publishes(alice, "home/lamp"));
                assertTrue(heard.receive(20, TimeUnit.SECONDS).isPresent());
                assertFalse(publishes(alice, "office/lamp"));

                rules = "\"office/#\", \"write home/lamp\"";
                Awaitility.await().until(() -> publishes(alice, "office/lamp"));
                while (heard.receive(200, TimeUnit.MILLISECONDS).isPresent()) {
                    continue; // what was said before
                }
                assertTrue(publishes(alice, "home/lamp"));
                assertTrue(publishes(alice, "office/lamp"));
                assertFalse(
                        "it may not read that any more",
                        heard.receive(200, TimeUnit.MILLISECONDS).isPresent());
            }
            alice.disconnect();
        }
    }

    /** SEC-37: a service that is down lets nobody in, and is not asked for ever. */
    @Test
    public void shouldLetNobodyInWhileTheServiceIsDown_SEC37() throws Exception {
        try (RunningBroker broker = broker()) {
            status = 503;
            for (int i = 0; i < 8; i++) {
                assertEquals(Mqtt5ConnAckReasonCode.SERVER_UNAVAILABLE, refusal(broker, "secret"));
            }
            assertTrue(broker.shell("health").toString().contains("auth-http"));
            status = 200;
            Awaitility.await().atMost(1, TimeUnit.MINUTES).ignoreExceptions().until(() -> {
                Mqtt5BlockingClient alice = client(broker, "secret");
                alice.connect();
                alice.disconnect();
                return true;
            });
        }
    }
}
