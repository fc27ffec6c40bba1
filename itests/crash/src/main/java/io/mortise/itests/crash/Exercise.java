// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import java.io.IOException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A broker under traffic: what all kinds of runs are made of.
 *
 * <p>Used only on the main thread, which is the loop's.
 */
final class Exercise implements AutoCloseable {

    private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(6);
    private static final long AFTERWARDS_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long LAST_WORDS_NANOS = TimeUnit.SECONDS.toNanos(2);

    final Stage stage;
    final Subject subject;
    final Random random;
    private final Cast cast;

    Exercise(Subject subject, long seed, double rate) throws IOException {
        this.subject = subject;
        this.stage = new Stage(seed, subject.address());
        this.cast = new Cast(stage, rate);
        this.random = stage.random("");
    }

    /** Starts the broker, and lets everybody subscribe before the first message. */
    void begin() throws IOException {
        subject.start();
        stage.everybody = true;
        drive(SETTLE_NANOS, cast::isSettled);
        if (!cast.isSettled()) {
            throw new IOException("could not connect or subscribe: " + cast.unsettled());
        }
        open();
    }

    private void open() {
        stage.everybody = false;
        stage.publishing = true;
    }

    /** Lets everybody work for so long. */
    void load(long millis) throws IOException {
        drive(TimeUnit.MILLISECONDS.toNanos(millis), () -> false);
    }

    /** Lets everybody work until this is so, or the time is over. */
    void drive(long nanos, BooleanSupplier done) throws IOException {
        long deadline = System.nanoTime() + nanos;
        for (long now = System.nanoTime(); now - deadline < 0 && !done.getAsBoolean(); now = System.nanoTime()) {
            cast.tick(now);
            stage.loop.round(1);
        }
    }

    /** Ends the broker with SIGKILL. What it had sent before is read: that it has said. */
    void kill() throws IOException {
        subject.kill();
        hearLastWords();
    }

    /** Asks the broker to end, SIGTERM, and waits until it has. */
    void stop() throws IOException {
        subject.close();
        hearLastWords();
    }

    private void hearLastWords() throws IOException {
        long deadline = System.nanoTime() + LAST_WORDS_NANOS;
        while (cast.isConnected() && System.nanoTime() - deadline < 0) {
            stage.loop.round(1);
        }
        cast.scatter();
    }

    /** Starts it again, asks for the retained messages, and says how many milliseconds it took until a client was welcome. */
    long restart() throws IOException {
        long begin = System.nanoTime();
        subject.start();
        stage.retainedAsked++;
        drive(SETTLE_NANOS, cast::isConnected);
        if (!cast.isConnected()) {
            throw new IOException(subject.name() + " listens, but lets nobody in");
        }
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    }

    /** Publishes nothing more, lets everybody come and get everything, and counts what is missing then. */
    void drain() throws IOException {
        calm();
        open();
    }

    /** The same, and nobody publishes afterwards. */
    void calm() throws IOException {
        stage.publishing = false;
        stage.everybody = true;
        awaitEverything();
        stage.retainedAsked++;
        drive(SETTLE_NANOS, cast::isSettled);
        drive(AFTERWARDS_NANOS, () -> false); // for what should not come
        cast.settle();
        if (!cast.isSettled()) {
            stage.findings.add(Violation.SERVICE, "still waiting for an answer: " + cast.unsettled());
        }
    }

    private void awaitEverything() throws IOException {
        stage.packetAt = System.nanoTime();
        long deadline = stage.packetAt + SETTLE_NANOS;
        BooleanSupplier done = () -> cast.isSettled() && cast.isComplete()
                || System.nanoTime() - stage.packetAt > QUIET_NANOS
                || System.nanoTime() - deadline > 0;
        drive(SETTLE_NANOS, done);
    }

    @Override
    public void close() throws IOException {
        cast.scatter();
        subject.close();
        stage.close();
    }
}
