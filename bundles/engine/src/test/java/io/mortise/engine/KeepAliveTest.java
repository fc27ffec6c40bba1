// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.concurrent.Delayed;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeepAliveTest {
    private static final long SECOND = 1_000_000_000L;

    private long now = 5;
    private int silences;
    private final Timers timers = new Timers();
    private final TestConnection wire = new TestConnection(timers);
    private final KeepAlive keepAlive = new KeepAlive(wire, 10, () -> now, () -> silences++);

    @AfterEach
    void end() {
        timers.shutdownNow();
    }

    /** Keeps timers until their time has come. */
    private final class Timers extends ScheduledThreadPoolExecutor {
        private final ArrayDeque<Timer> waiting = new ArrayDeque<>();

        Timers() {
            super(1);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
            Timer timer = new Timer(task, now + unit.toNanos(delay));
            waiting.add(timer);
            return timer;
        }

        void advanceTo(long nanos) {
            now = nanos;
            for (Timer timer; (timer = waiting.peek()) != null && timer.due <= now; ) {
                waiting.remove();
                timer.task.run();
            }
        }

        private final class Timer implements ScheduledFuture<Object> {
            private final Runnable task;
            private final long due;

            private Timer(Runnable task, long due) {
                this.task = task;
                this.due = due;
            }

            @Override
            public boolean cancel(boolean mayInterrupt) {
                return waiting.remove(this);
            }

            @Override
            public long getDelay(TimeUnit unit) {
                return unit.convert(due - now, TimeUnit.NANOSECONDS);
            }

            @Override
            public int compareTo(Delayed other) {
                return 0;
            }

            @Override
            public boolean isCancelled() {
                return false;
            }

            @Override
            public boolean isDone() {
                return false;
            }

            @Override
            public Object get() {
                return this;
            }

            @Override
            public Object get(long timeout, TimeUnit unit) {
                return this;
            }
        }
    }

    @Test
    void shouldNoticeSilenceOfOneAndAHalfTimesTheKeepAlive() {
        keepAlive.start();
        timers.advanceTo(now + 15 * SECOND - 1);
        assertEquals(0, silences);
        timers.advanceTo(now + 1);
        assertEquals(1, silences);
        assertTrue(timers.waiting.isEmpty());
    }

    @Test
    void shouldCountFromTheLastPacket() {
        keepAlive.start();
        timers.advanceTo(now + 10 * SECOND);
        keepAlive.heard();
        timers.advanceTo(now + 14 * SECOND);
        assertEquals(0, silences);
        timers.advanceTo(now + SECOND);
        assertEquals(1, silences);
    }

    @Test
    void shouldNotHoldTheTimeInWhichNothingWasReadAgainstTheClient() {
        keepAlive.start();
        keepAlive.pause();
        for (int minute = 0; minute < 10; minute++) {
            timers.advanceTo(now + 60 * SECOND);
        }
        keepAlive.resume();
        timers.advanceTo(now + 14 * SECOND);
        assertEquals(0, silences);
        timers.advanceTo(now + SECOND);
        assertEquals(1, silences);
    }

    @Test
    void shouldNotHoldTheTimeInWhichThePartsOfTheWireWereAwayAgainstTheClient() {
        wire.deaf(true); // as while a codec is being replaced
        keepAlive.start();
        for (int minute = 0; minute < 10; minute++) {
            timers.advanceTo(now + 60 * SECOND);
        }
        wire.deaf(false);
        timers.advanceTo(now + 14 * SECOND);
        assertEquals(0, silences);
        timers.advanceTo(now + SECOND);
        assertEquals(1, silences);
    }

    @Test
    void shouldNoticeNothingWithoutAKeepAlive() {
        new KeepAlive(wire, 0, () -> now, () -> silences++).start();
        assertTrue(timers.waiting.isEmpty());
    }

    @Test
    void shouldLeaveNoTimerBehind() {
        keepAlive.start();
        keepAlive.stop();
        assertTrue(timers.waiting.isEmpty());
    }
}
