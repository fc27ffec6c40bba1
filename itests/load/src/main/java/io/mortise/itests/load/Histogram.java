// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import java.util.Arrays;

/**
 * Counts of durations in buckets that grow with the value, exact to one part in 32.
 *
 * <p>Used by one thread, the loop's in the load program.
 */
public final class Histogram {

    private static final int PRECISION_BITS = 5;
    private static final int STEPS = 1 << PRECISION_BITS;

    private final long[] counts = new long[(Long.SIZE - PRECISION_BITS) * STEPS];
    private long total;

    public void record(long value) {
        counts[bucket(Math.max(value, 0))]++;
        total++;
    }

    public void clear() {
        Arrays.fill(counts, 0);
        total = 0;
    }

    /** The value that the given share (0 to 1) of the recorded ones does not exceed; 0 when nothing was recorded. */
    public long quantile(double share) {
        long rank = Math.max(1, (long) Math.ceil(share * total));
        long seen = 0;
        for (int bucket = 0; bucket < counts.length; bucket++) {
            seen += counts[bucket];
            if (seen >= rank) {
                return highest(bucket);
            }
        }
        return 0;
    }

    // Below STEPS each value has a bucket of its own; above, each power of two is cut into STEPS buckets.
    private static int bucket(long value) {
        if (value < STEPS) {
            return (int) value;
        }
        int shift = Long.SIZE - 1 - PRECISION_BITS - Long.numberOfLeadingZeros(value);
        return shift * STEPS + (int) (value >>> shift);
    }

    private static long highest(int bucket) {
        if (bucket < 2 * STEPS) {
            return bucket;
        }
        int shift = bucket / STEPS - 1;
        return ((long) (bucket - shift * STEPS + 1) << shift) - 1;
    }
}
