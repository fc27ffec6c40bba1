// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import static io.mortise.itests.ByteClient.bytes;
import static io.mortise.itests.ByteClient.connect;
import static io.mortise.itests.ByteClient.noProperties;
import static io.mortise.itests.ByteClient.packet;
import static io.mortise.itests.ByteClient.publish;
import static io.mortise.itests.ByteClient.subscribe;
import static io.mortise.itests.ByteClient.twoBytes;
import static io.mortise.itests.ByteClient.unsubscribe;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.Test;

/**
 * Several clients at a time say what is nearly MQTT, to the same topics and with the same identifiers, while two that behave
 * talk: the broker serves on, leaves no connection without an end or an answer, loses no buffer and finds no error of its own.
 *
 * <p>The random numbers are the same each time, or begin with {@code -Dmortise.fuzz.seed}; {@code -Dmortise.fuzz.seconds} says
 * for how long. A failure names the seed of its conversation, which is then the first one.
 */
public class FuzzIT {
    private static final int CLIENTS = 4;
    private static final long BETWEEN_CLIENTS = 1_000_000_007L;
    private static final int WAIT_MILLIS = 200;
    private static final int END_MILLIS = 20_000;
    private static final int SECONDS = Integer.getInteger("mortise.fuzz.seconds", 5);
    private static final long SEED = Long.getLong("mortise.fuzz.seed", 1883);
    private static final String[] TOPICS = {
        "f/a", "f/b", "f/a/b", "$SYS/f", "f/+", "f/#", "$share/g/f/a", "#", "conversation/#"
    };

    private final AtomicLong conversations = new AtomicLong();
    private final AtomicLong answered = new AtomicLong();

    @Test
    public void SEC_09_shouldServeOnWhateverSeveralClientsSay() throws Exception {
        try (RunningBroker broker = RunningBroker.withJvmOptions(
                        "-Dio.netty.leakDetection.level=paranoid -Dio.netty.leakDetection.acquireAndReleaseOnly=true");
                Conversation others = new Conversation(broker.port(), 1)) {
            BrokerLog log = new BrokerLog(broker);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
            try {
                List<Future<?>> clients = IntStream.range(0, CLIENTS)
                        .<Future<?>>mapToObj(client -> threads.submit(
                                () -> converse(broker.port(), SEED + client * BETWEEN_CLIENTS, deadline)))
                        .toList();
                while (clients.stream().anyMatch(client -> !client.isDone())) {
                    others.say(10);
                    others.hearEverything();
                }
                for (Future<?> client : clients) {
                    client.get();
                }
            } catch (ExecutionException failure) {
                throw new AssertionError(
                        failure.getCause().getMessage() + "\n"
                                + broker.command().transcript(),
                        failure);
            } finally {
                threads.shutdownNow();
            }
            BrokerMemory.liveHeapBytes(broker); // collects what was lost, and netty sees it with the next buffers
            others.say(100);
            others.hearEverything();
            others.isUnbroken();
            assertEquals("errors, seed " + SEED, List.of(), log.errors());
            assertTrue(conversations + " conversations", conversations.get() > 0);
            System.out.println("fuzz: seed " + SEED + ", " + conversations + " conversations, " + answered
                    + " ended or answered at once");
        }
    }

    private Void converse(int port, long firstSeed, long deadline) throws IOException {
        for (long seed = firstSeed; System.nanoTime() < deadline; seed++) {
            try {
                conversation(port, new Random(seed));
            } catch (IOException | AssertionError failure) {
                throw new AssertionError("-Dmortise.fuzz.seed=" + seed + ": " + failure, failure);
            }
            conversations.incrementAndGet();
        }
        return null;
    }

