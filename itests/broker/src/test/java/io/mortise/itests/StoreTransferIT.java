// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What one running broker has, another one takes over while it runs. */
public class StoreTransferIT {
    private static final int MESSAGES = 200;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void shouldMoveSessionsToABrokerThatRuns() throws Exception {
        Path file = folder.getRoot().toPath().resolve("export");
        try (RunningBroker from = new RunningBroker()) {
            leaveASession(from.port(), "mover", "moved/#");
            leaveASession(from.port(), "stayer", "stays/#");
            MqttClient publisher = connect(from.port(), "somebody", true);
            for (int i = 0; i < MESSAGES; i++) {
                publisher.publish("moved/" + i % 3, Integer.toString(i).getBytes(), 1, false);
            }
            publisher.publish("moved/retained", "kept".getBytes(), 1, true);
            publisher.publish("taken/retained", "of the other one".getBytes(), 1, true);
            leave(publisher);
            assertTrue(from.shell("store export " + file).toString().contains("exported: 2 sessions"));
        }
        try (RunningBroker to = new RunningBroker();
                Conversation conversation = new Conversation(to.port(), 1)) {
            leaveASession(to.port(), "stayer", "own/#");
            MqttClient publisher = connect(to.port(), "somebody", true);
            publisher.publish("taken/retained", "here".getBytes(), 1, true);

            conversation.say(50);
            Path torn = folder.newFile().toPath();
            Files.writeString(torn, Files.readString(file).replaceFirst("(?s)\\{\"type\":\"end.*", ""));
            assertThrows(AssertionError.class, () -> to.shell("store import " + torn));
            assertTrue(to.shell("sessions").stream().noneMatch(line -> line.startsWith("mover")));

            List<String> said = to.shell("store import " + file);
            conversation.say(50);
            assertTrue(
                    said.toString(), said.toString().contains("1 sessions and 1 retained messages were here already"));

            publisher.publish("moved/0", "last".getBytes(), 1, false);
            BlockingQueue<String> heard = new LinkedBlockingQueue<>();
            MqttClient mover = new MqttClient("tcp://127.0.0.1:" + to.port(), "mover", new MemoryPersistence());
            mover.setCallback(new Hearing(heard));
            assertTrue(mover.connectWithResult(options(false)).getSessionPresent());
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < MESSAGES; i++) {
                expected.add(Integer.toString(i));
            }
            expected.add("kept");
            expected.add("last");
            List<String> all = new ArrayList<>();
            while (all.size() < expected.size()) {
                String next = heard.poll(30, TimeUnit.SECONDS);
                assertTrue("after " + all, next != null);
                all.add(next);
            }
            assertEquals(expected, all);
            assertTrue(to.shell("retained moved/#").toString().contains("kept"));
            assertTrue(to.shell("retained taken/#").toString().contains("here"));
            leave(mover);
            leave(publisher);
            conversation.hearEverything();
            conversation.isUnbroken();
        }
    }

    private static void leaveASession(int port, String clientId, String filter) throws Exception {
        MqttClient client = connect(port, clientId, false);
        client.subscribe(filter, 2);
        leave(client);
    }

    private static MqttClient connect(int port, String clientId, boolean clean) throws Exception {
        MqttClient client = new MqttClient("tcp://127.0.0.1:" + port, clientId, new MemoryPersistence());
        client.connect(options(clean));
        return client;
    }

    private static MqttConnectOptions options(boolean clean) {
        MqttConnectOptions options = new MqttConnectOptions();
        options.setCleanSession(clean);
        return options;
    }

    private static void leave(MqttClient client) throws Exception {
        client.disconnect();
        client.close();
    }

    /** Keeps the payloads in their order. */
    private record Hearing(BlockingQueue<String> heard) implements MqttCallback {

        @Override
        public void connectionLost(Throwable cause) {}

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            heard.add(message.toString());
        }

        @Override
        public void deliveryComplete(IMqttDeliveryToken token) {}
    }
}
