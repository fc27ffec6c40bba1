// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.file;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The few threads on which passwords are checked, and the short queue before them: a storm of clients takes no more of the
 * machine than these. Any thread.
 */
final class HashingPool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HashingPool.class);
    private static final long IDLE_SECONDS = 30;
    private static final long END_SECONDS = 10;

    private final ThreadPoolExecutor threads;
    private final long patienceNanos;
    private final LongSupplier nanoTime;

    /**
     * A pool.
     *
     * @param threadCount how many hash at the same time; 0 for half of the processors
     * @param waiting how many may wait
     * @param patienceMillis how long one may wait: who waits longer has been given up by the broker, and a thread that works for it
     *     keeps those waiting who have not
     */
    HashingPool(int threadCount, int waiting, long patienceMillis) {
        this(threadCount, waiting, patienceMillis, System::nanoTime);
    }

    HashingPool(int threadCount, int waiting, long patienceMillis, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        patienceNanos = TimeUnit.MILLISECONDS.toNanos(patienceMillis);
        int count =
                threadCount > 0 ? threadCount : Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        threads = new ThreadPoolExecutor(
                count, count, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(waiting), task -> {
                    Thread thread = new Thread(task, "mortise-auth-file-hash");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * Has a thread of the pool find something out.
     *
     * @param tooLate what is answered instead if its turn comes too late
     * @throws RejectedExecutionException if too many wait already
     */
    <T> CompletionStage<T> submit(Supplier<T> work, T tooLate) {
        long since = nanoTime.getAsLong();
        return CompletableFuture.supplyAsync(
                () -> nanoTime.getAsLong() - since > patienceNanos ? tooLate : work.get(), threads);
    }

    /** Ends all threads; who still waits is not answered. */
    @Override
    public void close() {
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                LOG.error("A password is still being checked after {} s; its thread ends with that", END_SECONDS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
