// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.swap;

import io.mortise.itests.Door;
import io.mortise.itests.load.Payload;
import io.mortise.itests.load.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * Clients that are away, or gone, while a part is replaced: some come back to what they missed, one has left a will, and one
 * comes for the first time and wants what is retained. Used by one thread.
 */
final class Visitors implements AutoCloseable {
    private static final int REGULARS = 8;
    private static final int WILL_DELAY_SECONDS = 1;
    private static final int PATIENCE_SECONDS = 30;
    private static final int RETAIN = 0x01;

    /** What outlives an engine is by the clock on the wall, in milliseconds; that clock is not this one. */
    private static final long CLOCK_GRAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Crowd crowd;
    private final List<Door> doors;
    private final Payload payload;
    private final List<Regular> regulars = new ArrayList<>();
    private final Map<String, Long> willsHeardAt = new ConcurrentHashMap<>();
    private int testators;
    private int strangers;
    private String will = "";
    private long leftAt;

    /** One whose session stays, with the messages of one publisher. */
    private record Regular(String id, int level, Door door, Account account, Subscriber subscriber, Client[] client) {}

    Visitors(Crowd crowd, List<Door> doors) throws IOException {
        this.crowd = crowd;
        this.doors = doors;
        this.payload = crowd.payload();
        for (int i = 0; i < REGULARS; i++) {
            int publisher = 3 * i + 1 + i % 2; // at QoS 1 and 2
            String id = "regular-" + i;
            Account account = new Account(id, List.of(publisher));
            Subscriber subscriber = new Subscriber(account, payload, new Delays(), crowd.findings());
            Door door = doors.get(i % doors.size());
            int level = Crowd.level(i / 2);
            Regular regular = new Regular(id, level, door, account, subscriber, new Client[1]);
            regulars.add(regular);
            come(regular).subscribe(Publisher.topic(publisher), 2);
        }
        crowd.joins(Client.connect(
                        doors.get(0),
                        Packets.V3,
                        "heir",
                        Packets.connect(Packets.V3, "heir", true),
                        this::hearWill,
                        crowd.findings())
                .subscribe("wills/+", 1));
    }

    private Client come(Regular regular) throws IOException {
        Client client = Client.connect(
                regular.door,
                regular.level,
                regular.id,
                Packets.connect(regular.level, regular.id, false),
                regular.subscriber,
                crowd.findings());
        regular.client[0] = client;
        return client;
    }

    private void hearWill(Client client, byte[] bytes, int start, int body, int end) throws IOException {
        int topicEnd = body + 2 + Wire.getShort(bytes, body);
        String topic = new String(bytes, body + 2, topicEnd - body - 2, StandardCharsets.UTF_8);
        willsHeardAt.put(topic, System.nanoTime());
        client.say(Wire.PUBACK, Wire.getShort(bytes, topicEnd));
    }

    /** The regulars leave, and somebody dies who has left a will. */
    void leave() throws IOException {
        for (Regular regular : regulars) {
            regular.client[0].close();
        }
        String id = "dying-" + testators++;
        will = "wills/" + id;
        byte[] connect = Packets.connect(id, new Packets.Will(will, new byte[1], WILL_DELAY_SECONDS));
        Client dying = Client.connect(
                doors.get(testators % doors.size()), Packets.V5, id, connect, (c, b, s, v, e) -> {}, crowd.findings());
        leftAt = System.nanoTime();
        dying.cut();
    }

    /** The regulars come back and get what they missed; the will comes, and no other, and not early; retained is what was. */
    void comeBack() throws IOException {
        Map<Integer, Long> sent = crowd.sent();
        for (Regular regular : regulars) {
            regular.subscriber.comesBack();
            come(regular);
        }
        for (Regular regular : regulars) {
            Crowd.awaitHeard(regular.account, sent);
        }
        Awaitility.await()
                .atMost(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .pollInterval(10, TimeUnit.MILLISECONDS)
                .until(() -> willsHeardAt.containsKey(will));
        long early = leftAt + TimeUnit.SECONDS.toNanos(WILL_DELAY_SECONDS) - willsHeardAt.get(will);
        if (early > CLOCK_GRAIN_NANOS) {
            crowd.findings().add(will + " came early, by " + TimeUnit.NANOSECONDS.toMillis(early) + " ms");
        }
        willsHeardAt.keySet().stream()
                .filter(topic -> !topic.startsWith("wills/dying-"))
                .forEach(topic -> crowd.findings().add(topic + " came although its testator is here"));
        seeWhatIsRetained();
        crowd.findings().areNone();
    }

    private void seeWhatIsRetained() throws IOException {
        Map<Integer, Long> retained = new ConcurrentHashMap<>();
        Map<Integer, Long> acknowledged = new ConcurrentHashMap<>();
        crowd.publishers().stream()
                .filter(publisher -> publisher.habits().retain())
                .forEach(publisher -> acknowledged.put(publisher.number(), publisher.acknowledged()));
        String id = "stranger-" + strangers++;
        try (Client stranger = Client.connect(
                doors.get(strangers % doors.size()),
                Packets.V3,
                id,
                Packets.connect(Packets.V3, id, true),
                (client, bytes, start, body, end) -> {
                    int at = body + 2 + Wire.getShort(bytes, body);
                    if ((bytes[start] & RETAIN) != 0 && payload.isIntact(bytes, at, end)) {
                        retained.put(Payload.publisher(bytes, at), Payload.sequence(bytes, at));
                    }
                },
                crowd.findings())) {
            stranger.subscribe("crowd/#", 0);
            Awaitility.await()
                    .atMost(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .pollInterval(10, TimeUnit.MILLISECONDS)
                    .until(() -> retained.keySet().containsAll(acknowledged.keySet()));
        }
        acknowledged.forEach((publisher, number) -> {
            if (retained.get(publisher) < number - 1) {
                crowd.findings()
                        .add("retained of publisher " + publisher + " is " + retained.get(publisher) + " although "
                                + (number - 1) + " was acknowledged");
            }
        });
    }

    @Override
    public void close() throws IOException {
        for (Regular regular : regulars) {
            regular.client[0].close();
        }
    }
}
