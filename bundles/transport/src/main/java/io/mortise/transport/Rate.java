// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** So many a second, and so many at once after a quiet while. Any thread. */
final class Rate {
    private final long nanosEach;
    private final long nanosAtOnce;
    private final LongSupplier nanoTime;
    private long nextNanos; // when the next one would come if they came evenly; guarded by this

    /** At least one a second, and as many at once after a quiet second. */
    Rate(int perSecond, LongSupplier nanoTime) {
        this(perSecond, perSecond, nanoTime);
    }

    /** At least one a second, and at least one at once. */
    Rate(int perSecond, int atOnce, LongSupplier nanoTime) {
        this.nanosEach = TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.nanosAtOnce = nanosEach * (atOnce - 1);
        this.nanoTime = nanoTime;
        this.nextNanos = nanoTime.getAsLong() - nanosAtOnce;
    }

    /** Whether one more is within the rate; it is counted then. */
    synchronized boolean allows() {
        long now = nanoTime.getAsLong();
        long earliest = now - nanosAtOnce;
        long next = nextNanos - earliest < 0 ? earliest : nextNanos;
        if (next - now > 0) {
            return false;
        }
        nextNanos = next + nanosEach;
        return true;
    }
}
