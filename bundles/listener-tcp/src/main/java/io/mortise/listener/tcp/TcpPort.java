// SPDX-License-Identifier: Apache-2.0
package io.mortise.listener.tcp;

import io.mortise.api.connection.Listener;
import io.mortise.transport.wire.Door;
import io.mortise.transport.wire.DoorSettings;
import io.mortise.transport.wire.Transport;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port that is open, or that is tried again and again until it is.
 *
 * <p>What it says of itself, any thread; the other methods are called by its owner, one at a time. A thread of its
 * own is there only while it tries.
 */
final class TcpPort implements Listener {
    private static final Logger LOG = LoggerFactory.getLogger(TcpPort.class);

    static final int RETRY_MILLIS = 3_000;

    private static final int OPEN_SECONDS = 10;

    private final Transport transport;
    private final String host;
    private final int port;
    private final DoorSettings settings;

    private volatile @Nullable Door door;
    private volatile @Nullable String failure;
    private final CountDownLatch enough = new CountDownLatch(1);
    private @Nullable Thread retry;

    TcpPort(Transport transport, String host, int port, DoorSettings settings) {
        this.transport = transport;
        this.host = host;
        this.port = port;
        this.settings = settings;
    }

    /** Tries once; whether it is open now. */
    boolean open() {
        String reason;
        try {
            // The name is looked up with each attempt: the network may come up later than we do.
            Door opened = transport
                    .open(new InetSocketAddress(host, port), settings)
                    .toCompletableFuture()
                    .get(OPEN_SECONDS, TimeUnit.SECONDS);
            door = opened;
            failure = null;
            LOG.info("{} listens on {}", name(), address());
            return true;
        } catch (ExecutionException refused) {
            reason = String.valueOf(
                    Objects.requireNonNullElse(refused.getCause(), refused).getMessage());
        } catch (TimeoutException late) {
            reason = host + ":" + port + " cannot be bound: no answer within " + OPEN_SECONDS + " s";
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            reason = host + ":" + port + " cannot be bound: interrupted";
        }
        if (!reason.equals(failure)) {
            LOG.error("{}: {}; trying again", name(), reason);
        }
        failure = reason;
        return false;
    }

    /** Tries until it is open, and calls {@code changed} when it is, or when the reason is another. */
    void keepTrying(int everyMillis, Runnable changed) {
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
    void stopTrying() {
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

    /** Frees the address; the connections that came in stay. */
    void close() {
        Door opened = door;
        if (opened != null) {
            LOG.info("{} listens on {} no more", name(), address());
            door = null;
            opened.close();
        }
    }

    @Override
    public String name() {
        return settings.listener();
    }

    @Override
    public String protocol() {
        return "mqtt";
    }

    @Override
    public @Nullable String address() {
        Door opened = door;
        if (opened == null) {
            return null;
        }
        InetSocketAddress address = opened.address();
        String ip = address.getAddress().getHostAddress();
        return (ip.indexOf(':') < 0 ? ip : "[" + ip + "]") + ":" + address.getPort();
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
}
