// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.intercept.ClientEvent;
import io.mortise.api.intercept.ClientObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells observers what happens to clients: each on its own thread, behind a queue that has an end. Any thread. */
final class Observers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Observers.class);
    private static final int QUEUE = 10_000;
    private static final long END_SECONDS = 2;

    private final LongAdder missed = new LongAdder();
    private volatile List<Feed> feeds = List.of();

    /** Whether anybody wants to know: ask before making an event. */
    boolean areThere() {
        return !feeds.isEmpty();
    }

    /** Something has happened. */
    void tell(ClientEvent event) {
        for (Feed feed : feeds) {
            feed.tell(event);
        }
    }

    /** How many events did not reach an observer because it did not keep up. */
    long missed() {
        return missed.sum();
    }

    synchronized void add(ClientObserver observer) {
        List<Feed> more = new ArrayList<>(feeds);
        more.add(new Feed(observer));
        feeds = List.copyOf(more);
    }

    /** When this returns the observer is not called any more, unless it does not come back from a call. */
    synchronized void remove(ClientObserver observer) {
        List<Feed> left = new ArrayList<>(feeds);
        left.removeIf(feed -> feed.observer == observer);
        List<Feed> ending = new ArrayList<>(feeds);
        ending.removeAll(left);
        feeds = List.copyOf(left);
        ending.forEach(feed -> feed.end(false));
    }

    /** What has happened so far is told, as far as that does not take long. */
    @Override
    public synchronized void close() {
        List<Feed> ending = feeds;
        feeds = List.of();
        ending.forEach(feed -> feed.end(true));
    }

    private final class Feed {
        private final ClientObserver observer;
        private final ThreadPoolExecutor thread;
        private boolean behind;

        Feed(ClientObserver observer) {
            this.observer = observer;
            this.thread = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(QUEUE), task -> {
                Thread named = new Thread(task, "mortise-engine-observer");
                named.setDaemon(true);
                return named;
            });
        }

        void tell(ClientEvent event) {
            try {
                thread.execute(() -> call(event));
            } catch (RejectedExecutionException full) {
                missed.increment();
                if (!behind) {
                    behind = true;
                    LOG.warn("An observer of clients does not keep up: {} events wait, others are left out", QUEUE);
                }
            }
        }

        private void call(ClientEvent event) {
            try {
                observer.happened(event);
            } catch (Throwable failure) {
                LOG.error("An observer of clients failed", failure);
            }
            if (thread.getQueue().isEmpty()) {
                behind = false;
            }
        }

        void end(boolean tellTheRest) {
            if (tellTheRest) {
                thread.shutdown();
            } else {
                thread.shutdownNow();
            }
            try {
                if (!thread.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                    thread.shutdownNow();
                    LOG.error("An observer of clients does not return from a call; its thread goes on");
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
