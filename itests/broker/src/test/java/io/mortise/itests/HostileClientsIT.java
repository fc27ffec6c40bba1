// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import static io.mortise.itests.ByteClient.bytes;
import static io.mortise.itests.ByteClient.connect;
import static io.mortise.itests.ByteClient.hex;
import static io.mortise.itests.ByteClient.noProperties;
import static io.mortise.itests.ByteClient.packet;
import static io.mortise.itests.ByteClient.publish;
import static io.mortise.itests.ByteClient.subscribe;
import static io.mortise.itests.ByteClient.twoBytes;
import static io.mortise.itests.ByteClient.unsubscribe;
import static org.awaitility.Awaitility.await;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.After;
import org.junit.AfterClass;
import org.junit.Before;
import org.junit.BeforeClass;
import org.junit.Test;

/**
 * What has broken other brokers, done to this one over sockets. The tests bear the names of the lessons that came of it; two
 * clients that behave talk all the while and notice nothing. Numbers are such that the tests take seconds, and the lessons' own
 * with {@code -Dmortise.full.size=true}.
 */
public class HostileClientsIT {
    private static final boolean FULL_SIZE = Boolean.getBoolean("mortise.full.size");
    private static final int KIBI = 1024;
    private static final int MEBI = 1024 * KIBI;
    private static final int[] LEVELS = {3, 4, 5};

    private static RunningBroker broker;

    private Conversation others;

    @BeforeClass
    public static void start() throws Exception {
        broker = RunningBroker.withJvmOptions(
                "-Xmx96m -Dio.netty.leakDetection.level=paranoid -Dio.netty.leakDetection.acquireAndReleaseOnly=true",
                "--set",
                "io.mortise.listener.tcp~default:connect.timeout.millis=2000");
        try (Conversation first = new Conversation(broker.port(), 1)) { // everything has been loaded once
            first.say(100);
            first.hearEverything();
        }
    }

    @AfterClass
    public static void stop() throws Exception {
        if (broker == null) {
            return; // it did not start
        }
        String log = broker.command().transcript();
        broker.close();
        assertFalse(log, log.contains("LEAK")); // netty says so when it finds a buffer that nobody has released
    }

    @Before
    public void talk() throws Exception {
        others = new Conversation(broker.port(), 1);
        others.say(5);
    }

    @After
    public void othersWereServed() throws Exception {
        try {
            others.say(5);
            others.hearEverything();
            others.isUnbroken();
        } finally {
            others.close();
        }
    }

    private static ByteClient connected(int level, String clientId) throws IOException {
        return ByteClient.connected(broker.port(), level == 3 ? 4 : level, clientId);
    }

    // ---- SEC-01

    @Test
    public void SEC_01_shouldRefuseALargeConnectByItsFixedHeaderAlone() throws Exception {
        for (int i = 0; i < (FULL_SIZE ? 10_000 : 500); i++) {
            try (ByteClient client = new ByteClient(broker.port())) {
                client.say(bytes(0x10, 0xFF, 0xFF, 0xFF, 0x7F)); // 256 MiB
                assertEquals(0, client.lastWords().length);
            }
        }
    }

    @Test
    public void SEC_01_shouldHoldLittleForThoseWhoAnnounceMuch() throws Exception {
        int sockets = FULL_SIZE ? 9_000 : 2_000;
        try (RunningBroker patient =
                new RunningBroker("--set", "io.mortise.listener.tcp~default:connect.timeout.millis=600000")) {
            announce(patient, 200).close(); // everything has been loaded once
            long heapBefore = BrokerMemory.liveHeapBytes(patient);
            long before = BrokerMemory.residentBytes(patient);
            try (Crowd crowd = announce(patient, sockets)) {
                assertEquals(sockets, crowd.clients.size());
                long heap = (BrokerMemory.liveHeapBytes(patient) - heapBefore) / sockets;
                long resident = (BrokerMemory.residentBytes(patient) - before) / sockets;
                assertTrue(heap + " bytes of heap for each", heap < 8 * KIBI);
                assertTrue(resident + " bytes of memory for each", resident < 8 * KIBI);
                try (ByteClient another = ByteClient.connected(patient.port(), 5, "another")) {
                    assertTrue(another.endsOrAnswers());
                }
            }
        }
    }

