// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.jwt;

import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;
import java.text.ParseException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of who issues tokens. They are read at once and again from time to time, and when a token comes by a key that is not
 * among them. When they cannot be read, those that were read last are in force for a while; then there are none, and no token is
 * believed. Any thread.
 */
final class Keys {
    private static final Logger LOG = LoggerFactory.getLogger(Keys.class);

    /** Whoever sends tokens by keys that nobody has does not make the broker ask more often than that. */
    private static final long CALM_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final KeySource source;
    private final ScheduledExecutorService threads;
    private final long lifetimeNanos;
    private final LongSupplier nanoTime;
    private volatile @Nullable InForce inForce;

    /** What went wrong the last time: it is said once. Used by whoever reads. */
    private String failure = "";

    /** Guarded by this. */
    private @Nullable CompletableFuture<Void> reading;

    private long lastAsked;

    private record InForce(String text, JWKSet keys, long readAt) {}

    /**
     * Keys that are not read yet.
     *
     * @param threads on which they are read
     * @param lifetime how long they are believed after they were read
     */
    Keys(KeySource source, ScheduledExecutorService threads, Duration lifetime, LongSupplier nanoTime) {
        this.source = source;
        this.threads = threads;
        this.lifetimeNanos = lifetime.toNanos();
        this.nanoTime = nanoTime;
        this.lastAsked = nanoTime.getAsLong() - CALM_NANOS;
    }

    /** Begins to read them, and reads them again after each interval. */
    void readEvery(Duration interval) {
        threads.scheduleWithFixedDelay(this::read, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Those in force; {@code null} if there are none that can be believed. */
    @Nullable
    JWKSet inForce() {
        InForce now = inForce;
        return now == null || nanoTime.getAsLong() - now.readAt > lifetimeNanos ? null : now.keys;
    }

    /** Reads them once more, unless they were asked for a moment ago; completes when that is done. */
    synchronized CompletionStage<Void> askAnew() {
        if (reading != null) {
            return reading;
        }
        long now = nanoTime.getAsLong();
        if (now - lastAsked < CALM_NANOS) {
            return CompletableFuture.completedStage(null);
        }
        lastAsked = now;
        CompletableFuture<Void> asked = new CompletableFuture<>();
        reading = asked;
        try {
            threads.execute(() -> {
                read();
                synchronized (this) {
                    reading = null;
                }
                asked.complete(null);
            });
        } catch (RejectedExecutionException ended) {
            reading = null;
            asked.complete(null);
        }
        return asked;
    }

    private synchronized void failed(String reason) {
        if (!reason.equals(failure)) {
            failure = reason;
            String instead = inForce() == null ? "no token is believed" : "the keys before stay in force for now";
            LOG.error("The keys of {}: {}; {}", source, reason, instead);
        }
    }

    private void read() {
        String text;
        try {
            text = source.read();
        } catch (IOException | RuntimeException unreadable) {
            failed("they cannot be read: " + unreadable);
            return;
        }
        InForce before = inForce;
        if (before != null && text.equals(before.text)) {
            inForce = new InForce(text, before.keys, nanoTime.getAsLong());
            failure = "";
            return;
        }
        try {
            JWKSet keys = JWKSet.parse(text);
            if (keys.isEmpty()) {
                failed("expected a key, got an empty set");
                return;
            }
            inForce = new InForce(text, keys, nanoTime.getAsLong());
            failure = "";
            LOG.info("The keys of {} are in force, {} of them", source, keys.size());
        } catch (ParseException | RuntimeException malformed) {
            failed("expected a key set (RFC 7517, 5): " + malformed.getMessage());
        }
    }
}
