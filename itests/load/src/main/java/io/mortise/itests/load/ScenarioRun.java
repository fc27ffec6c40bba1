// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * One run of a scenario: connect, warm up, measure, wait for the rest, disconnect.
 *
 * <p>Used only on the thread that runs it, which is the loop's.
 */
final class ScenarioRun implements AutoCloseable {

    private static final long CONNECT_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final long STALLED_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(2);

    // A round that read less than this had few messages in it.
    private static final long LITTLE = 16 * 1024;

    private final Scenario scenario;
    private final Broker broker;
    private final Progress progress;
    private final Loop loop;
    private final Tally tally = new Tally();
    private final List<Publisher> publishers = new ArrayList<>();
    private final List<Subscriber> subscribers = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();
    // the flow of one publisher to one subscriber, and beside it the publisher
    private final List<Sequence> sequences = new ArrayList<>();
    private final List<Publisher> sources = new ArrayList<>();

    private long lastDelivered;
    private long progressAt;

    private ScenarioRun(Scenario scenario, Broker broker, Progress progress) throws IOException {
        this.scenario = scenario;
        this.broker = broker;
        this.progress = progress;
        this.loop = new Loop(scenario.payloadLength() + 64);
    }

    static Result run(Scenario scenario, Broker broker, int round, Progress progress) throws IOException {
        return run(scenario, broker, round, progress, () -> {});
    }

    /**
     * Runs it.
     *
     * @param measuring called at the moment from which on is measured
     */
    static Result run(Scenario scenario, Broker broker, int round, Progress progress, Runnable measuring)
            throws IOException {
        try (ScenarioRun run = new ScenarioRun(scenario, broker, progress)) {
            run.connect();
            return run.measure(round, measuring);
        }
    }

    private void connect() throws IOException {
        // A topic of its own for each run: nothing that a broker still holds from another one can be taken for a
        // message of this.
        String root = "load/" + Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
        String prefix = root.replace('/', '-') + "-";
        Shape shape = scenario.shape();
        Payload payload = new Payload(scenario.payloadLength());
        for (int s = 0; s < scenario.subscribers(); s++) {
            subscribers.add(new Subscriber(loop, prefix, s, shape.topicFilter(root, s), scenario, payload, tally));
        }
        double rate = (double) scenario.rate() / scenario.publishers();
        for (int p = 0; p < scenario.publishers(); p++) {
            String topic = shape.topic(root, p);
            List<Sequence> receivers = new ArrayList<>();
            for (int s = 0; s < scenario.subscribers(); s++) {
                if (shape.reaches(p, s)) {
                    receivers.add(subscribers.get(s).expect(p, topic));
                }
            }
            Publisher publisher = new Publisher(loop, prefix, p, topic, scenario, payload, rate, receivers, tally);
            publishers.add(publisher);
            for (Sequence sequence : receivers) {
                sequences.add(sequence);
                sources.add(publisher);
            }
        }
        clients.addAll(subscribers);
        clients.addAll(publishers);
        for (Client client : clients) {
            broker.connect(loop, null, client);
        }
        drive(CONNECT_NANOS, false, () -> clients.stream().allMatch(Client::isReady));
        if (!clients.stream().allMatch(Client::isReady)) {
            throw new IOException("not all clients could connect and subscribe");
        }
    }

    private Result measure(int round, Runnable measuring) throws IOException {
        broker.resetPeak();
        ProcessUsage connected = broker.usage();
        progressAt = System.nanoTime();
        drive(scenario.warmUp().toNanos(), true, () -> false);

        measuring.run();
        tally.latency.clear();
        tally.acknowledgement.clear();
        long sentBefore = sent();
        long deliveredBefore = tally.delivered;
        ProcessUsage brokerBefore = broker.usage();
        long deviceBefore = broker.deviceBytes();
        ProcessUsage ownBefore = ProcessUsage.own();
        long begin = System.nanoTime();
        long enough = scenario.count() > 0 ? deliveredBefore + scenario.count() : Long.MAX_VALUE;
        drive(scenario.measured().toNanos(), true, () -> tally.delivered >= enough);
        long end = System.nanoTime();
        ProcessUsage brokerAfter = broker.usage();
        ProcessUsage ownAfter = ProcessUsage.own();
        long delivered = tally.delivered - deliveredBefore;
        long deviceAfter = broker.deviceBytes();
        Result.Latency latency = Result.Latency.of(tally.latency);
        Result.Latency acknowledgement = Result.Latency.of(tally.acknowledgement);
        Result.Written written = new Result.Written(
                (sent() - sentBefore) * scenario.payloadLength(),
                brokerAfter.writtenBytes() - brokerBefore.writtenBytes(),
                deviceAfter - deviceBefore);

        drive(DRAIN_NANOS, false, this::isSettledOrQuiet);
        ProcessUsage last = broker.usage();
        return new Result(
                broker.name(),
                round,
                scenario,
                (end - begin) / 1e9,
                delivered,
                brokerAfter.cpuSeconds() - brokerBefore.cpuSeconds(),
                ownAfter.cpuSeconds() - ownBefore.cpuSeconds(),
                faults(),
                latency,
                acknowledgement,
                written,
                new Result.Memory(connected.residentBytes(), last.residentBytes(), last.peakBytes()));
    }

    private long sent() {
        long sent = 0;
        for (Publisher publisher : publishers) {
            sent += publisher.sent();
        }
        return sent;
    }

    private boolean isSettledOrQuiet() {
        return isSettled() || System.nanoTime() - progressAt > QUIET_NANOS;
    }

    private boolean isSettled() {
        for (Publisher publisher : publishers) {
            if (!publisher.isSettled()) {
                return false;
            }
        }
        return true;
    }

    private Result.Faults faults() {
        long expected = 0;
        long lost = 0;
        long duplicates = 0;
        long late = 0;
        for (int i = 0; i < sequences.size(); i++) {
            Sequence sequence = sequences.get(i);
            long sent = sources.get(i).sent();
            expected += sent;
            lost += sequence.missing(sent);
            duplicates += sequence.duplicates();
            late += sequence.late();
        }
        return new Result.Faults(expected, lost, duplicates, late, tally.damaged, isSettled());
    }

    /** Lets everybody work until it is done or the time is over. */
    private void drive(long nanos, boolean publishing, BooleanSupplier done) throws IOException {
        long coalesceNanos = scenario.coalesce().toNanos();
        long now = System.nanoTime();
        long deadline = now + nanos;
        while (now < deadline && !done.getAsBoolean()) {
            loop.round(1);
            now = System.nanoTime();
            if (publishing) {
                for (int i = 0; i < publishers.size(); i++) {
                    publishers.get(i).publish(now);
                }
            }
            watch(now, publishing);
            if (coalesceNanos > 0 && loop.bytesRead < LITTLE) {
                LockSupport.parkNanos(coalesceNanos);
            }
        }
    }

    private void watch(long now, boolean publishing) throws IOException {
        progress.tick(now);
        if (tally.delivered > lastDelivered) {
            lastDelivered = tally.delivered;
            progressAt = now;
        } else if (publishing && now - progressAt > STALLED_NANOS) {
            throw new IOException("no message delivered for " + STALLED_NANOS / 1_000_000_000L + " s");
        }
        for (int i = 0; i < clients.size(); i++) {
            IOException failure = clients.get(i).failure();
            if (failure != null) {
                throw failure;
            }
        }
    }

    @Override
    public void close() throws IOException {
        try (loop) {
            for (Client client : clients) {
                client.disconnect();
            }
        }
    }
}
