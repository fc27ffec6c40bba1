// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import static io.mortise.itests.ByteClient.bytes;
import static io.mortise.itests.ByteClient.hex;
import static io.mortise.itests.ByteClient.packet;
import static io.mortise.itests.ByteClient.subscribe;
import static io.mortise.itests.ByteClient.twoBytes;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.eclipse.paho.client.mqttv3.IMqttMessageListener;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Test;

/**
 * Many things at once, for long: every payload is a function of its topic and number, so that one which goes to the wrong place
 * shows; and clients that come, go, subscribe and take sessions over on the same topics hurt nobody.
 *
 * <p>Seconds, or with {@code -Dmortise.full.size=true} as long as the lessons say.
 */
public class SoakIT {
    private static final boolean FULL_SIZE = Boolean.getBoolean("mortise.full.size");
    private static final int TOPICS = 10;

    private static RunningBroker broker;

    @BeforeClass
    public static void start() throws Exception {
        broker = new RunningBroker();
    }

    @AfterClass
    public static void stop() throws Exception {
        if (broker != null) {
            broker.close();
        }
    }

    // ---- SEC-10

    @Test
    public void SEC_10_shouldGiveEachMessageItsOwnPayloadHoweverItFansOut() throws Exception {
        int messages = FULL_SIZE ? 60_000 : 3_000;
        ExecutorService threads = Executors.newCachedThreadPool();
        try (ByteClient durable = connectedLasting("durable")) {
            durable.say(subscribe(5, 1, "soak/#", 1));
            durable.hear();
            durable.say(packet(0xE0));
            List<Future<?>> subscribers = new ArrayList<>();
            for (int level : new int[] {4, 5}) {
                for (int qos = 0; qos <= 2; qos++) {
                    ByteClient subscriber = ByteClient.connected(broker.port(), level, "soak-" + level + "-" + qos);
                    subscriber.say(subscribe(level, 1, "soak/#", qos));
                    subscriber.hear();
                    subscribers.add(threads.submit(receive(subscriber, level, messages)));
                }
            }
            for (int qos = 0; qos <= 2; qos++) {
                subscribers.add(receiveByWebSocket(qos, messages));
            }
            try (ByteClient publisher = ByteClient.connected(broker.port(), 5, "soak-publisher")) {
                publish(publisher, messages);
            }
            for (Future<?> subscriber : subscribers) {
                subscriber.get(FULL_SIZE ? 600 : 60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        ByteClient back = connectedLasting("durable");
        receive(back, 5, Math.min(messages * 2 / 3, 9_000)).call(); // those at QoS 1 and 2, and what its queue holds
        ByteClient late = ByteClient.connected(broker.port(), 5, "late"); // retained
        late.say(subscribe(5, 1, "soak/#", 0));
        late.hear();
        for (int i = 0; i < TOPICS; i++) {
            check(late.hear(), 5, new HashMap<>());
        }
        late.close();
    }

    private static ByteClient connectedLasting(String clientId) throws Exception {
        ByteClient client = new ByteClient(broker.port());
        client.say(packet(0x10, "MQTT", 5, 0, twoBytes(0), bytes(5, 0x11, 0, 0, 1, 0), clientId));
        assertEquals(0x20, client.hear()[0]);
        return client;
    }

    /** Messages on all topics at all QoS in turn, all retained, half of them with properties; fifty on the way at a time. */
    private static void publish(ByteClient publisher, int messages) throws Exception {
        Map<String, Integer> numbers = new HashMap<>();
        Random random = new Random(10);
        int unacknowledged = 0;
        for (int i = 0; i < messages; i++) {
            String topic = "soak/" + random.nextInt(TOPICS);
            int qos = i % 3;
            byte[] id = qos == 0 ? new byte[0] : twoBytes(1 + i % 60_000);
            byte[] properties = i % 2 == 0 ? bytes(0) : bytes(9, 0x26, 0, 1, 'k', 0, 3, 'v', 'v', 'v');
            publisher.say(packet(
                    0x31 | qos << 1, topic, id, properties, payload(topic, numbers.merge(topic, 1, Integer::sum))));
            unacknowledged += qos == 0 ? 0 : 1;
            while (unacknowledged > (i == messages - 1 ? 0 : 50)) {
                byte[] answer = publisher.hear();
                switch (answer[0] & 0xF0) {
                    case 0x40, 0x70 -> unacknowledged--;
                    case 0x50 -> publisher.say(packet(0x62, Arrays.copyOfRange(answer, 2, 4)));
                    default -> throw new AssertionError(hex(answer));
                }
            }
        }
    }

    /** Receives so many messages, acknowledges them, and checks each. */
    private static Callable<Void> receive(ByteClient subscriber, int level, int messages) {
        return () -> {
            Map<String, Integer> numbers = new HashMap<>();
            for (int received = 0; received < messages; ) {
                byte[] packet = subscriber.hear();
                if ((packet[0] & 0xF0) == 0x60) {
                    subscriber.say(packet(0x70, Arrays.copyOfRange(packet, 2, 4)));
                    continue;
                }
                received++;
                byte[] packetId = check(packet, level, numbers);
                int qos = packet[0] >> 1 & 3;
                if (qos > 0) {
                    subscriber.say(packet(qos == 1 ? 0x40 : 0x50, packetId));
                }
            }
            subscriber.close();
            return null;
        };
    }

    /** As {@link #receive}, by a client that no one here wrote, over WebSocket. */
    private static Future<?> receiveByWebSocket(int qos, int messages) throws Exception {
        MqttAsyncClient client = new MqttAsyncClient(
                "ws://127.0.0.1:" + broker.ports("websocket").get(0) + "/mqtt",
                "soak-websocket-" + qos,
                new MemoryPersistence());
        client.connect().waitForCompletion();
        CompletableFuture<Void> all = new CompletableFuture<>();
        // its callback is called at the PUBREL of a message at QoS 2, so that others overtake it there
        Set<String> received = ConcurrentHashMap.newKeySet();
        IMqttMessageListener check = (topic, message) -> {
            try {
                assertTrue(topic + " twice", received.add(topic + " " + check(topic, message.getPayload())));
                if (received.size() == messages) {
                    all.complete(null);
                }
            } catch (Throwable wrong) {
                all.completeExceptionally(wrong);
            }
        };
        client.subscribe("soak/#", qos, check).waitForCompletion();
        return all.whenCompleteAsync((done, failure) -> {
            try {
                client.disconnectForcibly(0, 0, false);
                client.close(true);
            } catch (MqttException alreadyClosed) {
                return; // nothing is left of it
            }
        });
    }

    /** A PUBLISH whose payload is that of its topic, with a higher number than the last one there; answers its identifier. */
    private static byte[] check(byte[] publish, int level, Map<String, Integer> numbers) {
        assertEquals(hex(publish), 0x30, publish[0] & 0xF0);
        ByteBuffer in = ByteBuffer.wrap(publish);
        in.get();
        while (in.get() < 0) {
            // the remaining length
        }
        byte[] name = new byte[in.getShort()];
        in.get(name);
        byte[] packetId = new byte[(publish[0] & 0x06) == 0 ? 0 : 2];
        in.get(packetId);
        if (level == 5) {
            in.position(in.position() + 1 + in.get(in.position()));
        }
        byte[] payload = new byte[in.remaining()];
        in.get(payload);
        String topic = new String(name, StandardCharsets.UTF_8);
        int number = check(topic, payload);
        Integer before = numbers.put(topic, number);
        assertTrue(topic + ": " + number + " after " + before, before == null || number > before);
        return packetId;
    }

    /** That the payload is one of this topic; answers its number. */
    private static int check(String topic, byte[] payload) {
        int number = ByteBuffer.wrap(payload).getInt();
        assertArrayEquals("payload of " + topic + " " + number, payload(topic, number), payload);
        return number;
    }

    /** The number, bytes that follow from topic and number, as many as follow from them too, and their checksum. */
    private static byte[] payload(String topic, int number) {
        Random random = new Random(topic.hashCode() * 31L + number);
        byte[] filling = new byte[random.nextInt(number % 20 == 0 ? 20_000 : 200)];
        random.nextBytes(filling);
        CRC32 checksum = new CRC32();
        checksum.update(topic.getBytes(StandardCharsets.UTF_8));
        checksum.update(filling);
        return ByteBuffer.allocate(8 + filling.length)
                .putInt(number)
                .put(filling)
                .putInt((int) checksum.getValue())
                .array();
    }

    // ---- SEC-19

    @Test
    public void SEC_19_shouldBearComingAndGoingOnTheSameTopic() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(FULL_SIZE ? 600 : 5);
        ExecutorService threads = Executors.newCachedThreadPool();
        BrokerLog log = new BrokerLog(broker);
        try (Conversation others = new Conversation(broker.port(), 1)) {
            List<Future<?>> all = List.of(
                    threads.submit(() -> repeat(deadline, 1, SoakIT::subscribeAndUnsubscribe)),
                    threads.submit(() -> repeat(deadline, 2, SoakIT::subscribeAndUnsubscribe)),
                    threads.submit(() -> repeat(deadline, 3, SoakIT::takeOver)),
                    threads.submit(() -> repeat(deadline, 4, SoakIT::takeOver)),
                    threads.submit(() -> repeat(deadline, 5, SoakIT::publishALot)),
                    threads.submit(() -> repeat(deadline, 6, SoakIT::publishALot)));
            while (all.stream().anyMatch(each -> !each.isDone())) {
                others.say(20);
                others.hearEverything();
            }
            for (Future<?> each : all) {
                each.get();
            }
            others.isUnbroken();
        } finally {
            threads.shutdownNow();
        }
        assertEquals(List.of(), log.errors());
    }

    private interface Life {
        void live(Random random, String name) throws Exception;
    }

    private static Void repeat(long deadline, long seed, Life life) throws Exception {
        Random random = new Random(seed);
        while (System.nanoTime() < deadline) {
            life.live(random, seed + "-" + random.nextInt(1000));
        }
        return null;
    }

    private static void subscribeAndUnsubscribe(Random random, String name) throws Exception {
        try (ByteClient client = ByteClient.connected(broker.port(), 5, "sub-" + name)) {
            for (int i = 0; i < 20; i++) {
                String filter =
                        random.nextBoolean() ? "stress/x" : random.nextBoolean() ? "stress/#" : "$share/g/stress/x";
                client.say(subscribe(5, 1, filter, random.nextInt(2)));
                client.hear(9);
                client.say(ByteClient.unsubscribe(5, 2, filter));
                client.hear(11);
            }
            assertTrue(client.endsOrAnswers());
        }
    }

    /** Two threads take the same few sessions from each other; some last, some expire after a second. */
    private static void takeOver(Random random, String name) throws Exception {
        try (ByteClient client = new ByteClient(broker.port())) {
            byte[] expiry = bytes(5, 0x11, 0, 0, 0, random.nextInt(3));
            client.say(
                    packet(0x10, "MQTT", 5, random.nextInt(2) << 1, twoBytes(0), expiry, "taken-" + random.nextInt(3)));
            client.trySay(subscribe(5, 1, "stress/#", 1));
            assertTrue(client.endsOrAnswers());
        }
    }

    private static void publishALot(Random random, String name) throws Exception {
        try (ByteClient client = ByteClient.connected(broker.port(), 4, "pub-" + name)) {
            for (int i = 0; i < 50; i++) {
                client.say(ByteClient.publish(4, "stress/x", random.nextInt(2), 1 + i, new byte[random.nextInt(500)]));
            }
            assertTrue(client.endsOrAnswers());
        }
    }
}
