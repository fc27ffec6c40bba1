// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/**
 * A publisher and a subscriber (Paho) that talk about numbers, and notice when one is lost, comes twice, comes too early, or
 * when a connection breaks.
 */
final class Conversation implements AutoCloseable {
    private static final String TOPIC = "conversation/of/two";
    private static final long PATIENCE_SECONDS = 20;

    private final MqttAsyncClient publisher;
    private final MqttAsyncClient subscriber;
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final List<Throwable> losses = new ArrayList<>();
    private final int qos;
    private final List<IMqttToken> unacknowledged = new ArrayList<>();
    private int said;
    private int heard;

    Conversation(int port, int qos) throws MqttException {
        this("tcp://127.0.0.1:" + port, null, qos);
    }

    /** Through another door; encrypted by these sockets, unless there are none. */
    Conversation(String uri, SocketFactory encrypting, int qos) throws MqttException {
        this.qos = qos;
        this.publisher = connect(uri, encrypting, "publisher");
        this.subscriber = connect(uri, encrypting, "subscriber");
        subscriber.subscribe(TOPIC, qos).waitForCompletion(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    }

    /** Publishes the next numbers, without waiting for their acknowledgements. */
    void say(int count) throws MqttException {
        for (int i = 0; i < count; i++) {
            byte[] payload = Integer.toString(said++).getBytes(StandardCharsets.UTF_8);
            unacknowledged.add(publisher.publish(TOPIC, payload, qos, false));
        }
    }

    /** Waits until everything that was said is acknowledged, and was heard, once, in order. */
    void hearEverything() throws Exception {
        for (IMqttToken token : unacknowledged) {
            token.waitForCompletion(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        }
        unacknowledged.clear();
        while (heard < said) {
            String number = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            String expected = Integer.toString(heard++);
            if (!expected.equals(number)) {
                throw new AssertionError("expected " + expected + ", got " + number);
            }
        }
        if (!received.isEmpty()) {
            throw new AssertionError("unexpected: " + received);
        }
    }

    /** Fails if anything is heard or acknowledged in a while: what is held must not pass. */
    void hearNothing() throws Exception {
        String number = received.poll(500, TimeUnit.MILLISECONDS);
        if (number != null) {
            throw new AssertionError("held, and yet heard: " + number);
        }
        for (IMqttToken token : unacknowledged) {
            if (token.isComplete()) {
                throw new AssertionError("held, and yet acknowledged");
            }
        }
    }

    /** Fails if a connection broke at any time. */
    void isUnbroken() {
        synchronized (losses) {
            if (!losses.isEmpty() || !publisher.isConnected() || !subscriber.isConnected()) {
                AssertionError broken = new AssertionError("a connection broke");
                losses.forEach(broken::addSuppressed);
                throw broken;
            }
        }
    }

    @Override
    public void close() throws MqttException {
        for (MqttAsyncClient client : List.of(publisher, subscriber)) {
            if (client.isConnected()) {
                client.disconnect().waitForCompletion(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            }
            client.close(true);
        }
    }

    private MqttAsyncClient connect(String uri, SocketFactory encrypting, String clientId) throws MqttException {
        MqttAsyncClient client = new MqttAsyncClient(uri, clientId, new MemoryPersistence());
        client.setCallback(new MqttCallback() {
            @Override
            public void connectionLost(Throwable cause) {
                synchronized (losses) {
                    losses.add(cause);
                }
            }

            @Override
            public void messageArrived(String topic, MqttMessage message) {
                received.add(new String(message.getPayload(), StandardCharsets.UTF_8));
            }

            @Override
            public void deliveryComplete(IMqttDeliveryToken token) {}
        });
        MqttConnectOptions options = new MqttConnectOptions();
        options.setCleanSession(true);
        options.setMaxInflight(1000);
        options.setKeepAliveInterval(60);
        if (encrypting != null) {
            options.setSocketFactory(encrypting);
        }
        client.connect(options).waitForCompletion(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        return client;
    }
}
