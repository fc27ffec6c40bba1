// SPDX-License-Identifier: Apache-2.0
package io.mortise.swap;

import io.mortise.transport.wire.Door;
import io.mortise.transport.wire.DoorLimits;
import io.mortise.transport.wire.DoorSettings;
import io.mortise.transport.wire.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the broker as a client does, while a part of it is swapped: through a door of its own on the loopback address,
 * open as long as the probe is, over which a client talks to itself without a pause.
 *
 * <pre>
 *   open ── one client connects, and stays ──► begin ── it talks, at QoS 0, 1 and 2 in turn ──► end
 *                                                │  the longest exchange is the pause
 *                                                └─ checkNewClient: another one connects, says three things, leaves
 * </pre>
 *
 * <p>What it may do is for auth to decide, as for any client from this machine. If that lets it do nothing, the probe sees
 * only that it is answered, and says so.
 *
 * <p>The talk has a thread of its own; the methods are called by one other.
 */
final class Probe implements AutoCloseable {
    private static final long BREATH_MILLIS = 2;
    private static final int KINDS = 3;

    /**
     * What the probe connects as.
     *
     * @param username empty for a client that gives none
     * @param topic the beginning of the topics that it publishes to and subscribes to
     * @param patienceMillis how long an exchange may take
     */
    record Settings(String username, String password, String topic, int patienceMillis) {}

    private final Settings settings;
    private final Door door;
    private final String name;
    private final @Nullable ProbeClient client;
    private final @Nullable String refusal;
    private final AtomicLong longestNanos = new AtomicLong(-1);
    private final AtomicLong exchanges = new AtomicLong();
    private volatile @Nullable String failure;
    private volatile boolean enough;
    private @Nullable Thread talk;

    private Probe(Settings settings, Door door, String name, @Nullable ProbeClient client, @Nullable String refusal) {
        this.settings = settings;
        this.door = door;
        this.name = name;
        this.client = client;
        this.refusal = refusal;
    }

    /**
     * Opens the door, and connects.
     *
     * @throws SwapFailure if the broker does not answer as it should, before anything was touched
     */
    static Probe open(Transport transport, Settings settings) {
        byte[] bits = new byte[8];
        new SecureRandom().nextBytes(bits);
        String name = "mortise-probe-" + HexFormat.of().formatHex(bits);
        Door door = openDoor(transport, settings);
        try {
            return new Probe(settings, door, name, connect(door, settings, name), null);
        } catch (ProbeClient.Refused refused) {
            return new Probe(settings, door, name, null, refused.getMessage());
        } catch (IOException failure) {
            door.close();
            throw new SwapFailure(
                    "the broker does not serve as it is: " + BundleActions.reason(failure) + "; nothing was touched",
                    failure);
        }
    }

    private static Door openDoor(Transport transport, Settings settings) {
        DoorSettings door = DoorSettings.of("io.mortise.swap")
                .with(new DoorLimits(8, 65_536, settings.patienceMillis(), DoorLimits.DEFAULT.versions()));
        try {
            return transport
                    .open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), door)
                    .toCompletableFuture()
                    .get(settings.patienceMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException failure) {
            throw new SwapFailure("no door for the probe: " + failure.getMessage() + "; nothing was touched", failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new SwapFailure("interrupted", interrupted);
        }
    }

    private static ProbeClient connect(Door door, Settings settings, String name) throws IOException {
        return new ProbeClient(
                (InetSocketAddress) door.address(),
                name,
                settings.topic() + "/" + name,
                settings.username(),
                settings.password(),
                settings.patienceMillis());
    }

    /** Begins to talk. */
    void begin() {
        ProbeClient talking = client;
        if (talking == null) {
            return;
        }
        Thread thread = new Thread(null, () -> talk(talking), "mortise-swap probe", 0, false);
        thread.setDaemon(true);
        thread.start();
        talk = thread;
    }

    private void talk(ProbeClient talking) {
        long count = 0;
        try {
            while (!enough) {
                long start = System.nanoTime();
                talking.exchange((int) (count % KINDS), name + " " + count);
                longestNanos.accumulateAndGet(System.nanoTime() - start, Math::max);
                exchanges.set(++count);
                Thread.sleep(BREATH_MILLIS);
            }
        } catch (IOException broken) {
            failure = "the client that was connected all the time: " + BundleActions.reason(broken);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /** Connects another client, which says something at each QoS, hears it, and leaves. */
    void checkNewClient() {
        try (ProbeClient another = connect(door, settings, name + "-2")) {
            for (int qos = 0; qos < KINDS; qos++) {
                another.exchange(qos, name + " new " + qos);
            }
        } catch (ProbeClient.Refused refused) {
            if (refusal == null) {
                throw new SwapFailure("a client that was let in before is refused now: " + refused.getMessage());
            }
        } catch (IOException broken) {
            throw new SwapFailure("a client that connects now: " + BundleActions.reason(broken), broken);
        }
    }

    /** Talks on for a time. */
    void watch(long millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (System.nanoTime() < end) {
            complainIfBroken();
            BundleActions.pause(Math.min(millis, 20));
        }
        complainIfBroken();
    }

    /** Returns when something that was said after this call was heard. */
    void awaitNextExchange() {
        long before = exchanges.get();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(settings.patienceMillis());
        while (talk != null && exchanges.get() < before + 2) { // one of them may have begun before
            complainIfBroken();
            if (System.nanoTime() > deadline) {
                throw new SwapFailure("the pause is longer than " + settings.patienceMillis() + " ms");
            }
            BundleActions.pause(1);
        }
    }

    private void complainIfBroken() {
        String broken = failure;
        if (broken != null) {
            throw new SwapFailure(broken);
        }
    }

    /** The longest time that an exchange took so far, in milliseconds; -1 if there was none. */
    long pauseMillis() {
        long nanos = longestNanos.get();
        return nanos < 0 ? -1 : TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    /** Why it can do no more than see that it is answered; {@code null} if it can. */
    @Nullable
    String refusal() {
        return refusal;
    }

    @Override
    public void close() {
        enough = true;
        Thread talking = talk;
        try {
            if (talking != null) {
                talking.join(settings.patienceMillis());
            }
            if (client != null) {
                client.close();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (IOException gone) {
            failure = gone.getMessage(); // it was broken before, and that was told
        } finally {
            door.close();
        }
    }
}