    /** One connection from its CONNECT to its end. */
    private void conversation(int port, Random random) throws IOException {
        int level = 4 + random.nextInt(2);
        try (ByteClient client = new ByteClient(port)) {
            client.patience(WAIT_MILLIS);
            boolean open = say(client, random, opening(level, random), 8);
            if (random.nextInt(4) > 0) {
                open &= client.hearOrNothing() != null; // not all wait for their CONNACK
            }
            for (int more = random.nextInt(8); open && more > 0; more--) {
                open = say(client, random, any(level, random), 6);
            }
            if (random.nextInt(16) == 0) {
                return; // breaks off, with a packet in half perhaps
            }
            if (random.nextInt(4) > 0 && client.endsOrAnswers()) {
                answered.incrementAndGet();
                return;
            }
            client.patience(END_MILLIS); // half a packet waits for its other half until there is none
            client.endOutput();
            client.lastWords();
        }
    }

    /** Says a packet, mutated one time of {@code oneOf}, in one piece or several. */
    private static boolean say(ByteClient client, Random random, byte[] packet, int oneOf) {
        byte[] said = random.nextInt(oneOf) == 0 ? mutated(packet, random) : packet;
        int from = 0;
        while (from < said.length) {
            int to = random.nextBoolean() ? said.length : from + 1 + random.nextInt(said.length - from);
            if (!client.trySay(Arrays.copyOfRange(said, from, to))) {
                return false;
            }
            from = to;
        }
        return true;
    }

    private static byte[] opening(int level, Random random) {
        String clientId = "fuzz-" + random.nextInt(6);
        boolean clean = random.nextBoolean();
        if (random.nextInt(3) > 0) {
            return connect(level, clientId, clean, random.nextInt(3));
        }
        byte[] properties =
                level == 5 ? bytes(8, 0x11, 0, 0, 0, random.nextInt(3), 0x21, 0, 1 + random.nextInt(9)) : bytes();
        byte[] willProperties = level == 5 ? bytes(5, 0x18, 0, 0, 0, random.nextInt(3)) : bytes();
        int flags = (clean ? 2 : 0) | 4 | random.nextInt(3) << 3 | random.nextInt(2) << 5;
        return packet(
                0x10, "MQTT", level, flags, twoBytes(0), properties, clientId, willProperties, topic(random), "gone");
    }

    private static byte[] any(int level, Random random) {
        int packetId = 1 + random.nextInt(5);
        byte[] none = noProperties(level);
        return switch (random.nextInt(12)) {
            case 0, 1 -> subscribe(level, packetId, topic(random), random.nextInt(3));
            case 2 -> unsubscribe(level, packetId, topic(random));
            case 3 -> packet(0x40, twoBytes(packetId));
            case 4 -> packet(0x50, twoBytes(packetId));
            case 5 -> packet(0x62, twoBytes(packetId));
            case 6 -> packet(0x70, twoBytes(packetId));
            case 7 -> packet(random.nextInt(4) == 0 ? 0xE0 : 0xC0);
            case 8 ->
                level == 5
                        ? packet(
                                0x33,
                                topic(random),
                                twoBytes(packetId),
                                bytes(
                                        16,
                                        0x23,
                                        0,
                                        1,
                                        0x02,
                                        0,
                                        0,
                                        0,
                                        random.nextInt(3),
                                        0x26,
                                        0,
                                        1,
                                        'k',
                                        0,
                                        2,
                                        'v',
                                        'v'),
                                random.nextInt(256))
                        : packet(0x31, topic(random), none);
            default -> publish(level, topic(random), random.nextInt(3), packetId, new byte[random.nextInt(2000)]);
        };
    }

    private static String topic(Random random) {
        return TOPICS[random.nextInt(TOPICS.length)];
    }

    private static byte[] mutated(byte[] packet, Random random) {
        byte[] bytes = packet.clone();
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            int at = random.nextInt(Math.min(bytes.length, 40));
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 ->
                    bytes = bytes(
                            Arrays.copyOf(bytes, at), random.nextInt(256), Arrays.copyOfRange(bytes, at, bytes.length));
                default -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
            }
        }
        return bytes;
    }
}
