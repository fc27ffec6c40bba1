// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Test;

/** HiveMQ's client: the features of MQTT 5.0 that it lets us see. */
public class HiveMqClientIT {
    private static RunningBroker broker;

    @BeforeClass
    public static void start() throws Exception {
        broker = new RunningBroker();
    }

    @AfterClass
    public static void stop() throws Exception {
        broker.close();
    }

    @Test
    public void shouldForwardEverythingThatAPublisherSays() throws Exception {
        Mqtt5BlockingClient subscriber = client5("sub");
        Mqtt5BlockingClient publisher = client5("pub");
        subscriber.connect();
        publisher.connect();
        for (MqttQos qos : MqttQos.values()) {
            String topic = "all/of/it/" + qos.getCode();
            try (Mqtt5BlockingClient.Mqtt5Publishes publishes =
                    subscriber.publishes(MqttGlobalPublishFilter.SUBSCRIBED)) {
                subscriber.subscribeWith().topicFilter("all/+/it/#").qos(qos).send();
                publisher
                        .publishWith()
                        .topic(topic)
                        .qos(qos)
                        .payload("grüße".getBytes(StandardCharsets.UTF_8))
                        .contentType("text/plain")
                        .responseTopic("answers/here")
                        .correlationData(new byte[] {1, 2, 3})
                        .messageExpiryInterval(600)
                        .userProperties(Mqtt5UserProperties.builder()
                                .add("b", "2")
                                .add("a", "1")
                                .add("b", "3")
                                .build())
                        .send();
                Mqtt5Publish received = publishes.receive(20, TimeUnit.SECONDS).orElseThrow();
                assertEquals(topic, received.getTopic().toString());
                assertEquals(qos, received.getQos());
                assertArrayEquals("grüße".getBytes(StandardCharsets.UTF_8), received.getPayloadAsBytes());
                assertEquals(
                        "text/plain", received.getContentType().orElseThrow().toString());
                assertEquals(
                        "answers/here",
                        received.getResponseTopic().orElseThrow().toString());
                assertEquals(3, received.getCorrelationData().orElseThrow().remaining());
                long remaining = received.getMessageExpiryInterval().orElseThrow();
                assertTrue("remaining " + remaining, remaining > 500 && remaining <= 600);
                assertEquals(
                        "[(b, 2), (a, 1), (b, 3)]",
                        received.getUserProperties().asList().toString());
            }
        }
        subscriber.disconnect();
        publisher.disconnect();
    }

    @Test
    public void shouldResumeASessionThatHasNotExpired() throws Exception {
        Mqtt5BlockingClient sleeper = client5("sleeper");
        Mqtt5ConnAck first = sleeper.connectWith()
                .cleanStart(true)
                .sessionExpiryInterval(600)
                .send();
        assertFalse(first.isSessionPresent());
        sleeper.subscribeWith()
                .topicFilter("dreams/#")
                .qos(MqttQos.EXACTLY_ONCE)
                .send();
        sleeper.disconnect();

        Mqtt3BlockingClient publisher = MqttClient.builder()
                .useMqttVersion3()
                .identifier("three")
                .serverPort(broker.port())
                .buildBlocking();
        publisher.connect();
        for (int dream = 0; dream < 20; dream++) {
            publisher
                    .publishWith()
                    .topic("dreams/" + dream)
                    .qos(MqttQos.fromCode(1 + dream % 2))
                    .send();
        }
        publisher.disconnect();

        try (Mqtt5BlockingClient.Mqtt5Publishes publishes = sleeper.publishes(MqttGlobalPublishFilter.ALL)) {
            Mqtt5ConnAck second = sleeper.connectWith()
                    .cleanStart(false)
                    .sessionExpiryInterval(0)
                    .send();
            assertTrue(second.isSessionPresent());
            for (int dream = 0; dream < 20; dream++) {
                assertEquals(
                        "dreams/" + dream,
                        publishes
                                .receive(20, TimeUnit.SECONDS)
                                .orElseThrow()
                                .getTopic()
                                .toString());
            }
        }
        sleeper.disconnect();
        assertFalse(client5("sleeper").connectWith().cleanStart(false).send().isSessionPresent());
    }

    @Test
    public void shouldRetainTheWillOfAClientThatTakesItAlong() throws Exception {
        Mqtt5BlockingClient dying = client5("dying");
        dying.connectWith()
                .willPublish()
                .topic("hive/will")
                .qos(MqttQos.AT_LEAST_ONCE)
                .retain(true)
                .payload("gone".getBytes(StandardCharsets.UTF_8))
                .applyWillPublish()
                .send();
        dying.disconnectWith()
                .reasonCode(Mqtt5DisconnectReasonCode.DISCONNECT_WITH_WILL_MESSAGE)
                .send();

        Mqtt5BlockingClient later = client5("later");
        later.connect();
        try (Mqtt5BlockingClient.Mqtt5Publishes publishes = later.publishes(MqttGlobalPublishFilter.ALL)) {
            later.subscribeWith()
                    .topicFilter("hive/+")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .send();
            Mqtt5Publish will = publishes.receive(20, TimeUnit.SECONDS).orElseThrow();
            assertTrue(will.isRetain());
            assertEquals("gone", new String(will.getPayloadAsBytes(), StandardCharsets.UTF_8));
        }
        later.publishWith().topic("hive/will").retain(true).send();
        later.disconnect();
    }

    @Test
    public void shouldShareASubscription() throws Exception {
        Mqtt5BlockingClient first = client5("first");
        Mqtt5BlockingClient second = client5("second");
        Mqtt5BlockingClient publisher = client5("shared-pub");
        List<Mqtt5BlockingClient> all = List.of(first, second, publisher);
        all.forEach(Mqtt5BlockingClient::connect);
        Set<String> heard = new HashSet<>();
        try (Mqtt5BlockingClient.Mqtt5Publishes firstHears = first.publishes(MqttGlobalPublishFilter.ALL);
                Mqtt5BlockingClient.Mqtt5Publishes secondHears = second.publishes(MqttGlobalPublishFilter.ALL)) {
            for (Mqtt5BlockingClient member : List.of(first, second)) {
                member.subscribeWith()
                        .topicFilter("$share/hive/jobs/#")
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .send();
            }
            for (int job = 0; job < 20; job++) {
                publisher
                        .publishWith()
                        .topic("jobs/" + job)
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .send();
            }
            for (int job = 0; job < 20; job++) { // the turns are fair while both keep up
                Mqtt5BlockingClient.Mqtt5Publishes whose = job % 2 == 0 ? firstHears : secondHears;
                heard.add(whose.receive(20, TimeUnit.SECONDS)
                        .orElseThrow()
                        .getTopic()
                        .toString());
            }
        }
        assertEquals(20, heard.size());
        all.forEach(Mqtt5BlockingClient::disconnect);
    }

    @Test
    public void shouldTellAClientTheIdentifierThatItGot() {
        Mqtt5BlockingClient nameless =
                MqttClient.builder().useMqttVersion5().serverPort(broker.port()).buildBlocking();
        Mqtt5ConnAck connAck = nameless.connect();
        assertTrue(connAck.getAssignedClientIdentifier().isPresent());
        nameless.disconnect();
    }

    private static Mqtt5BlockingClient client5(String identifier) {
        return MqttClient.builder()
                .useMqttVersion5()
                .identifier(identifier)
                .serverPort(broker.port())
                .buildBlocking();
    }
}
