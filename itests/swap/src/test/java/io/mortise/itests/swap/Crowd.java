// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.swap;

import io.mortise.itests.Door;
import io.mortise.itests.load.Payload;
import io.mortise.itests.load.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/**
 * The clients that talk while parts are replaced: through each door, at each QoS, of 3.1.1 and 5.0, with sessions that end with
 * the connection and such that do not.
 *
 * <pre>
 *   80 publishers     each on its topic crowd/GROUP/NUMBER, five messages a second; 5.0 says its topic once, then an alias;
 *                     some are retained, some packets come in two halves with a pause between
 *   80 subscribers    each of one publisher
 *   20 subscribers    of crowd/GROUP/+ each
 *    5 members        of a shared subscription to crowd/#
 *   10 testators      whose wills must not come: they stay
 *    5 listeners      to nothing, who ping
 * </pre>
 *
 * <p>They never leave. Two hundred it is with those who come and go: see {@link Visitors}.
 *
 * <p>One thread takes all turns to speak, so that the rate is steady; the methods are for one other.
 */
final class Crowd implements AutoCloseable {
    static final int GROUPS = 20;

    private static final int PUBLISHERS = 80;
    private static final int MEMBERS = 5;
    private static final String GROUP = "the shared subscription";
    private static final int TESTATORS = 10;
    private static final int IDLERS = 5;
    private static final int PAYLOAD_LENGTH = 64;
    private static final long TURN_NANOS = TimeUnit.SECONDS.toNanos(1) / 5 / PUBLISHERS;
    private static final int TURNS_BEFORE_A_PING = 25;
    private static final int PATIENCE_SECONDS = 60;

    private final Findings findings = new Findings();
    private final Delays delays = new Delays();
    private final Payload payload = new Payload(PAYLOAD_LENGTH);
    private final List<Publisher> publishers = new ArrayList<>();
    private final List<Account> accounts = new ArrayList<>();
    private final List<Client> hearers = new ArrayList<>();
    private final Thread pacer = new Thread(this::pace, "pacer");
    private volatile boolean enough;

    /** Lets all of them in. */
    Crowd(List<Door> doors) throws IOException {
        try {
            for (int i = 0; i < PUBLISHERS; i++) {
                hearer(doors, i + 1, "subscriber-" + i, account("subscriber-" + i, List.of(i)), Publisher.topic(i));
            }
            for (int group = 0; group < GROUPS; group++) {
                String name = "group-subscriber-" + group;
                int wanted = group;
                List<Integer> members = IntStream.range(0, PUBLISHERS)
                        .filter(number -> number % GROUPS == wanted)
                        .boxed()
                        .toList();
                hearer(doors, group, name, account(name, members), "crowd/" + group + "/+");
            }
            List<Integer> all = IntStream.range(0, PUBLISHERS).boxed().toList();
            Account shared = account(GROUP, all);
            for (int i = 0; i < MEMBERS; i++) {
                hearer(doors, i, "member-" + i, shared, "$share/members/crowd/#");
            }
            for (int i = 0; i < TESTATORS; i++) {
                String id = "testator-" + i;
                byte[] connect = Packets.connect(id, new Packets.Will("wills/" + id, new byte[1], 0));
                hearers.add(Client.connect(door(doors, i), Packets.V5, id, connect, Crowd::nothing, findings));
            }
            for (int i = 0; i < IDLERS; i++) {
                String id = "idler-" + i;
                byte[] connect = Packets.connect(Packets.V3, id, true);
                hearers.add(Client.connect(door(doors, i), Packets.V3, id, connect, Crowd::nothing, findings));
            }
            for (int i = 0; i < PUBLISHERS; i++) {
                int qos = i % 3;
                publishers.add(new Publisher(
                        i,
                        new Publisher.Habits(level(i / 2), qos, qos > 0 && i % 5 == 1, qos < 2 && i % 7 == 0),
                        payload,
                        door(doors, i),
                        findings));
            }
        } catch (IOException | RuntimeException failure) {
            close();
            throw failure;
        }
    }

