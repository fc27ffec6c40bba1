// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import org.jspecify.annotations.Nullable;

/**
 * What one subscriber has seen of one publisher: gaps, repetitions and messages out of order.
 *
 * <p>Used by one thread, the loop's in the load program. As long as nothing is missing, a message costs one comparison; the ring that
 * remembers what is missing is made at the first gap. It reaches {@value #MEMORY} messages back: what comes later than that is
 * taken for a duplicate.
 */
public final class Sequence {

    private static final int MEMORY = 1 << 16;

    private long next;
    private long missing;
    private long duplicates;
    private long late;
    private long @Nullable [] gaps;

    /** Says whether this message was seen for the first time. */
    public boolean accept(long sequence) {
        if (sequence == next) {
            next++;
            if (gaps != null) {
                mark(gaps, sequence, false);
            }
            return true;
        }
        return sequence > next ? skipTo(sequence) : lookBack(sequence);
    }

    private boolean skipTo(long sequence) {
        if (gaps == null) {
            gaps = new long[MEMORY / Long.SIZE];
        }
        missing += sequence - next;
        for (long gap = Math.max(next, sequence - MEMORY + 1); gap < sequence; gap++) {
            mark(gaps, gap, true);
        }
        mark(gaps, sequence, false);
        next = sequence + 1;
        return true;
    }

    private boolean lookBack(long sequence) {
        if (gaps == null || sequence < next - MEMORY || !isMarked(gaps, sequence)) {
            duplicates++;
            return false;
        }
        mark(gaps, sequence, false);
        missing--;
        late++;
        return true;
    }

    /** One more than the highest sequence number seen. */
    public long next() {
        return next;
    }

    public long duplicates() {
        return duplicates;
    }

    /** How many messages came after one that was sent later. */
    public long late() {
        return late;
    }

    /** How many of the publisher's messages have not come. */
    public long missing(long sent) {
        return missing + sent - next;
    }

    private static void mark(long[] gaps, long sequence, boolean missing) {
        int word = (int) (sequence & MEMORY - 1) >>> 6;
        if (missing) {
            gaps[word] |= 1L << sequence;
        } else {
            gaps[word] &= ~(1L << sequence);
        }
    }

    private static boolean isMarked(long[] gaps, long sequence) {
        return (gaps[(int) (sequence & MEMORY - 1) >>> 6] & 1L << sequence) != 0;
    }
}
