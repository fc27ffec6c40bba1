// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.swap;

import io.mortise.itests.load.Histogram;

/** How long messages took, from the publisher's write to the subscriber's read. Any thread. */
final class Delays {
    // guarded by this
    private Histogram histogram = new Histogram();
    private long longestNanos;
    private long count;

    /** What was recorded in a time. */
    record Result(Histogram histogram, long longestNanos, long count) {}

    synchronized void record(long nanos) {
        histogram.record(nanos);
        longestNanos = Math.max(longestNanos, nanos);
        count++;
    }

    /** What was recorded since the last call; begins anew. */
    synchronized Result take() {
        Result result = new Result(histogram, longestNanos, count);
        histogram = new Histogram();
        longestNanos = 0;
        count = 0;
        return result;
    }
}
