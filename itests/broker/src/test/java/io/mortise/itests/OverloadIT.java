// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import static io.mortise.itests.MeasuredBroker.number;
import static org.awaitility.Awaitility.await;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.After;
import org.junit.Test;

/**
 * Clients that ask for more than there is: what the broker keeps for them stays within its budget, those who behave do not
 * notice, and what is dropped is counted to the last message.
 *
 * <p>With {@code -Dmortise.overload=full} at full size, which takes some minutes.
 */
public class OverloadIT {
    private static final boolean FULL = "full".equals(System.getProperty("mortise.overload"));
    private static final Duration PATIENCE = Duration.ofSeconds(FULL ? 170 : 60);
    private static final int BUFFER = 4_096;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<RawClient> clients = new ArrayList<>();

    @After
    public void end() throws Exception {
        for (RawClient client : clients) {
            client.close();
        }
        threads.shutdownNow();
        assertTrue(threads.awaitTermination(30, TimeUnit.SECONDS));
    }

    private RawClient client(MeasuredBroker broker, String id) throws IOException {
        RawClient client = RawClient.connected(broker.port(), id, 0, BUFFER);
        clients.add(client);
        return client;
    }

    /** Publishes at QoS 1, with so many unacknowledged at a time. */
    private void publish(MeasuredBroker broker, String id, String topic, int messages, int size, int window)
            throws Exception {
        RawClient publisher = client(broker, id);
        Semaphore room = new Semaphore(window);
        Future<?> acknowledgements = threads.submit(() -> {
            for (int i = 0; i < messages; i++) {
                publisher.expect(4);
                room.release();
            }
            return null;
        });
        for (int i = 0; i < messages; i++) {
            if (!room.tryAcquire()) {
                publisher.flush();
                assertTrue("acknowledged", room.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            }
            publisher.publish(topic, i, size, 1, false, 1 + i % 60_000);
        }
        publisher.flush();
        acknowledgements.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** Takes and acknowledges so many messages at QoS 1, which come in their order. */
    private static Callable<Void> takesAll(RawClient subscriber, int messages) {
        return () -> {
            for (int i = 0; i < messages; i++) {
                RawClient.Packet message = subscriber.expect(3);
                assertEquals(i, message.number());
                subscriber.acknowledge(message);
                if (!subscriber.hasMore()) {
                    subscriber.flush();
                }
            }
            subscriber.flush();
            return null;
        };
    }

    /** Looks at the broker until something is over; answers the last numbers, which are within the budget. */
    private static Map<String, Long> watch(MeasuredBroker broker, Future<?> work) throws Exception {
        Map<String, Long> numbers = broker.numbers();
        while (!work.isDone()) {
            broker.isWithinItsBudget(numbers);
            numbers = broker.numbers();
        }
        work.get();
        broker.isWithinItsBudget(numbers);
        return broker.numbers();
    }

    // (a)
    @Test
    public void shouldStayWithinItsBudgetWithSubscribersThatTakeNothing() throws Exception {
        int stalled = FULL ? 1_000 : 30;
        int messages = FULL ? 20_000 : 2_000;
        int size = FULL ? 1_024 : 8_192; // some megabytes of each are in the system's own buffers
        try (MeasuredBroker broker = new MeasuredBroker(FULL ? 256 : 96, FULL ? 128 : 64)) {
            for (int i = 0; i < stalled; i++) {
                RawClient subscriber = client(broker, "stalled-" + i);
                subscriber.subscribe("t", 0);
                subscriber.expect(9);
            }
            RawClient healthy = client(broker, "healthy");
            healthy.subscribe("t", 1);
            healthy.expect(9);
            Future<?> taking = threads.submit(takesAll(healthy, messages));
            Future<?> publishing = threads.submit(() -> {
                publish(broker, "publisher", "t", messages, size, 100);
                return null;
            });
            watch(broker, publishing);
            taking.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

            long expected = (long) messages * (stalled + 1);
            await().atMost(PATIENCE).until(() -> broker.numbers().get("memory: transit") == 0);
            Map<String, Long> numbers = broker.numbers();
            assertEquals(
                    "sent, waiting or dropped and counted",
                    expected,
                    number(numbers, "messages out")
                            + number(numbers, "messages queued")
                            + number(numbers, "messages dropped"));
            assertTrue("something was dropped", number(numbers, "messages dropped") > 0);
            broker.isWithinItsBudget(numbers);
            System.out.println("(a) " + stalled + " stalled subscribers, " + messages + " messages of " + size
                    + " bytes: " + broker.measured() + ", " + number(numbers, "messages dropped") + " dropped");
        }
    }

    // (b)
    @Test
    public void shouldHoldBackPublishersThatFlood() throws Exception {
        int publishers = FULL ? 50 : 8;
        int messages = FULL ? 20_000 : 2_000;
        int size = 1_024;
        try (MeasuredBroker broker = new MeasuredBroker(FULL ? 256 : 64, FULL ? 128 : 64)) {
            RawClient subscriber = client(broker, "subscriber");
            subscriber.subscribe("flood/#", 1);
            subscriber.expect(9);
            AtomicInteger taken = new AtomicInteger();
            Future<?> taking = threads.submit(() -> {
                for (int i = 0; i < publishers * messages; i++) {
                    subscriber.acknowledge(subscriber.expect(3));
                    taken.incrementAndGet();
                    if (!subscriber.hasMore()) {
                        subscriber.flush();
                    }
                }
                return null;
            });
            List<Future<?>> flooding = new ArrayList<>();
            for (int i = 0; i < publishers; i++) {
                int who = i;
                flooding.add(threads.submit(() -> {
                    publish(broker, "publisher-" + who, "flood/" + who, messages, size, messages);
                    return null;
                }));
            }
            Future<?> all = threads.submit(() -> {
                for (Future<?> each : flooding) {
                    each.get();
                }
                return null;
            });
            watch(broker, all);
            taking.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            Map<String, Long> numbers = broker.numbers();
            assertEquals("nothing was dropped", 0, number(numbers, "messages dropped"));
            assertEquals(publishers * messages, taken.get());
            broker.isWithinItsBudget(numbers);
            System.out.println(
                    "(b) " + publishers + " flooding publishers, " + messages + " messages each: " + broker.measured());
        }
    }

    // (c)
    @Test
    public void shouldServeThoseWhoAreThereInAStormOfThoseWhoCome() throws Exception {
        int storm = FULL ? 8_000 : 400;
        int halfOpen = FULL ? 4_000 : 200;
        try (MeasuredBroker broker = new MeasuredBroker(
                FULL ? 256 : 64,
                64,
                "io.mortise.listener.tcp~default:connect.timeout.millis=" + (FULL ? 10_000 : 1_500))) {
            Map<String, Long> before = broker.numbers();
            RawClient resident = RawClient.connected(broker.port(), "resident", 2, BUFFER);
            clients.add(resident);
            CountDownLatch over = new CountDownLatch(1);
            Future<?> pinging = threads.submit(() -> {
                while (!over.await(50, TimeUnit.MILLISECONDS)) { // well within its keep-alive
                    resident.ping();
                    resident.expect(13);
                }
                return null;
            });
            List<RawClient> silent = new ArrayList<>();
            Future<?> storming = threads.submit(() -> {
                for (int i = 0; i < halfOpen; i++) {
                    silent.add(new RawClient(broker.port(), BUFFER));
                }
                List<RawClient> wave = new ArrayList<>();
                for (int i = 0; i < storm; i++) {
                    RawClient client = new RawClient(broker.port(), BUFFER);
                    client.connect("storm-" + i, 0);
                    wave.add(client);
                }
                for (RawClient client : wave) {
                    client.expect(2);
                    client.close();
                }
                return null;
            });
            try {
                Map<String, Long> numbers = watch(broker, storming);
                assertTrue(number(numbers, "connections at most") > 1);
                for (RawClient client : silent) {
                    client.awaitEnd();
                }
            } finally {
                for (RawClient client : silent) {
                    client.close();
                }
            }
            over.countDown();
            pinging.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            await().atMost(PATIENCE).until(() -> broker.numbers().get("connections") == 1);
            await().atMost(PATIENCE).until(() -> broker.numbers().get("sessions") == 1);
            Map<String, Long> after = broker.numbers();
            long perClient = number(after, "memory used") - number(before, "memory used");
            assertTrue(perClient + " bytes are left for one client", perClient < 50_000);
            broker.isWithinItsBudget(after);
            System.out.println("(c) " + storm + " connects and " + halfOpen + " half-open: " + broker.measured());
        }
    }

    // (c), before anything of them is read
    @Test
    public void shouldTurnAwayThoseWhoComeFasterThanAListenerAccepts() throws Exception {
        try (MeasuredBroker broker = new MeasuredBroker(
                64,
                64,
                "io.mortise.listener.tcp~default:maximum.connection.rate=1",
                "io.mortise.listener.tcp~default:maximum.connection.burst=5")) {
            RawClient resident = RawClient.connected(broker.port(), "resident", 2, BUFFER);
            clients.add(resident);
            await().atMost(PATIENCE).until(() -> {
                for (int i = 0; i < 10; i++) {
                    new RawClient(broker.port(), BUFFER).close();
                }
                return broker.numbers().getOrDefault("connections turned away", 0L) > 0;
            });
            resident.ping();
            resident.expect(13);
            await().atMost(PATIENCE).until(() -> broker.numbers().get("connections") == 1);
        }
    }

    // (e)
    @Test
    public void shouldLeaveABacklogInTheStoreAndDeliverItInOrder() throws Exception {
        int messages = FULL ? 1_000_000 : 30_000;
        try (MeasuredBroker broker = new MeasuredBroker(
                64,
                64,
                "io.mortise.engine:queue.maximum.messages=" + 2 * messages,
                "io.mortise.engine:queue.maximum.bytes=1000000000",
                "io.mortise.engine:queued.maximum.messages=" + 2 * messages,
                "io.mortise.engine:queued.maximum.bytes=1000000000")) {
            try (RawClient away = new RawClient(broker.port(), BUFFER)) {
                away.connect("away", 0, false);
                away.expect(2);
                away.subscribe("backlog", 1);
                away.expect(9);
            }
            publish(broker, "publisher", "backlog", messages, 100, 500);
            broker.restart();
            RawClient back = new RawClient(broker.port(), 65_536);
            clients.add(back);
            back.connect("away", 0, false);
            back.expect(2);
            watch(broker, threads.submit(takesAll(back, messages)));
            System.out.println("(e) " + messages + " messages waited: " + broker.measured());
        }
    }

    // (d)
    @Test
    public void shouldRetainAsMuchAsFitsAndReplayAllOfIt() throws Exception {
        int retained = FULL ? 1_000_000 : 10_000;
        int readers = FULL ? 10 : 4;
        int size = 100;
        try (MeasuredBroker broker = FULL
                ? new MeasuredBroker(1_024, 128, "io.mortise.engine:memory.maximum.bytes=900000000")
                : new MeasuredBroker(64, 64)) {
            RawClient publisher = client(broker, "publisher");
            Future<?> acknowledgements = threads.submit(() -> {
                for (int i = 0; i < retained; i++) {
                    publisher.expect(4);
                }
                return null;
            });
            for (int i = 0; i < retained; i++) {
                publisher.publish("r/" + i / 1_000 + "/" + i % 1_000, i, size, 1, true, 1 + i % 60_000);
            }
            publisher.flush();
            watch(broker, acknowledgements);
            Map<String, Long> numbers = broker.numbers();
            assertTrue(number(numbers, "retained messages") >= retained); // and what the broker says itself
            List<Future<?>> reading = new ArrayList<>();
            for (int reader = 0; reader < readers; reader++) {
                RawClient client = client(broker, "reader-" + reader);
                client.subscribe("#", 0);
                reading.add(threads.submit(() -> {
                    client.expect(9);
                    long sum = 0;
                    for (int i = 0; i < retained; i++) {
                        sum += client.expect(3).number();
                    }
                    assertEquals("each came once", (retained - 1L) * retained / 2, sum);
                    return null;
                }));
            }
            Future<?> all = threads.submit(() -> {
                for (Future<?> each : reading) {
                    each.get();
                }
                return null;
            });
            numbers = watch(broker, all);
            broker.isWithinItsBudget(numbers);
            System.out.println("(d) " + retained + " retained messages of " + size + " bytes, " + readers + " readers: "
                    + broker.measured());
        }
    }
}
