// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.health.Ledger.Entry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Counts what one bundle is asked. Any thread.
 *
 * <p>Frequent calls are begun and ended, and one of 64 is timed; those that may take their time are asked, and all are timed.
 */
final class Meter {
    /** A power of two. */
    static final int TIMED_ONE_OF = 64;

    private static final long NOT_TIMED = 0;

    private final long bundle;
    private final LongAdder calls = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final LongAdder nanos = new LongAdder();
    private final LongAdder waiting = new LongAdder();

    /** Of the bundle with this identifier. */
    Meter(long bundle) {
        this.bundle = bundle;
    }

    long bundle() {
        return bundle;
    }

    /** A call begins; what this returns is for {@link #ended}. */
    long begin() {
        calls.increment();
        boolean timed = (ThreadLocalRandom.current().nextInt() & TIMED_ONE_OF - 1) == 0;
        return timed ? System.nanoTime() | 1 : NOT_TIMED;
    }

    /** It is over. */
    void ended(long begun) {
        if (begun != NOT_TIMED) {
            took(System.nanoTime() - begun);
        }
    }

    /** One of {@link #TIMED_ONE_OF} calls has taken so long. */
    void took(long nanosOfOne) {
        nanos.add(nanosOfOne * TIMED_ONE_OF);
    }

    /** It has failed. */
    void failed() {
        errors.increment();
    }

    /** A call that is over when it returns, and is timed. */
    void run(Runnable call) {
        calls.increment();
        long begun = System.nanoTime();
        boolean failed = true;
        try {
            call.run();
            failed = false;
        } finally {
            answered(begun, failed);
        }
    }

    /** A call whose answer may come later: what it returns is what is returned. */
    <T> CompletionStage<T> ask(Supplier<CompletionStage<T>> call) {
        calls.increment();
        long begun = System.nanoTime();
        CompletionStage<T> stage;
        try {
            stage = call.get();
        } catch (Throwable failure) {
            answered(begun, true);
            throw failure;
        }
        CompletableFuture<T> future = stage.toCompletableFuture();
        if (future.isDone()) {
            answered(begun, future.isCompletedExceptionally() || future.join() == null);
        } else {
            waiting.increment();
            future.whenComplete((answer, failure) -> {
                waiting.decrement();
                answered(begun, failure != null || answer == null);
            });
        }
        return stage;
    }

    private void answered(long begun, boolean failed) {
        nanos.add(System.nanoTime() - begun);
        if (failed) {
            errors.increment();
        }
    }

    Entry entry() {
        return new Entry(calls.sum(), errors.sum(), nanos.sum(), waiting.sum(), null);
    }
}