    /** Many who send the beginning of the largest CONNECT there may be, and then nothing. */
    private static Crowd announce(RunningBroker broker, int sockets) throws Exception {
        Crowd crowd = new Crowd();
        for (int i = 0; i < sockets; i++) {
            ByteClient client = new ByteClient(broker.port());
            crowd.clients.add(client);
            client.say(bytes(0x10, 0xFC, 0xFF, 0x03, "MQTT", 5));
        }
        return crowd;
    }

    private static final class Crowd implements AutoCloseable {
        final List<ByteClient> clients = new ArrayList<>();

        @Override
        public void close() throws IOException {
            for (ByteClient client : clients) {
                client.close();
            }
        }
    }

    // ---- SEC-05

    @Test
    public void SEC_05_shouldRefuseTheDeepestTopicsWithAReasonCode() throws Exception {
        String deepest = "/".repeat(65_535);
        try (ByteClient client = connected(5, "deep")) {
            client.say(publish(5, deepest, 1, 1, new byte[1]));
            assertEquals("PUBLISH", 0x90, client.hear()[4] & 0xFF);
            client.say(packet(0x33, deepest, twoBytes(2), 0, 1)); // retained
            assertEquals("retained", 0x90, client.hear()[4] & 0xFF);
            client.say(publish(5, deepest, 2, 3, new byte[1]));
            assertEquals("QoS 2", 0x90, client.hear()[4] & 0xFF);
            client.say(publish(5, deepest, 0, 0, new byte[1]));
            client.say(packet(0x32, deepest, twoBytes(4), bytes(3, 0x23, 0, 1), 1)); // with a topic alias
            assertEquals("alias", 0x90, client.hear()[4] & 0xFF);
            client.say(packet(0x32, "", twoBytes(5), bytes(3, 0x23, 0, 1), 1)); // by its topic alias
            assertEquals("by alias", 0x90, client.hear()[4] & 0xFF);
            client.say(subscribe(5, 6, deepest, 0));
            assertEquals("SUBSCRIBE", 0x8F, last(client.hear()));
            client.say(subscribe(5, 7, "$share/g/" + "/".repeat(65_526), 0));
            assertEquals("shared", 0x8F, last(client.hear()));
            client.say(subscribe(5, 8, "/".repeat(65_534) + "#", 0));
            assertEquals("wildcard", 0x8F, last(client.hear()));
            client.say(unsubscribe(5, 9, deepest));
            assertTrue("UNSUBSCRIBE", List.of(0x11, 0x8F).contains(last(client.hear())));
            assertTrue(client.endsOrAnswers());
        }
        try (ByteClient client = connected(4, "deep")) {
            client.say(publish(4, deepest, 1, 1, new byte[1]), subscribe(4, 2, deepest, 0), unsubscribe(4, 3, deepest));
            assertTrue(client.endsOrAnswers());
        }
    }

    @Test
    public void SEC_05_shouldRefuseTheDeepestWills() throws Exception {
        for (int length : new int[] {33, 32_767, 65_535}) {
            try (ByteClient client = new ByteClient(broker.port())) {
                client.say(packet(0x10, "MQTT", 5, 6, twoBytes(0), 0, "deep", 0, "/".repeat(length), "gone"));
                byte[] said = client.lastWords();
                // 65,535 bytes of will topic do not fit into the 64 KiB of a CONNECT
                assertTrue(
                        hex(said), length == 65_535 ? said.length == 0 : said[0] == 0x20 && (said[3] & 0xFF) == 0x90);
            }
        }
    }