    /** Begins to talk; those who want to hear the first words are here. */
    void begin() {
        pacer.setDaemon(true);
        pacer.start();
    }

    /** Lets somebody ping who stays; before the talk begins. */
    void joins(Client client) {
        hearers.add(client);
    }

    private Account account(String name, List<Integer> of) {
        Account account = new Account(name, of);
        accounts.add(account);
        return account;
    }

    private void hearer(List<Door> doors, int number, String id, Account account, String filter) throws IOException {
        int level = level(number);
        byte[] connect = Packets.connect(level, id, number % 3 == 0);
        Subscriber subscriber = new Subscriber(account, payload, delays, findings);
        hearers.add(Client.connect(door(doors, number), level, id, connect, subscriber, findings)
                .subscribe(filter, 2));
    }

    private static void nothing(Client client, byte[] bytes, int start, int body, int end) throws IOException {
        throw new IOException("a packet of type " + (bytes[start] >> 4 & 0x0F) + " for a client that wants none");
    }

    static int level(int number) {
        return number % 2 == 0 ? Packets.V5 : Packets.V3;
    }

    private static Door door(List<Door> doors, int number) {
        return doors.get(number % doors.size());
    }

    Findings findings() {
        return findings;
    }

    Delays delays() {
        return delays;
    }

    Payload payload() {
        return payload;
    }

    List<Publisher> publishers() {
        return publishers;
    }

    private void pace() {
        long turn = System.nanoTime();
        int pinged = 0;
        try {
            for (int i = 0; !enough; i++) {
                publishers.get(i % PUBLISHERS).takeTurn();
                if (i % TURNS_BEFORE_A_PING == 0) {
                    hearers.get(pinged++ % hearers.size()).say(Wire.empty(Wire.PINGREQ));
                }
                turn += TURN_NANOS;
                while (System.nanoTime() < turn && !enough) {
                    LockSupport.parkNanos(turn - System.nanoTime());
                }
            }
        } catch (IOException | RuntimeException failure) {
            if (!enough) {
                findings.add("nobody speaks any more: " + failure);
            }
        }
    }

    /** How many messages each has sent. */
    Map<Integer, Long> sent() {
        Map<Integer, Long> sent = new TreeMap<>();
        for (int i = 0; i < PUBLISHERS; i++) {
            sent.put(i, publishers.get(i).sent());
        }
        return sent;
    }

    /** Waits until each has said something more, and everything said by then is acknowledged and heard. */
    void settle() {
        Map<Integer, Long> before = sent();
        await(() -> findNone("publisher", before, (publisher, number) -> publisher.sent() > number));
        Map<Integer, Long> sent = sent();
        await(() -> {
            findNone("acknowledgement", sent, (publisher, number) -> publisher.acknowledged() >= number);
            for (Account account : accounts) {
                hasHeard(account, sent);
            }
        });
        findings.areNone();
    }

    /** Waits until so many messages of each publisher were heard. */
    static void awaitHeard(Account account, Map<Integer, Long> sent) {
        await(() -> hasHeard(account, sent));
    }

    private static void hasHeard(Account account, Map<Integer, Long> sent) {
        String missing = account.missing(sent);
        if (!missing.isEmpty()) {
            throw new AssertionError(missing);
        }
    }

    private interface Condition {
        boolean holds(Publisher publisher, long number);
    }

    private void findNone(String what, Map<Integer, Long> numbers, Condition condition) {
        numbers.forEach((number, sent) -> {
            if (!condition.holds(publishers.get(number), sent)) {
                throw new AssertionError("no " + what + " after " + sent + " of publisher " + number + ", "
                        + publishers.get(number).habits());
            }
        });
    }

    private static void await(Runnable assertion) {
        Awaitility.await()
                .atMost(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .pollDelay(0, TimeUnit.MILLISECONDS)
                .pollInterval(5, TimeUnit.MILLISECONDS)
                .untilAsserted(assertion::run);
    }

    @Override
    public void close() throws IOException {
        enough = true;
        List<Client> all = new ArrayList<>(hearers);
        publishers.forEach(publisher -> all.add(publisher.client()));
        for (Client client : all) {
            client.close();
        }
    }
}
