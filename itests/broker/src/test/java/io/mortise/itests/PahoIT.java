// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import org.eclipse.paho.client.mqttv3.IMqttMessageListener;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Test;

/** Eclipse Paho's Java clients: MQTT 3.1, 3.1.1 and 5.0. */
public class PahoIT {
    private static final long PATIENCE_MILLIS = TimeUnit.SECONDS.toMillis(20);

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
    public void shouldCarryMessagesOfTheOldVersionsAtEveryQos() throws Exception {
        for (int version : List.of(MqttConnectOptions.MQTT_VERSION_3_1, MqttConnectOptions.MQTT_VERSION_3_1_1)) {
            var client = new org.eclipse.paho.client.mqttv3.MqttClient(uri(), "paho-" + version, null);
            MqttConnectOptions options = new MqttConnectOptions();
            options.setMqttVersion(version);
            client.connect(options);
            BlockingQueue<String> received = new LinkedBlockingQueue<>();
            IMqttMessageListener listener = (topic, message) -> received.add(
                    topic + " " + message.getQos() + " " + new String(message.getPayload(), StandardCharsets.UTF_8));
            client.subscribe("paho/" + version + "/#", 2, listener);
            for (int qos = 0; qos <= 2; qos++) {
                client.publish("paho/" + version + "/" + qos, "hello".getBytes(StandardCharsets.UTF_8), qos, false);
                assertEquals(
                        "paho/" + version + "/" + qos + " " + qos + " hello",
                        received.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
            }
            client.disconnect();
            client.close();
        }
    }

    @Test
    public void shouldSendRetainedMessagesAndPropertiesToAVersion5Client() throws Exception {
        var client = new org.eclipse.paho.mqttv5.client.MqttAsyncClient(uri(), "paho-5", null);
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setReceiveMaximum(10);
        options.setSessionExpiryInterval(60L);
        IMqttToken connected = client.connect(options);
        connected.waitForCompletion(PATIENCE_MILLIS);
        assertEquals(Integer.valueOf(256), connected.getResponseProperties().getReceiveMaximum());

        MqttProperties properties = new MqttProperties();
        properties.setUserProperties(List.of(new UserProperty("unit", "celsius")));
        properties.setContentType("text/plain");
        MqttMessage message = new MqttMessage("4.5".getBytes(StandardCharsets.UTF_8), 1, true, properties);
        client.publish("paho5/fridge", message).waitForCompletion(PATIENCE_MILLIS);

        BlockingQueue<MqttMessage> received = new LinkedBlockingQueue<>();
        MqttProperties identifier = new MqttProperties();
        identifier.setSubscriptionIdentifier(7); // this one is sent
        identifier.setSubscriptionIdentifiers(List.of(7)); // and this one chooses the listener
        client.subscribe(
                        new MqttSubscription[] {new MqttSubscription("paho5/+", 2)},
                        null,
                        null,
                        (topic, arrived) -> received.add(arrived),
                        identifier)
                .waitForCompletion(PATIENCE_MILLIS);
        MqttMessage retained = received.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        assertTrue(retained.isRetained());
        assertEquals("text/plain", retained.getProperties().getContentType());
        assertEquals(
                "celsius", retained.getProperties().getUserProperties().get(0).getValue());
        assertEquals(List.of(7), retained.getProperties().getSubscriptionIdentifiers());

        client.disconnect().waitForCompletion(PATIENCE_MILLIS);
        client.close();
    }

    @Test
    public void shouldResumeTheSessionOfAnOldClientAndPublishItsWill() throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        CountDownLatch lost = new CountDownLatch(1);
        var client = oldClient(received, lost);
        MqttConnectOptions lasting = new MqttConnectOptions();
        lasting.setCleanSession(false);
        lasting.setWill("paho3/will", "gone".getBytes(StandardCharsets.UTF_8), 1, false);
        Cable cable = new Cable();
        lasting.setSocketFactory(cable);
        client.connect(lasting);
        client.subscribe("paho3/#", 2);
        client.disconnect();

        var publisher = new org.eclipse.paho.client.mqttv3.MqttClient(uri(), "paho3-publisher", null);
        publisher.connect();
        publisher.publish("paho3/kept", "one".getBytes(StandardCharsets.UTF_8), 1, false);
        publisher.publish("paho3/kept", "two".getBytes(StandardCharsets.UTF_8), 2, false);

        assertTrue(client.connectWithResult(lasting).getSessionPresent());
        assertEquals("paho3/kept one", received.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
        assertEquals("paho3/kept two", received.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
        cable.pull();
        assertTrue(lost.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
        // it says so before it is through with it; who connects it again too early waits for a thread that has ended
        var again = oldClient(received, lost);
        assertTrue(again.connectWithResult(lasting).getSessionPresent());
        assertEquals("paho3/will gone", otherThan("paho3/kept", received));

        again.subscribe("$share/paho3/shared3", 1);
        publisher.publish("shared3", "mine".getBytes(StandardCharsets.UTF_8), 1, false);
        assertEquals("shared3 mine", received.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
        for (var each : List.of(again, publisher)) {
            each.disconnect();
            each.close();
        }
    }

    private static org.eclipse.paho.client.mqttv3.MqttClient oldClient(
            BlockingQueue<String> received, CountDownLatch lost) throws Exception {
        var client = new org.eclipse.paho.client.mqttv3.MqttClient(uri(), "paho3-away", null);
        client.setCallback(new org.eclipse.paho.client.mqttv3.MqttCallbackExtended() {
            @Override
            public void connectComplete(boolean reconnect, String serverUri) {}

            @Override
            public void connectionLost(Throwable cause) {
                lost.countDown();
            }

            @Override
            public void messageArrived(String topic, org.eclipse.paho.client.mqttv3.MqttMessage message) {
                received.add(topic + " " + message);
            }

            @Override
            public void deliveryComplete(org.eclipse.paho.client.mqttv3.IMqttDeliveryToken token) {}
        });
        return client;
    }

    @Test
    public void shouldResumeTheSessionOfAVersion5ClientAndPublishItsWill() throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        BlockingQueue<MqttDisconnectResponse> ends = new LinkedBlockingQueue<>();
        var client = new org.eclipse.paho.mqttv5.client.MqttClient(uri(), "paho5-away", null);
        client.setCallback(new Heard(received, ends));
        MqttConnectionOptions lasting = new MqttConnectionOptions();
        lasting.setCleanStart(false);
        lasting.setSessionExpiryInterval(3600L);
        Cable cable = new Cable();
        lasting.setSocketFactory(cable);
        lasting.setWill("paho5away/will", new MqttMessage("gone".getBytes(StandardCharsets.UTF_8), 1, false, null));
        client.connect(lasting);
        client.subscribe("paho5away/#", 2);
        client.disconnect();

        var publisher = new org.eclipse.paho.mqttv5.client.MqttClient(uri(), "paho5-publisher", null);
        publisher.connect();
        for (int qos = 1; qos <= 2; qos++) {
            publisher.publish("paho5away/kept", Integer.toString(qos).getBytes(StandardCharsets.UTF_8), qos, false);
        }

        assertTrue(client.connectWithResult(lasting).getSessionPresent());
        assertEquals("paho5away/kept 1", received.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
        assertEquals("paho5away/kept 2", received.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
        ends.clear(); // it may have told of the first one
        cable.pull();
        assertNotNull(ends.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
        var again = new org.eclipse.paho.mqttv5.client.MqttClient(uri(), "paho5-away", null);
        again.setCallback(new Heard(received, ends));
        assertTrue(again.connectWithResult(lasting).getSessionPresent());
        assertEquals("paho5away/will gone", otherThan("paho5away/kept", received));

        again.subscribe("$share/paho5/shared5", 1);
        for (int qos = 0; qos <= 2; qos++) {
            publisher.publish("shared5", Integer.toString(qos).getBytes(StandardCharsets.UTF_8), qos, false);
        }
        for (int qos = 0; qos <= 2; qos++) {
            assertEquals("shared5 " + qos, received.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
        }
        for (var each : List.of(again, publisher)) {
            each.disconnect();
            each.close();
        }
    }

    /** The next message of another topic: one that was not acknowledged before the connection broke comes again. */
    private static String otherThan(String topic, BlockingQueue<String> received) throws InterruptedException {
        String next;
        do {
            next = received.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } while (next != null && next.startsWith(topic));
        return next;
    }

    /** What a version 5 client is sent. */
    private record Heard(BlockingQueue<String> messages, BlockingQueue<MqttDisconnectResponse> ends)
            implements MqttCallback {

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            messages.add(topic + " " + new String(message.getPayload(), StandardCharsets.UTF_8));
        }

        @Override
        public void disconnected(MqttDisconnectResponse response) {
            ends.add(response);
        }

        @Override
        public void mqttErrorOccurred(MqttException failure) {}

        @Override
        public void deliveryComplete(IMqttToken token) {}

        @Override
        public void connectComplete(boolean reconnect, String serverUri) {}

        @Override
        public void authPacketArrived(int reasonCode, MqttProperties properties) {}
    }

    /** Makes plain sockets, and pulls the last one out: Paho's own way to break off may get stuck behind a message. */
    private static final class Cable extends SocketFactory {
        private volatile Socket last;

        void pull() throws IOException {
            last.close();
        }

        @Override
        public Socket createSocket() {
            return last = new Socket();
        }

        @Override
        public Socket createSocket(String host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress from, int fromPort) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) {
            throw new UnsupportedOperationException();
        }
    }

    private static String uri() {
        return "tcp://127.0.0.1:" + broker.port();
    }
}
