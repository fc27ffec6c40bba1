// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.health.Health.Level;
import io.mortise.api.health.Health.Status;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What has gone wrong lately in what others provide, and was answered by a refusal: somebody should look at it. Any thread.
 *
 * <p>After a minute without a fault it is forgotten.
 */
final class Faults {
    private static final long MEMORY_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final LongSupplier nanoTime;
    private long count;
    private long lastNanos;
    private String last = "";

    Faults(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** A client, or what it said, was refused because of this. */
    synchronized void happened(String fault) {
        long now = nanoTime.getAsLong();
        count = isForgotten(now) ? 1 : count + 1;
        lastNanos = now;
        last = fault;
    }

    private boolean isForgotten(long now) {
        return count == 0 || now - lastNanos > MEMORY_NANOS;
    }

    synchronized Status status() {
        long now = nanoTime.getAsLong();
        if (isForgotten(now)) {
            return Status.UP;
        }
        String times = count == 1 ? "once" : count + " times without a minute between";
        return new Status(
                Level.DEGRADED,
                last + " (" + times + ", last " + TimeUnit.NANOSECONDS.toSeconds(now - lastNanos)
                        + " s ago); what it was asked about was refused");
    }
}
