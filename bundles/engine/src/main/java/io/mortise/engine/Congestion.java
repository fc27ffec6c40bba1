// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Slows publishers down to what their subscribers take, before queues overflow.
 *
 * <p>A session whose queue is a quarter full is <em>crowded</em> until it is nearly empty again. A publisher that has just met a
 * crowded session reads nothing until some session is no longer crowded, or {@link #RELIEF_MILLIS} have passed: TCP holds the
 * rest, and the messages are delayed instead of dropped. So it waits where messages arrive faster than they reach their
 * sessions at all ({@link Memory#isFlooded()}). Two kinds of client are not waited for or held, because that
 * could last for ever:
 * <ul>
 *   <li>a subscriber that has taken nothing for {@link #STALL_NANOS}: its queue fills, and what does not fit overflows, as
 *       configured;
 *   <li>a publisher that is crowded itself: the acknowledgements that would relieve it arrive on the same connection.
 * </ul>
 *
 * <p>Any thread. A publisher compares {@link #met()} before and after it has routed a message. Another thread may have met
 * somebody in between: then this publisher waits in vain for a moment, which does no harm.
 */
final class Congestion {
    private static final Logger LOG = LoggerFactory.getLogger(Congestion.class);

    /** How long a publisher waits at most before it tries again. */
    static final long RELIEF_MILLIS = 100;

    /** How long a crowded subscriber may take nothing before nobody waits for it any more. */
    static final long STALL_NANOS = 1_000_000_000L;

    private final ScheduledExecutorService scheduler;
    private final AtomicLong met = new AtomicLong();
    private final AtomicBoolean alarm = new AtomicBoolean();
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    Congestion(ScheduledExecutorService scheduler) {
        this.scheduler = scheduler;
    }

    /** How often a message has met a crowded session. */
    long met() {
        return met.get();
    }

    /** A message meets a crowded session. */
    void meet() {
        met.incrementAndGet();
    }

    /** Calls {@code goOn} at the next relief. */
    void await(Runnable goOn) {
        waiting.add(goOn);
        if (alarm.compareAndSet(false, true)) {
            scheduler.schedule(this::tryAgain, RELIEF_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void tryAgain() {
        alarm.set(false);
        relieve();
    }

    /** A session is not crowded any more, or it is time to try again: all that wait go on. */
    void relieve() {
        // those that wait again at once are not served twice
        for (int rest = waiting.size(); rest > 0; rest--) {
            Runnable goOn = waiting.poll();
            if (goOn == null) {
                return;
            }
            try {
                goOn.run();
            } catch (Throwable failure) { // the others wait too
                LOG.error("A publisher that waited cannot go on", failure);
            }
        }
    }
}