    @Test
    public void SEC_05_shouldJudgeByTheDeepestRules() throws Exception {
        Path rules = Files.createTempFile("rules", "");
        Files.write(
                rules,
                List.of(
                        "topic readwrite a/#",
                        "topic deny " + "+/".repeat(32_767) + "+",
                        "topic read " + "/".repeat(65_535),
                        "topic deny b/" + "+/".repeat(32_765) + "#",
                        "pattern readwrite %c/" + "+/".repeat(32_000) + "#",
                        "pattern deny c/" + "%c/".repeat(5_000) + "#"));
        try (RunningBroker ruled = new RunningBroker(
                "--set",
                "io.mortise.auth.file:rules=" + rules,
                "io.mortise.engine:authorizers=file",
                "io.mortise.engine:auth.deadline.millis=30000")) {
            try (ByteClient client = ByteClient.connected(ruled.port(), 5, "d".repeat(1_000))) {
                for (String filter : List.of(
                        "a/x", "a/#", "#", "+/".repeat(31) + "+", "+/".repeat(31) + "#", "b/#", "/".repeat(31))) {
                    client.say(subscribe(5, 1, filter, 0));
                    // what is denied many levels below denies whoever wants all that is below
                    assertEquals(filter, filter.equals("a/x") ? 0 : 0x87, last(client.hear()));
                }
                client.say(publish(5, "/".repeat(31), 1, 2, new byte[1]));
                assertEquals("a deep topic", 0x87, client.hear()[4] & 0xFF);
                client.say(publish(5, "a/x", 1, 3, new byte[1]));
                byte[] first = client.hear();
                byte[] second = client.hear();
                assertTrue(hex(first), (first[0] & 0xF0) == 0x30 || (second[0] & 0xF0) == 0x30);
            }
            String log = ruled.command().transcript();
            assertFalse(log, log.contains(" ERROR ") || log.contains("StackOverflow"));
        } finally {
            Files.delete(rules);
        }
    }

    private static int last(byte[] packet) {
        return packet[packet.length - 1] & 0xFF;
    }

    // ---- SEC-06

    @Test
    public void SEC_06_shouldEndConnectionsThatSendWhatOnlyAServerSends() throws Exception {
        for (int level : LEVELS) {
            for (byte[] wrong : List.of(
                    packet(0x20, 0, 0, noProperties(level)), // CONNACK
                    packet(0x90, twoBytes(1), noProperties(level), 0), // SUBACK
                    packet(0xB0, twoBytes(1), noProperties(level)), // UNSUBACK
                    packet(0xD0), // PINGRESP
                    packet(0x00),
                    connect(level, "wrong", true, 0))) {
                try (ByteClient client = connected(level, "wrong")) {
                    client.say(wrong);
                    byte[] said = client.lastWords();
                    if (level == 5) {
                        assertEquals(hex(wrong), (byte) 0xE0, said[0]);
                        assertTrue(hex(said), List.of(0x81, 0x82).contains(said[2] & 0xFF));
                    } else {
                        assertEquals(hex(wrong), 0, said.length);
                    }
                }
                if (wrong[0] != 0x10) {
                    try (ByteClient client = new ByteClient(broker.port())) {
                        client.say(wrong);
                        assertEquals(hex(wrong), 0, client.lastWords().length);
                    }
                }
            }
        }
    }

    @Test
    public void SEC_06_shouldBearWhatIsEmptyAndTopicsThatBeginWithADollar() throws Exception {
        for (int level : LEVELS) {
            for (int firstByte = 0x10; firstByte < 0x100; firstByte += 0x10) {
                int flags = firstByte == 0x60 || firstByte == 0x80 || firstByte == 0xA0 ? 2 : 0;
                for (Object[] body : new Object[][] {
                    {}, {0}, {0, 0}, {0, 0, 0}, {0, 0, 0, 0}, {0, 1}, {0, 1, 0}, {0, 1, 0, 0}, {0, 1, 0, 0, 0}
                }) {
                    try (ByteClient client = connected(level, "empty")) {
                        client.say(packet(firstByte | flags, body));
                        assertTrue("stuck", client.endsOrAnswers());
                    }
                }
            }
            try (ByteClient client = connected(level, "dollar")) {
                for (String topic : List.of(
                        "$", "$/", "$SYS", "$SYS/", "$SYS/a", "$share", "$share/g/a", "$CONTROL/x", "$$", "/$")) {
                    client.say(
                            publish(level, topic, 0, 0, new byte[1]),
                            subscribe(level, 1, topic, 0),
                            unsubscribe(level, 2, topic));
                }
                assertTrue("stuck", client.endsOrAnswers());
            }
        }
    }

