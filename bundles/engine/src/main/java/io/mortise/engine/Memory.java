// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import java.util.concurrent.atomic.LongAdder;

/**
 * The one budget of what clients can make the broker keep: how many bytes each kind of thing takes, and whether that is too
 * much.
 *
 * <p>Any thread. Whoever keeps something adds it here and takes it away again, most of them by an {@link Account} that adds up
 * on its own thread first. The sums are exact whenever nothing moves. What they mean is decided by {@link #judge()}, which is
 * called where something was settled, and asked at the cost of one volatile read; so the answer may be a moment old, and
 * what is kept may exceed the budget by what arrives in that moment.
 *
 * <p>A payload that waits for several sessions is counted for each: the budget errs on the safe side.
 */
final class Memory {

    /** What is kept. */
    enum Holding {
        /** Connections and what was agreed on them. */
        CONNECTIONS,
        /** Sessions with their wills. */
        SESSIONS,
        /** Subscriptions. */
        SUBSCRIPTIONS,
        /** Messages between the publisher's thread and the subscriber's. */
        TRANSIT,
        /** Messages that wait for a client. */
        QUEUES,
        /** Messages that were sent and are not acknowledged. */
        INFLIGHT,
        /** Retained messages. */
        RETAINED,
        /** What the transport has read and not handed over, and written and not sent; measured now and then. */
        WIRE
    }

    private static final Holding[] HOLDINGS = Holding.values();

    private final long maximum;
    private final long queuedMaximumBytes;
    private final long queuedMaximumMessages;
    private final long scarceFrom;
    private final long floodedFrom;
    private final LongAdder[] bytes = new LongAdder[HOLDINGS.length];
    private final LongAdder[] items = new LongAdder[HOLDINGS.length];
    private volatile boolean flooded;
    private volatile boolean scarce;
    private volatile boolean exhausted;
    private volatile boolean queuesClosed;
    private final LongAdder backlogs = new LongAdder();
    private volatile long fairShare;

    /** An empty one. */
    Memory(Settings.InAll limits) {
        this.maximum = limits.memoryBytes();
        this.queuedMaximumBytes = limits.queuedBytes();
        this.queuedMaximumMessages = limits.queuedMaximumMessages();
        this.scarceFrom = maximum / 8 * 5;
        this.floodedFrom = maximum / 8;
        for (Holding holding : HOLDINGS) {
            bytes[holding.ordinal()] = new LongAdder();
            items[holding.ordinal()] = new LongAdder();
        }
    }

    /** The budget in bytes. */
    long maximum() {
        return maximum;
    }

    /** So many bytes more, or fewer if negative. */
    void add(Holding holding, long more) {
        bytes[holding.ordinal()].add(more);
    }

    /** So many bytes in so many items more, or fewer. */
    void add(Holding holding, long moreBytes, long moreItems) {
        bytes[holding.ordinal()].add(moreBytes);
        items[holding.ordinal()].add(moreItems);
    }

    /** It was measured anew. Called by one thread. */
    void measured(Holding holding, long now) {
        add(holding, now - bytes(holding));
    }

    long bytes(Holding holding) {
        return bytes[holding.ordinal()].sum();
    }

    long items(Holding holding) {
        return items[holding.ordinal()].sum();
    }

    /** The bytes that are kept in all. */
    long used() {
        long used = 0;
        for (LongAdder holding : bytes) {
            used += holding.sum();
        }
        return used;
    }

    /** Looks at what is used, and decides what it means. */
    void judge() {
        long used = used();
        boolean isExhausted = used >= maximum;
        long queued = bytes(Holding.QUEUES);
        long waiting = items(Holding.QUEUES);
        boolean isScarce =
                used >= scarceFrom || queued >= mostOf(queuedMaximumBytes) || waiting >= mostOf(queuedMaximumMessages);
        boolean isFlooded = bytes(Holding.TRANSIT) >= (isScarce ? floodedFrom / 8 : floodedFrom);
        boolean areMany = waiting >= queuedMaximumMessages;
        boolean areClosed = isExhausted || areMany || queued >= queuedMaximumBytes;
        if (flooded != isFlooded) {
            flooded = isFlooded;
        }
        if (scarce != isScarce) {
            scarce = isScarce;
        }
        if (exhausted != isExhausted) {
            exhausted = isExhausted;
        }
        if (queuesClosed != areClosed) {
            queuesClosed = areClosed;
        }
        fairShare = isExhausted || areMany ? 0 : queuedMaximumBytes / Math.max(1, backlogs.sum());
    }

    private static long mostOf(long queuedMaximum) {
        return queuedMaximum / 6 * 5;
    }

    /**
     * Whether messages arrive faster than they reach their sessions, by an eighth of the memory, or a 64th where it is scarce:
     * publishers wait.
     */
    boolean isFlooded() {
        return flooded;
    }

    /**
     * Whether five eighths are used, or queues hold five sixths of what they may: publishers wait for slow subscribers earlier,
     * so that those who get on have little waiting by the time queues close.
     */
    boolean isScarce() {
        return scarce;
    }

    /** Whether everything is used: nothing more is kept than what takes the place of something else. */
    boolean isExhausted() {
        return exhausted;
    }

    /** So many sessions more for which messages wait, or fewer if negative. */
    void addBacklogs(int more) {
        backlogs.add(more);
    }

    /**
     * How many bytes may wait for a session although the queues are closed, in the room that is left: an equal part for each
     * that has a queue. So those who take nothing do not use up what others need for a moment.
     */
    long fairShare() {
        return fairShare;
    }

    /** Whether no further message may wait, but for a fair share: the memory is used up, or as many wait in all sessions as may. */
    boolean areQueuesClosed() {
        return queuesClosed;
    }
}
