// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import static org.awaitility.Awaitility.await;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Test;

/** What the broker says about itself, as its clients hear it. */
public class SysTopicsIT {
    private static final int BUFFER = 65_536;

    private static RunningBroker broker;

    @BeforeClass
    public static void start() throws Exception {
        broker = new RunningBroker("--set", "io.mortise.sys.topics:interval.seconds=1");
    }

    @AfterClass
    public static void stop() throws Exception {
        broker.close();
    }

    private static RawClient client(String id) throws Exception {
        return RawClient.connected(broker.port(), id, 0, BUFFER);
    }

    /** What is retained for this filter, up to a message of our own behind it. */
    private static Map<String, String> retained(String id, String filter) throws Exception {
        try (RawClient client = client(id)) {
            client.subscribe(filter, 0);
            client.expect(9);
            client.subscribe("mark/" + id, 0);
            client.expect(9); // what was retained may come behind it: nothing says when that is all
            Map<String, String> found = new HashMap<>();
            client.publish("mark/" + id, 1, 8, 0, false, 0);
            client.flush();
            for (RawClient.Packet packet = client.expect(3); !packet.topic().equals("mark/" + id); ) {
                found.put(packet.topic(), text(packet));
                packet = client.expect(3);
            }
            return found;
        }
    }

    private static String text(RawClient.Packet publish) {
        int from = 2 + publish.topic().getBytes(StandardCharsets.UTF_8).length;
        return new String(publish.body(), from, publish.body().length - from, StandardCharsets.UTF_8);
    }

    @Test
    public void shouldSayTheNumbersToThoseWhoAskForThem() throws Exception {
        for (String topic : List.of(
                "version",
                "uptime",
                "clients/connected",
                "clients/total",
                "clients/maximum",
                "connections/turned_away",
                "messages/received",
                "messages/sent",
                "bytes/received",
                "publish/bytes/sent",
                "load/messages/received/1min",
                "load/bytes/sent/15min",
                "subscriptions/count",
                "retained messages/count",
                "store/messages/bytes")) {
            try (RawClient client = client("asks")) {
                client.subscribe("$SYS/broker/" + topic, 0);
                assertEquals("$SYS/broker/" + topic, client.hear(3).topic());
            }
        }
    }

    @Test
    public void shouldCountWhatIsPublished() throws Exception {
        try (RawClient client = client("counts")) {
            client.publish("a", 1, 100, 1, false, 1);
            client.flush();
            client.expect(4);
            client.subscribe("$SYS/broker/publish/messages/received", 0);
            while (Long.parseLong(text(client.hear(3))) < 1) {
                // until the next one
            }
        }
    }

    @Test
    public void shouldSayNothingToThoseWhoAskForEverythingElse() throws Exception {
        for (String filter : List.of("#", "+/broker/version", "+/#")) {
            assertTrue(
                    filter, retained("everything", filter).keySet().stream().noneMatch(name -> name.startsWith("$")));
        }
    }

    @Test
    public void shouldLetNobodyElseSpeakThere() throws Exception {
        try (RawClient client = client("intruder");
                RawClient witness = client("witness")) {
            witness.subscribe("$SYS/broker/version", 0);
            assertTrue(text(witness.hear(3)).startsWith("mortise "));
            client.publish("$SYS/broker/version", 1, 8, 1, true, 1);
            client.flush();
            client.expect(4); // MQTT 3.1.1 has no other answer
            client.publish("a", 1, 8, 1, false, 2);
            client.flush();
            client.expect(4);
            try (RawClient late = client("late")) {
                late.subscribe("$SYS/broker/version", 0);
                assertTrue(text(late.hear(3)).startsWith("mortise "));
            }
        }
    }

    @Test
    public void shouldTakeBackWhatItSaidWhenItIsStopped() throws Exception {
        String number = broker.shell("lb -s").stream()
                .filter(line -> line.contains("io.mortise.sys.topics"))
                .findFirst()
                .orElseThrow()
                .replaceAll("\\D*(\\d+)\\|.*", "$1");
        broker.shell("felix:stop " + number);
        await().until(() -> broker.shell("retained '$SYS/#'").stream().noneMatch(line -> line.startsWith("$SYS")));
        broker.shell("felix:start " + number);
        await().until(() -> broker.shell("retained '$SYS/#'").stream().anyMatch(line -> line.startsWith("$SYS")));
    }
}
