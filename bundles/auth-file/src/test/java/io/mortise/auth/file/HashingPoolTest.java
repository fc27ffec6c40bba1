// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HashingPoolTest {
    private final AtomicLong clock = new AtomicLong();
    private final CountDownLatch working = new CountDownLatch(1);
    private final CountDownLatch busy = new CountDownLatch(1);
    private final HashingPool pool = new HashingPool(1, 2, 1_000, clock::get);

    @AfterEach
    void end() {
        busy.countDown();
        pool.close();
    }

    private String work() {
        working.countDown();
        try {
            busy.await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
        return "done";
    }

    private static String of(CompletionStage<String> stage) throws Exception {
        return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void shouldNotWorkForThoseWhoWereGivenUp() throws Exception {
        CompletionStage<String> first = pool.submit(this::work, "too late");
        working.await();
        CompletionStage<String> second = pool.submit(() -> "not asked for any more", "too late");
        clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(600));
        CompletionStage<String> third = pool.submit(() -> "done", "too late");
        clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(600));
        busy.countDown();

        assertEquals("done", of(first));
        assertEquals("too late", of(second));
        assertEquals("done", of(third));
    }

    @Test
    void shouldRefuseWhoIsTooMany() {
        pool.submit(this::work, "too late");
        pool.submit(this::work, "too late");
        pool.submit(this::work, "too late");
        assertThrows(RejectedExecutionException.class, () -> pool.submit(this::work, "too late"));
    }
}
