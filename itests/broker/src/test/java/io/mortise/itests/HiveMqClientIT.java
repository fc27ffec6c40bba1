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
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.nio.charset.StandardCharsets;
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