    // ---- SEC-07

    @Test
    public void SEC_07_shouldDeliverOnceForEachIdentifierThatIsNeverReleased() throws Exception {
        int publishes = FULL_SIZE ? 1_000_000 : 20_000;
        int ids = 50;
        for (int level : new int[] {4, 5}) {
            try (ByteClient subscriber = connected(level, "once-subscriber");
                    ByteClient publisher = connected(level, "once-publisher")) {
                subscriber.say(subscribe(level, 1, "once", 0));
                subscriber.hear();
                long before = 0;
                for (int i = 0; i < publishes; i++) {
                    publisher.say(publish(level, "once", 2, 1 + i % ids, new byte[100]));
                    assertEquals(0x50, publisher.hear()[0]);
                    if (i == publishes / 10) {
                        before = BrokerMemory.liveHeapBytes(broker);
                    }
                }
                long grown = BrokerMemory.liveHeapBytes(broker) - before;
                assertTrue(grown + " bytes of heap more", grown < MEBI);
                for (int i = 0; i < ids; i++) {
                    assertEquals(0x30, subscriber.hear()[0]);
                }
                assertFalse(subscriber.hasSomethingToHear());
                subscriber.say(packet(0xC0));
                assertEquals("nothing more", (byte) 0xD0, subscriber.hear()[0]);
            }
        }
    }

    @Test
    public void SEC_07_shouldHoldAClientToItsReceiveMaximum() throws Exception {
        try (ByteClient client = connected(5, "greedy")) {
            for (int id = 1; id <= 257; id++) {
                client.say(publish(5, "greedy", 2, id, new byte[1]));
            }
            byte[] said = client.lastWords();
            assertEquals(hex(said), (byte) 0xE0, said[0]);
            assertEquals(hex(said), 0x93, said[2] & 0xFF);
        }
    }

    // ---- SEC-08

    @Test
    public void SEC_08_shouldForgetEverythingOfMalformedPackets() throws Exception {
        int connections = FULL_SIZE ? 1_000_000 : 4_000;
        malformed(connections / 4);
        long heap = BrokerMemory.liveHeapBytes(broker);
        long resident = BrokerMemory.residentBytes(broker);
        malformed(connections);
        long moreHeap = BrokerMemory.liveHeapBytes(broker) - heap;
        long moreResident = BrokerMemory.residentBytes(broker) - resident;
        assertTrue(moreHeap + " bytes of heap more", moreHeap < MEBI);
        assertTrue(moreResident + " bytes of memory more", moreResident < 24 * MEBI);
    }

    private static void malformed(int connections) throws Exception {
        byte[][] malformed = {
            packet(0x36, "a", twoBytes(1)), // PUBLISH at QoS 3
            packet(0x30, "a", 7), // a property length behind its end
            packet(0x30, twoBytes(4), 'a'),
            packet(0x80, twoBytes(1), 0, "a", 0), // SUBSCRIBE without its reserved bit
            packet(0x82, twoBytes(1), 0, "a", 0xC0),
            packet(0x82, twoBytes(1), 0, "a", 0, twoBytes(100)),
            packet(0xA2, twoBytes(0), 0, "a"),
            packet(0x40, twoBytes(0)),
            packet(0x50, twoBytes(1), 1),
            packet(0x62, 1),
            packet(0x70, twoBytes(1), 0, 9),
            packet(0xC0, 1),
            packet(0xE0, 1),
            packet(0xF0, 0x18, 0),
            bytes(0x30, 0xFF, 0xFF, 0xFF, 0xFF),
            packet(0x32, "a", twoBytes(1), bytes(5, 0x26, 0, 1, 0, 0)), // U+0000
        };
        for (int i = 0; i < connections; i++) {
            byte[] bad = malformed[i % malformed.length];
            try (ByteClient client = new ByteClient(broker.port())) {
                client.say(connect(5, "malformed", true, 0), bad);
                byte[] said = client.lastWords();
                assertEquals(hex(bad), (byte) 0xE0, said[0]);
            }
        }
    }

