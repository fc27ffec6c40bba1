// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.sqlite;

import io.mortise.api.store.SessionStore;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * Writes facts, many at a time, in the order in which they were handed over.
 *
 * <p>Any thread hands facts over; one thread writes. While it waits for the disk, facts gather in a queue; when it is back it
 * <em>cuts</em> the queue, which makes everything in front of the cut one transaction. All who asked for a barrier
 * meanwhile share one stage, which the writer completes after the commit, and nobody else does. So the slower the disk, the
 * larger the batches: a commit costs the same for one fact as for hundreds.
 *
 * <p><b>Why a unit is never torn.</b> Between {@link #begin()} and {@link #end()} a thread holds {@code units} shared, and the cut
 * is made while the writer holds it alone. Facts outside of a unit need no lock: they fall on one side or the other. The
 * lock is held alone for as long as it takes to put a mark into a queue.
 *
 * <p><b>Why no barrier is passed too early.</b> A cut first makes the next stage the one that is given out, then puts the mark
 * into the queue. Who hands a fact over and then gets a stage that was not replaced yet, is in front of its mark; who gets the
 * later one waits longer than necessary, at worst. Where the queue is empty, all facts are with the writer, in the batch of
 * {@code inFlight} or in one before.
 *
 * <p><b>Faults.</b> A batch that could not be written is rolled back, kept, and written again until that works; there is no next
 * one before. After a failed sync this writes every page of it again, in the same places of the log, and what the
 * system may have dropped is never trusted. If it goes on, the file is opened anew: then all that is in the log is moved to the
 * file, and synced there, before anything else happens. A batch that had been written after all changes nothing the second time.
 */
final class Writer {
    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);

    /** How long it waits before it tries a failed batch again. */
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** After how many failures the file is opened anew. */
    private static final int FAILURES_BEFORE_REOPENING = 4;

    /** How long nothing happens before the log is moved to the file, once. */
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final CompletionStage<Void> SAFE = CompletableFuture.completedFuture(null);

    /** What the queue holds at a cut. */
    private static final Fact CUT = batch -> {};

    /** Something that happened, on its way into a batch. */
    interface Fact {
        void addTo(Batch batch);
    }

    /** Makes a connection to the file. */
    interface Opening {
        Database open() throws SQLException, RefusedStore, IOException;
    }

    private final Opening opening;
    private final boolean waits;
    private final Thread thread;
    private final Queue<Fact> queue = new ConcurrentLinkedQueue<>();

    /** Held shared within a unit, and alone while the queue is cut. */
    private final ReentrantReadWriteLock units = new ReentrantReadWriteLock();

    private volatile CompletableFuture<Void> next = new CompletableFuture<>();
    private volatile @Nullable CompletableFuture<Void> inFlight;
    private volatile boolean wanted;
    private volatile boolean resting;
    private volatile boolean closing;
    private volatile boolean ended;
    private volatile @Nullable String trouble;

    // the writer's own
    private final Numbers numbers = new Numbers();
    private Database database;

    /** Whether the numbers are those of the file: not at first, and not when another of our kind has had it. */
    private boolean numbered;

    /** Whether the connection was closed, and no other could be opened. */
    private boolean broken;

    private boolean untidy = true;

    /**
     * Begins to write.
     *
     * @param database open
     * @param opening opens it again after faults
     * @param waits whether a barrier waits for the disk
     */
    Writer(Database database, Opening opening, boolean waits) {
        this.database = database;
        this.opening = opening;
        this.waits = waits;
        this.thread = new Thread(this::run, "mortise-store-sqlite");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    // ---- any thread

    void hand(Fact fact) {
        queue.add(fact);
        if (resting) {
            LockSupport.unpark(thread);
        }
    }

    void begin() {
        units.readLock().lock();
    }

    void end() {
        units.readLock().unlock();
    }

    /** As {@link SessionStore#barrier()}. */
    CompletionStage<Void> barrier() {
        if (!waits) {
            return SAFE;
        }
        if (queue.isEmpty()) {
            CompletableFuture<Void> last = inFlight;
            return last == null ? SAFE : last;
        }
        CompletableFuture<Void> mine = next;
        wanted = true;
        if (ended) {
            return CompletableFuture.failedFuture(closed());
        }
        if (resting) {
            LockSupport.unpark(thread);
        }
        return mine;
    }

    /** Why nothing can be written at the moment; {@code null} if it can. */
    @Nullable
    String trouble() {
        return trouble;
    }

    /** Asks the database behind the facts that were handed over before; the answer comes on the writer's thread. */
    <T> CompletableFuture<T> ask(Question<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        hand(batch -> batch.questions.add(new Asked<>(question, answer)));
        if (ended) {
            answer.completeExceptionally(closed());
        }
        return answer;
    }

    /** What {@link #ask} asks. */
    interface Question<T> {
        T answer(Database database, Numbers numbers) throws SQLException;
    }

    /** A question and where its answer goes. */
    record Asked<T>(Question<T> question, CompletableFuture<T> answer) {

        void reply(Database database, Numbers numbers) {
            try {
                answer.complete(question.answer(database, numbers));
            } catch (SQLException | RuntimeException failure) {
                LOG.error("The store cannot be read", failure);
                answer.completeExceptionally(failure);
            }
        }

        void refuse() {
            answer.completeExceptionally(closed());
        }
    }

    /** Writes what was handed over, and ends. */
    void close() {
        closing = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- the writer's thread

    private void run() {
        while (!closing || !queue.isEmpty() || wanted) {
            if (hasWork()) {
                writeBatch();
            } else {
                rest();
            }
        }
        ended = true; // who hands something over from now on finds that, or is found here
        refuseWhatIsLeft();
        try {
            database.close();
        } catch (SQLException failure) {
            LOG.warn("The store was not closed well", failure);
        }
    }

    private static IllegalStateException closed() {
        return new IllegalStateException("the store is closed");
    }

    private void refuseWhatIsLeft() {
        Batch refused = new Batch(numbers);
        Fact fact;
        while ((fact = queue.poll()) != null) {
            fact.addTo(refused);
        }
        refused.questions.forEach(Asked::refuse);
        next.completeExceptionally(closed());
    }

    private boolean hasWork() {
        return !queue.isEmpty() || wanted;
    }

    private void rest() {
        resting = true;
        boolean timeToTidyUp = false;
        if (!hasWork() && !closing) {
            long begin = System.nanoTime();
            if (untidy) {
                LockSupport.parkNanos(this, IDLE_NANOS);
                timeToTidyUp = System.nanoTime() - begin >= IDLE_NANOS && !hasWork();
            } else {
                LockSupport.park(this);
            }
        }
        resting = false;
        if (timeToTidyUp) {
            tidyUp();
        }
    }

    private void tidyUp() {
        try {
            database.tidyUp();
            untidy = false;
        } catch (SQLException later) {
            LOG.debug("The log could not be moved to the file", later);
        }
    }

    private void writeBatch() {
        CompletableFuture<Void> done = cut();
        inFlight = done;
        Transaction transaction = new Transaction();
        Fact fact;
        while ((fact = queue.poll()) != null && fact != CUT) {
            transaction.facts.add(fact);
        }
        if (!transaction.facts.isEmpty() && !persist(transaction)) {
            giveUp(done, transaction.batch());
            return;
        }
        inFlight = null;
        done.complete(null);
        transaction.batch().questions.forEach(asked -> asked.reply(database, numbers));
    }

    /**
     * All facts up to a cut, and what they come to.
     *
     * <p>That is worked out once, so that it changes nothing if it is written again. But when another store has had the file since,
     * as happens when a part of the broker is replaced and put back, the numbers that were known are not right any more.
     */
    private final class Transaction implements Step {
        private final List<Fact> facts = new ArrayList<>();
        private @Nullable Batch batch;

        @Override
        public void take() throws SQLException {
            database.transaction(() -> {
                if (database.wasChangedElsewhere()) {
                    numbered = false;
                }
                if (!numbered) {
                    database.readNumbers(numbers);
                    numbered = true;
                    batch = null;
                }
                Batch worked = batch();
                if (!worked.isEmpty()) {
                    untidy = true;
                    database.write(worked);
                }
            });
        }

        Batch batch() {
            Batch worked = batch;
            if (worked == null) {
                worked = new Batch(numbers);
                for (Fact fact : facts) {
                    fact.addTo(worked);
                }
                batch = worked;
            }
            return worked;
        }
    }

    /** All that is in the queue is one transaction. */
    private CompletableFuture<Void> cut() {
        units.writeLock().lock();
        try {
            CompletableFuture<Void> done = next;
            wanted = false;
            next = new CompletableFuture<>();
            queue.add(CUT);
            return done;
        } finally {
            units.writeLock().unlock();
        }
    }

    /** Tries until it works; {@code false} if the end comes before that. */
    private boolean persist(Step step) {
        for (int failures = 0; ; failures++) {
            try {
                if (broken || failures > 0 && failures % FAILURES_BEFORE_REOPENING == 0) {
                    reopen();
                }
                step.take();
                recovered();
                return true;
            } catch (SQLException | RefusedStore | IOException | RuntimeException failure) {
                failed(failure);
                if (isFull(failure)) {
                    failures = 0; // the connection is as good as any
                }
                if (closing) {
                    return false;
                }
                LockSupport.parkNanos(this, RETRY_NANOS);
            }
        }
    }

    private interface Step {
        void take() throws SQLException;
    }

    private void reopen() throws SQLException, RefusedStore, IOException {
        broken = true;
        try {
            database.close();
        } catch (SQLException expected) {
            LOG.debug("The connection that failed was not closed well", expected);
        }
        Database again = opening.open();
        try {
            if (!again.identity().equals(database.identity())) {
                throw new RefusedStore("another store was put in the place of the one that failed");
            }
            again.tidyUp();
        } catch (SQLException | RefusedStore | RuntimeException failure) {
            again.close();
            throw failure;
        }
        database = again;
        broken = false;
    }

    private static boolean isFull(Exception failure) {
        return failure instanceof SQLiteException sqlite && sqlite.getResultCode() == SQLiteErrorCode.SQLITE_FULL;
    }

    private void failed(Exception failure) {
        String why = String.valueOf(failure.getMessage());
        if (!why.equals(trouble)) {
            LOG.error("The store cannot be written; nothing new is acknowledged until it can: {}", why, failure);
        }
        trouble = why;
    }

    private void recovered() {
        if (trouble != null) {
            LOG.info("The store can be written again");
            trouble = null;
        }
    }

    /** The end has come and the disk has not: nobody may rely on what is left. */
    private void giveUp(CompletableFuture<Void> done, Batch lost) {
        IllegalStateException failure =
                new IllegalStateException("the store was closed while it could not be written: " + trouble);
        LOG.error("What was handed over and not acknowledged is lost", failure);
        lost.questions.forEach(Asked::refuse);
        refuseWhatIsLeft();
        wanted = false;
        inFlight = null;
        done.completeExceptionally(failure);
    }
}
