// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets one thread at a time into a session, and lets it do many things at once.
 *
 * <p>Any thread posts; what was posted runs in its order on the home thread of the session, that is the event loop of its
 * connection while it has one. Whoever posts into an empty mailbox schedules one drain; whoever posts while it is pending
 * pays for an addition and a queue entry, nothing more. A drain ends with one call of {@link Owner#drained()}, where the
 * session flushes its connection.
 *
 * <p>How it stays single-threaded: {@code pending} counts what was posted and not yet run. It leaves zero in one post
 * only, which schedules the drain, and the drain itself schedules the next one while it is not zero again. {@link
 * #moveTo} is called from inside a drain, and makes a new {@link Drain} for the new home; a drain that is not the current
 * one any more, left over on the old home or woken twice, does nothing. While the gate is closed a drain leaves
 * everything where it is, and {@link #wake()} starts it again. A home that shuts down refuses tasks while its last one may
 * still run; so a batch holds a lock, which is free in all other cases.
 */
final class Mailbox {

    /** How many items one drain runs before it lets others have the thread. */
    static final int BATCH = 512;

    /** What the mailbox works for. */
    interface Owner {
        /** Whether items may run now. */
        boolean mayRun();

        /** A batch has run. Home thread. */
        void drained();

        /** An item threw, or {@link #drained()} did. Home thread; does not throw. */
        void failed(Throwable failure);
    }

    private final Owner owner;
    private final Executor refuge;
    private final ConcurrentLinkedQueue<Runnable> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger pending = new AtomicInteger();

    /** Held while items run. */
    private final Object running = new Object();

    private volatile Drain drain;

    /**
     * An empty mailbox.
     *
     * @param home where its items run at first
     * @param refuge where they run when the home does not take tasks any more
     */
    Mailbox(Owner owner, Executor home, Executor refuge) {
        this.owner = owner;
        this.refuge = refuge;
        this.drain = new Drain(home, null);
    }

    /** How many items wait. Any thread; a moment later it is another number. */
    int size() {
        return pending.get();
    }

    /** Whether nothing waits behind the items that have begun to run. */
    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Where its items run. Any thread; a moment later it may be elsewhere. */
    Executor home() {
        return drain.home;
    }

    /** Runs {@code item} on the home thread, behind what was posted before. Any thread. */
    void post(Runnable item) {
        queue.add(item);
        if (pending.getAndIncrement() == 0) {
            drain.schedule();
        }
    }

    /** Drains if something waits: the gate has opened. Any thread. */
    void wake() {
        if (pending.get() > 0) {
            drain.schedule();
        }
    }

    /**
     * From now on items run on this home, {@code first} before all that wait. Called by an item, as the last thing that it
     * does.
     */
    void moveTo(Executor home, Runnable first) {
        pending.getAndIncrement(); // not zero: the item that calls is still counted, so its drain schedules the new one
        drain = new Drain(home, first);
    }

    /** Runs everything that waits, now, whatever the gate says. Called on the home thread, not by an item. */
    void drainNow() {
        Drain here = drain;
        while (pending.get() > 0 && drain == here) {
            here.runBatch();
        }
    }

    /** Shows what waits, in its order; nothing is taken. Any thread, while nothing runs. */
    void forEachWaiting(Consumer<Runnable> action) {
        queue.forEach(action);
    }

    private final class Drain implements Runnable {
        private final Executor home;
        private @Nullable Runnable first;

        Drain(Executor home, @Nullable Runnable first) {
            this.home = home;
            this.first = first;
        }

        void schedule() {
            try {
                home.execute(this);
            } catch (RejectedExecutionException homeIsGone) {
                flee();
            }
        }

        private void flee() {
            if (home == refuge) {
                return; // the broker has ended
            }
            try {
                refuge.execute(() -> {
                    synchronized (running) {
                        if (drain == this) {
                            drain = new Drain(refuge, first);
                        }
                    }
                    drain.run();
                });
            } catch (RejectedExecutionException brokerHasEnded) {
                return;
            }
        }

        @Override
        public void run() {
            if (drain == this && owner.mayRun()) {
                runBatch();
            }
        }

        void runBatch() {
            Drain next;
            boolean more;
            synchronized (running) {
                int done = 0;
                while (done < BATCH && drain == this) {
                    Runnable item = first == null ? queue.poll() : first;
                    first = null;
                    if (item == null) {
                        break;
                    }
                    done++;
                    run(item);
                }
                if (drain == this) {
                    finishBatch();
                }
                next = drain;
                more = done > 0 && pending.addAndGet(-done) > 0;
            }
            if (more) {
                next.schedule();
            }
        }

        private void run(Runnable item) {
            try {
                item.run();
            } catch (Throwable failure) {
                owner.failed(failure);
            }
        }

        private void finishBatch() {
            try {
                owner.drained();
            } catch (Throwable failure) {
                owner.failed(failure);
            }
        }
    }
}
