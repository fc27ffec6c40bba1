// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.http;

import java.util.function.LongSupplier;

/**
 * Whether it is worth while to ask: after a number of failures in a row nobody is asked for a while, and then one question finds
 * out whether that is over. Any thread.
 */
final class CircuitBreaker {
    private final int mostFailures;
    private final long openNanos;
    private final LongSupplier nanoTime;

    /** Guarded by this, all of them. */
    private int failures;

    private long openUntil;
    private boolean trying;

    CircuitBreaker(int mostFailures, long openNanos, LongSupplier nanoTime) {
        this.mostFailures = mostFailures;
        this.openNanos = openNanos;
        this.nanoTime = nanoTime;
    }

    /** Whether to ask now; whoever is told so says how it ended. */
    synchronized boolean allows() {
        if (failures < mostFailures) {
            return true;
        }
        if (trying || nanoTime.getAsLong() - openUntil < 0) {
            return false;
        }
        trying = true;
        return true;
    }

    synchronized void succeeded() {
        failures = 0;
        trying = false;
    }

    synchronized void failed() {
        trying = false;
        failures++;
        openUntil = nanoTime.getAsLong() + openNanos;
    }

    synchronized boolean isOpen() {
        return failures >= mostFailures;
    }
}
