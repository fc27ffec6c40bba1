// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import java.util.concurrent.TimeUnit;

/**
 * So many a second, on average: what was not used within a second is lost, what was used beforehand is waited for.
 *
 * <p>Used by one thread at a time. Instead of tokens it keeps the time at which the bucket is full again.
 */
final class TokenBucket {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final double nanosEach;
    private long fullAgainNanos;

    /**
     * A full one.
     *
     * @param perSecond how many; at least 1
     */
    TokenBucket(long perSecond, long nowNanos) {
        this.nanosEach = (double) SECOND / perSecond;
        this.fullAgainNanos = nowNanos;
    }

    /** Takes so many; answers how many nanoseconds there is nothing left, 0 if there is. */
    long take(long count, long nowNanos) {
        if (fullAgainNanos - nowNanos < 0) {
            fullAgainNanos = nowNanos;
        }
        fullAgainNanos += (long) (count * nanosEach);
        return Math.max(0, fullAgainNanos - nowNanos - SECOND);
    }

    /** Takes one if there is one. */
    boolean tryTake(long nowNanos) {
        if (fullAgainNanos - nowNanos + (long) nanosEach > SECOND) {
            return false;
        }
        take(1, nowNanos);
        return true;
    }
}
