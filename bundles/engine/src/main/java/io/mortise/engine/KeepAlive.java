// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.connection.Connection;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Notices that a client has been silent for one and a half times its keep-alive (MQTT 5.0, 3.1.2.10).
 *
 * <p>Used on the home thread of one connection. One timer a connection, that looks when the client was last heard and
 * sets itself anew; a packet costs one clock reading a burst. Time in which the broker itself did not read is not held
 * against the client.
 */
final class KeepAlive {
    private final Connection connection;
    private final long limitNanos;
    private final LongSupplier nanoTime;
    private final Runnable onSilence;
    private long lastHeardNanos;
    private boolean paused;
    private @Nullable Future<?> timer;

    /**
     * Not started.
     *
     * @param seconds the keep-alive; 0 never notices anything
     * @param nanoTime the clock, as {@link System#nanoTime()}
     */
    KeepAlive(Connection connection, int seconds, LongSupplier nanoTime, Runnable onSilence) {
        this.connection = connection;
        this.limitNanos = TimeUnit.MILLISECONDS.toNanos(seconds * 1500L);
        this.nanoTime = nanoTime;
        this.onSilence = onSilence;
    }

    void start() {
        lastHeardNanos = nanoTime.getAsLong();
        if (limitNanos > 0) {
            schedule(limitNanos);
        }
    }

    /** A packet came in. */
    void heard() {
        lastHeardNanos = nanoTime.getAsLong();
    }

    /** The broker does not read any more: the client cannot be heard. */
    void pause() {
        paused = true;
    }

    /** The broker reads again: the client has its whole time from now on. */
    void resume() {
        paused = false;
        heard();
    }

    void stop() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void schedule(long nanos) {
        timer = connection.executor().schedule(this::look, nanos, TimeUnit.NANOSECONDS);
    }

    private void look() {
        if (!connection.isReading()) {
            heard(); // it cannot be
        }
        long silence = paused ? 0 : nanoTime.getAsLong() - lastHeardNanos;
        if (silence >= limitNanos) {
            timer = null;
            onSilence.run();
        } else {
            schedule(limitNanos - silence);
        }
    }
}
