// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens many connections, holds them, and tells what each costs the broker.
 *
 * <p>Used only on the thread that runs it, which is the loop's.
 */
final class Idle implements AutoCloseable {

    /** The first connections make the broker load its classes and start its threads; they are not charged for. */
    private static final int WARM_UP = 100;

    private static final int OPENING_AT_ONCE = 256;
    // The kernel has about 28,000 ephemeral ports for a source address and one destination.
    private static final int PER_SOURCE_ADDRESS = 20_000;
    private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(2);
    // What a broker still has to write about the last CONNECT it has written then.
    private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long STEP_NANOS = TimeUnit.SECONDS.toNanos(120);

    private final int connections;
    private final boolean subscribing;
    private final boolean cleanSessions;
    private final Duration hold;
    private final Broker broker;
    private final Progress progress = new Progress();
    private final Loop loop = new Loop(0);
    private final List<Client> clients = new ArrayList<>();
    private int ready;

    private Idle(int connections, boolean subscribing, boolean cleanSessions, Duration hold, Broker broker)
            throws IOException {
        if (connections <= WARM_UP) {
            throw new IllegalArgumentException("more than " + WARM_UP + " connections expected, not " + connections);
        }
        requireFiles(connections + WARM_UP);
        this.connections = connections;
        this.subscribing = subscribing;
        this.cleanSessions = cleanSessions;
        this.hold = hold;
        this.broker = broker;
    }

    // The JVM has raised its soft limit to the hard one, and a broker that it starts inherits that.
    private static void requireFiles(long needed) throws IOException {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                && system.getMaxFileDescriptorCount() < needed) {
            throw new IOException("open files are limited to " + system.getMaxFileDescriptorCount() + ", and " + needed
                    + " are needed: raise the hard limit of ulimit -n");
        }
    }

    /**
     * What was found.
     *
     * @param held connections that count for the memory
     * @param writtenAtRest bytes that the broker caused to be written while all were held and nothing was said
     * @param data bytes of the files in the broker's data directory in the end
     */
    record Outcome(
            String broker,
            int connections,
            int alive,
            int held,
            double openSeconds,
            long before,
            long opened,
            long after,
            long writtenAtRest,
            long data) {

        double bytesPerConnection() {
            return (double) (after - before) / held;
        }
    }

    static Outcome run(int connections, boolean subscribing, boolean cleanSessions, Duration hold, Broker broker)
            throws IOException {
        try (Idle idle = new Idle(connections, subscribing, cleanSessions, hold, broker)) {
            return idle.run();
        }
    }

    private Outcome run() throws IOException {
        progress.begin("opening " + connections + " connections to " + broker.name());
        open(WARM_UP);
        drive(SETTLE_NANOS, () -> false);
        long before = broker.usage().residentBytes();
        long begin = System.nanoTime();
        open(connections);
        double openSeconds = (System.nanoTime() - begin) / 1e9;
        long opened = broker.usage().residentBytes();
        drive(REST_NANOS, () -> false);
        long written = broker.usage().writtenBytes();
        drive(hold.toNanos(), () -> false);
        ProcessUsage last = broker.usage();
        int alive = countAlive();
        progress.end(alive + " alive");
        return new Outcome(
                broker.name(),
                connections,
                alive,
                connections - WARM_UP,
                openSeconds,
                before,
                opened,
                last.residentBytes(),
                last.writtenBytes() - written,
                broker.dataBytes());
    }

    private void open(int target) throws IOException {
        long deadline = System.nanoTime() + STEP_NANOS;
        while (ready < target) {
            if (System.nanoTime() > deadline) {
                throw new IOException("only " + ready + " of " + target + " connections could be opened");
            }
            while (clients.size() < target && clients.size() - ready < OPENING_AT_ONCE) {
                add(clients.size());
            }
            step();
            countReady();
        }
    }

    private void add(int index) throws IOException {
        String id = "idle-" + index;
        Client client = new Client(id, subscribing ? "idle/" + index : null, 0, cleanSessions);
        broker.connect(loop, source(index), client);
        clients.add(client);
    }

    // Null lets the kernel choose address and port together, which is quicker.
    private static @Nullable InetSocketAddress source(int index) throws IOException {
        if (index < PER_SOURCE_ADDRESS) {
            return null;
        }
        byte[] address = {127, 0, 0, (byte) (1 + index / PER_SOURCE_ADDRESS)};
        return new InetSocketAddress(InetAddress.getByAddress(address), 0);
    }

    // Clients become ready nearly in order, so that only the end of the list has to be looked at again.
    private void countReady() throws IOException {
        while (ready < clients.size()) {
            Client client = clients.get(ready);
            IOException failure = client.failure();
            if (failure != null) {
                throw failure;
            }
            if (!client.isReady()) {
                return;
            }
            ready++;
        }
    }

    private int countAlive() throws IOException {
        for (Client client : clients) {
            if (client.failure() == null) {
                client.ping();
            }
        }
        drive(STEP_NANOS, () -> clients.stream().allMatch(client -> client.isAnswered() || client.failure() != null));
        return Math.toIntExact(clients.stream().filter(Client::isAnswered).count());
    }

    private void drive(long nanos, BooleanSupplier done) throws IOException {
        long deadline = System.nanoTime() + nanos;
        while (System.nanoTime() < deadline && !done.getAsBoolean()) {
            step();
        }
    }

    private void step() throws IOException {
        loop.round(10);
        progress.tick(System.nanoTime());
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
