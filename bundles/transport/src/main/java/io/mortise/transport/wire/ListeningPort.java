// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport.wire;

import io.mortise.api.connection.Listener;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a listener has: an address that is open, or that is tried again and again until it is.
 *
 * <p>What it says of itself, any thread; the other methods are called by its owner, one at a time. A thread of its
 * own is there only while it tries.
 */
@ProviderType
public final class ListeningPort implements Listener {
    private static final Logger LOG = LoggerFactory.getLogger(ListeningPort.class);

    /** How long it waits between two attempts. */
    public static final int RETRY_MILLIS = 3_000;

    private static final int OPEN_SECONDS = 10;

    private final Transport transport;
    private final String protocol;
    private final Supplier<SocketAddress> where;
    private volatile DoorSettings settings;

    private volatile @Nullable Door door;
    private volatile @Nullable String failure;
    private final CountDownLatch enough = new CountDownLatch(1);
    private @Nullable Thread retry;

    /**
     * A port that is not open yet.
     *
     * @param protocol what is spoken there, as {@link Listener#protocol()} says it
     * @param where the address; asked with each attempt, since the network may come up later than we do
     */
    public ListeningPort(Transport transport, String protocol, Supplier<SocketAddress> where, DoorSettings settings) {
        this.transport = transport;
        this.protocol = protocol;
        this.where = where;
        this.settings = settings;
    }

    /** Tries once; whether it is open now, where it should be. */
    public boolean open() {
        String reason;
        SocketAddress address = where.get();
        try {
            Door opened =
                    transport.open(address, settings).toCompletableFuture().get(OPEN_SECONDS, TimeUnit.SECONDS);
            door = opened;
            reason = opened.failure();
            if (reason == null) {
                failure = null;
                LOG.info("{} listens on {}", name(), address());
                return true;
            }
        } catch (ExecutionException refused) {
            reason = String.valueOf(
                    Objects.requireNonNullElse(refused.getCause(), refused).getMessage());
        } catch (TimeoutException late) {
            reason = text(address) + " cannot be bound: no answer within " + OPEN_SECONDS + " s";
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            reason = text(address) + " cannot be bound: interrupted";
        }
        if (!reason.equals(failure)) {
            LOG.error("{}: {}; {}trying again", name(), reason, door == null ? "" : "it stays at " + address() + ", ");
        }
        failure = reason;
        return false;
    }

    /** Tries until it is open, and calls {@code changed} when it is, or when the reason is another. */
    public void keepTrying(int everyMillis, Runnable changed) {
        Thread thread = new Thread(() -> tryUntilOpen(everyMillis, changed), "mortise-retry " + name());
        thread.setDaemon(true);
        thread.start();
        retry = thread;
    }

    private void tryUntilOpen(int everyMillis, Runnable changed) {
        try {
            while (!enough.await(everyMillis, TimeUnit.MILLISECONDS)) {
                String before = failure;
                boolean open = open();
                if (!Objects.equals(before, failure)) {
                    changed.run();
                }
                if (open) {
                    return;
                }
            }
        } catch (InterruptedException interrupted) {
            LOG.warn("{}: interrupted, trying no more", name());
        }
    }

    /** Tries no more; an attempt that is under way is finished first. */
    public void stopTrying() {
        Thread thread = retry;
        if (thread == null) {
            return;
        }
        enough.countDown();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(2 * OPEN_SECONDS));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            LOG.error("{}: still being opened", name());
        }
    }

    /** Goes by these settings from the next connection on; those who came in stay. */
    public void change(DoorSettings next) {
        settings = next;
        Door opened = door;
        if (opened != null) {
            try {
                door = transport
                        .open(opened.address(), next)
                        .toCompletableFuture()
                        .get(OPEN_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException refused) {
                LOG.error("{}: what changed is not in force", name(), refused);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The listener will be back: those who came in stay, and those who come wait a while. */
    public void leave() {
        Door opened = door;
        if (opened != null) {
            LOG.info("{} leaves {}; those who came in stay", name(), address());
            door = null;
            opened.leave();
        }
    }

    /** The listener is removed: frees the address, and those who came in are told to go. */
    public void close() {
        Door opened = door;
        if (opened != null) {
            LOG.info("{} listens on {} no more", name(), address());
            door = null;
            opened.close();
        }
    }

    /** What a service of this listener says of itself. */
    public Map<String, Object> properties() {
        Map<String, Object> properties = new HashMap<>();
        properties.put(PID, name());
        properties.put(PROTOCOL, protocol);
        String address = address();
        if (address != null) {
            properties.put(ADDRESS, address);
        }
        String reason = failure;
        if (reason != null) {
            properties.put(FAILURE, reason);
        }
        return properties;
    }

    @Override
    public String name() {
        return settings.listener();
    }

    @Override
    public String protocol() {
        return protocol;
    }

    @Override
    public @Nullable String address() {
        Door opened = door;
        return opened == null ? null : text(opened.address());
    }

    @Override
    public @Nullable String failure() {
        return failure;
    }

    @Override
    public int connections() {
        Door opened = door;
        return opened == null ? 0 : opened.connections();
    }

    private static String text(SocketAddress address) {
        if (!(address instanceof InetSocketAddress internet)) {
            return "unix:" + address;
        }
        String ip = internet.isUnresolved()
                ? internet.getHostString()
                : internet.getAddress().getHostAddress();
        return (ip.indexOf(':') < 0 ? ip : "[" + ip + "]") + ":" + internet.getPort();
    }
}