    // ---- SEC-18

    @Test
    public void SEC_18_shouldEndConnectionsWithoutAConnectInTime() throws Exception {
        try (ByteClient silent = new ByteClient(broker.port());
                ByteClient dripping = new ByteClient(broker.port())) {
            dripping.say(bytes(0x10, 0xFC, 0xFF, 0x03));
            await().pollInterval(50, TimeUnit.MILLISECONDS).until(() -> !dripping.trySay(new byte[1]));
            assertEquals(0, silent.lastWords().length);
        }
    }

    @Test
    public void SEC_18_shouldNotTakePartsOfPacketsForASignOfLife() throws Exception {
        try (ByteClient client = new ByteClient(broker.port())) {
            client.say(connect(5, "drip", true, 1));
            client.hear();
            client.say(bytes(0x30, 0xFF, 0x7F)); // 16 KiB, a few bytes a second
            await().pollInterval(100, TimeUnit.MILLISECONDS).until(() -> !client.trySay(new byte[1]));
        }
    }

    @Test
    public void SEC_18_shouldCloseTheSocketWithEveryRefusal() throws Exception {
        for (byte[] refused : List.of(
                packet(0x10, "MQTT", 6, 2, twoBytes(0), "a"), // version
                packet(0x10, "MQTS", 4, 2, twoBytes(0), "a"), // name
                packet(0x10, "MQTT", 4, 0, twoBytes(0), ""), // identifier
                packet(0x10, "MQTT", 4, 3, twoBytes(0), "a"), // reserved flag
                packet(0x10, "MQTT", 5, 2, twoBytes(0), bytes(4, 0x15, "m"), "a"), // authentication method
                packet(0x10, "MQTT", 5, 2, twoBytes(0), bytes(3, 0x21, 0, 0), "a"), // receive maximum
                packet(0x10, "MQTT", 4, 6, twoBytes(0), "a", "#", "gone"), // will
                bytes(0x16, 0x03, 0x01, 0x02), // TLS
                "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII))) {
            try (ByteClient client = new ByteClient(broker.port())) {
                client.say(refused);
                byte[] said = client.lastWords(); // they end
                assertTrue(hex(said), said.length == 0 || said[0] == 0x20 && said[3] != 0);
            }
        }
    }

    // ---- SEC-39

    @Test
    public void SEC_39_shouldAnswerEveryFormOfAShare() throws Exception {
        for (String malformed :
                List.of("$share/", "$share//x", "$share/g", "$share/g/", "$share/a+b/x", "$share/#/x", "$share/g/x#")) {
            for (int level : new int[] {4, 5}) {
                try (ByteClient client = connected(level, "share")) {
                    client.say(subscribe(level, 1, malformed, 1));
                    byte[] said = client.lastWords();
                    if (level == 5) {
                        assertEquals(malformed + hex(said), (byte) 0xE0, said[0]);
                        assertTrue(
                                malformed + hex(said), List.of(0x81, 0x82, 0x8F).contains(said[2] & 0xFF));
                    }
                }
            }
        }
        for (int level : new int[] {4, 5}) {
            try (ByteClient client = connected(level, "share")) {
                for (String ordinary : List.of("$share", "$SHARE/g/x", "$share/g/x", "$share/g//", "$shared/g/x")) {
                    client.say(subscribe(level, 1, ordinary, 1));
                    assertEquals(ordinary, 1, last(client.hear()));
                }
                client.say(publish(level, "x", 0, 0, new byte[] {7}));
                assertEquals("by $share/g/x", 7, last(client.hear()));
                client.say(packet(0xC0));
                assertEquals("by no other", (byte) 0xD0, client.hear()[0]);
            }
        }
    }
}
