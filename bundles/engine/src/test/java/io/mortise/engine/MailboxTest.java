// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MailboxTest {
    private final ExecutorService one = Executors.newSingleThreadExecutor();
    private final ExecutorService two = Executors.newSingleThreadExecutor();

    @AfterEach
    void end() {
        one.shutdownNow();
        two.shutdownNow();
    }

    /** Runs what it is given when it is told to. */
    private static final class Steps implements Executor {
        private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
        private boolean gone;

        @Override
        public void execute(Runnable task) {
            if (gone) {
                throw new RejectedExecutionException("gone");
            }
            tasks.add(task);
        }

        int runAll() {
            int count = 0;
            for (Runnable task; (task = tasks.poll()) != null; count++) {
                task.run();
            }
            return count;
        }
    }

    private static final class TestOwner implements Mailbox.Owner {
        volatile boolean open = true;
        int drains;
        final List<Throwable> failures = new ArrayList<>();
        Runnable onDrained = () -> {};

        @Override
        public boolean mayRun() {
            return open;
        }

        @Override
        public void drained() {
            drains++;
            onDrained.run();
        }

        @Override
        public void failed(Throwable failure) {
            failures.add(failure);
        }
    }

    private final Steps home = new Steps();
    private final Steps refuge = new Steps();
    private final TestOwner owner = new TestOwner();
    private final Mailbox mailbox = new Mailbox(owner, home, refuge);
    private final List<Integer> ran = new ArrayList<>();

    private void post(int... numbers) {
        for (int number : numbers) {
            mailbox.post(() -> ran.add(number));
        }
    }

    @Test
    void shouldRunManyItemsInOneDrainInTheirOrder() {
        post(1, 2, 3);

        assertEquals(1, home.runAll());
        assertEquals(List.of(1, 2, 3), ran);
        assertEquals(1, owner.drains);
        assertEquals(0, mailbox.size());
    }

    @Test
    void shouldLetOthersHaveTheThreadAfterABatch() {
        for (int i = 0; i <= Mailbox.BATCH; i++) {
            post(i);
        }

        assertEquals(2, home.runAll());
        assertEquals(Mailbox.BATCH + 1, ran.size());
    }

    @Test
    void shouldKeepEverythingWhileTheGateIsClosedAndGoOnWhenWoken() {
        owner.open = false;
        post(1, 2);
        home.runAll();
        assertEquals(List.of(), ran);

        owner.open = true;
        post(3);
        mailbox.wake();
        home.runAll();

        assertEquals(List.of(1, 2, 3), ran);
    }

    @Test
    void shouldRunTheRestAtTheNewHomeBehindTheFirstItemThere() {
        Steps next = new Steps();
        post(1);
        mailbox.post(() -> mailbox.moveTo(next, () -> ran.add(10)));
        post(2, 3);

        home.runAll();
        assertEquals(List.of(1), ran);
        next.runAll();

        assertEquals(List.of(1, 10, 2, 3), ran);
        assertEquals(0, mailbox.size());
    }

    @Test
    void shouldGoOnBehindAnItemThatThrows() {
        mailbox.post(() -> {
            throw new StackOverflowError();
        });
        post(1);
        home.runAll();

        assertEquals(List.of(1), ran);
        assertEquals(1, owner.failures.size());
    }

    @Test
    void shouldStillTakeItemsWhenTheEndOfADrainThrew() {
        owner.onDrained = () -> {
            throw new IllegalStateException("drained");
        };
        post(1);
        home.runAll();
        owner.onDrained = () -> {};
        post(2);
        home.runAll();

        assertEquals(List.of(1, 2), ran);
        assertEquals(1, owner.failures.size());
    }

    @Test
    void shouldRunAtTheRefugeWhenTheHomeIsGone() {
        home.gone = true;
        post(1, 2);
        refuge.runAll();
        post(3);
        refuge.runAll();

        assertEquals(List.of(1, 2, 3), ran);
        assertSame(refuge, mailbox.home());
    }

    @Test
    void shouldNotThrowAtThePosterWhenTheRefugeIsGoneToo() {
        home.gone = true;
        refuge.gone = true;

        post(1);

        assertEquals(1, mailbox.size());
    }

    @Test
    void shouldRunEverythingNowWhateverTheGateSays() {
        owner.open = false;
        post(1, 2);

        mailbox.drainNow();

        assertEquals(List.of(1, 2), ran);
    }

    @Test
    void shouldShowWhatWaitsWithoutTakingIt() {
        post(1, 2);
        AtomicInteger seen = new AtomicInteger();
        mailbox.forEachWaiting(item -> seen.incrementAndGet());

        assertEquals(2, seen.get());
        assertEquals(2, mailbox.size());
    }

    /** Three posters, a mover between two homes, a gate that flaps: everything runs once, in order, one at a time. */
    @Test
    void shouldLoseNothingUnderStress() throws Exception {
        int posters = 3;
        int each = 60_000;
        AtomicBoolean open = new AtomicBoolean(true);
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Mailbox.Owner stressed = new Mailbox.Owner() {
            @Override
            public boolean mayRun() {
                return open.get();
            }

            @Override
            public void drained() {}

            @Override
            public void failed(Throwable thrown) {
                failure.compareAndSet(null, thrown);
            }
        };
        Mailbox busy = new Mailbox(stressed, one, one);
        int[] last = new int[posters]; // plain: only one thread at a time may touch it
        int[] total = new int[1];
        AtomicBoolean inside = new AtomicBoolean();
        CountDownLatch posted = new CountDownLatch(posters);
        List<Thread> threads = new ArrayList<>();
        for (int p = 0; p < posters; p++) {
            int poster = p;
            threads.add(new Thread(() -> {
                for (int i = 1; i <= each; i++) {
                    int number = i;
                    busy.post(() -> {
                        boolean alone = inside.compareAndSet(false, true);
                        if (!alone || last[poster] != number - 1) {
                            throw new IllegalStateException(
                                    "alone " + alone + ", " + number + " after " + last[poster]);
                        }
                        last[poster] = number;
                        total[0]++;
                        inside.set(false);
                    });
                }
                posted.countDown();
            }));
        }
        AtomicInteger moves = new AtomicInteger();
        Thread mover = new Thread(() -> {
            Random random = new Random(1);
            while (posted.getCount() > 0) {
                open.set(random.nextBoolean());
                if (random.nextInt(4) == 0) {
                    ExecutorService home = random.nextBoolean() ? one : two;
                    busy.post(() -> busy.moveTo(home, moves::incrementAndGet));
                }
                busy.wake();
            }
            open.set(true);
            busy.wake();
        });
        threads.forEach(Thread::start);
        mover.start();

        assertTrue(posted.await(10, TimeUnit.SECONDS));
        mover.join(10_000);
        await().until(() -> busy.size() == 0);
        assertNull(failure.get());
        assertEquals(posters * each, total[0]);
        assertTrue(moves.get() > 0);
    }
}
