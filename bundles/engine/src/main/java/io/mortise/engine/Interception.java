// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.protocol.Packet;
import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.engine.Holds.Reason;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What interceptors are asked about on one connection: one packet at a time; what has come in behind it waits, and nothing more is read.
 *
 * <p>Used on the home thread of the connection.
 */
final class Interception {
    private static final Logger LOG = LoggerFactory.getLogger(Interception.class);

    private final Engine engine;
    private final ClientConnection client;
    private final Holds holds;
    /** With room for none at first: on most connections nothing ever waits. */
    private final ArrayDeque<Packet> waiting = new ArrayDeque<>(0);

    /** What is asked now; {@code null} if nothing is. */
    private @Nullable Object question;

    private @Nullable Future<?> deadline;
    /** While something is asked, or waits. */
    private @Nullable CompletableFuture<@Nullable Void> idle;

    private boolean failed;

    Interception(Engine engine, ClientConnection client, Holds holds) {
        this.engine = engine;
        this.client = client;
        this.holds = holds;
    }

    /** Whether a packet that comes in now has to wait. */
    boolean isPending() {
        return question != null;
    }

    /** Lets a packet wait; in the order of the calls each is {@linkplain ClientConnection#received received} when its turn comes. */
    void park(Packet packet) {
        waiting.add(packet);
    }

    /**
     * Calls {@code then} with what was decided, at once if it is, or with {@code null} if an interceptor failed or took too long.
     *
     * @param asked by this chain of interceptors
     */
    <D> void await(CompletableFuture<D> asked, Consumer<@Nullable D> then) {
        if (asked.isDone()) {
            then.accept(asked.handle(this::judged).join());
            return;
        }
        question = asked;
        if (idle == null) {
            idle = new CompletableFuture<>();
            engine.undecided().add();
        }
        holds.add(Reason.INTERCEPTION);
        int deadlineMillis = engine.settings().connection().interceptDeadlineMillis();
        Runnable tooLate =
                () -> decided(asked, null, new TimeoutException("no decision within " + deadlineMillis + " ms"), then);
        deadline =
                client.connection().executor().schedule(client.fenced(tooLate), deadlineMillis, TimeUnit.MILLISECONDS);
        asked.whenComplete((decision, failure) -> client.onHome(() -> decided(asked, decision, failure, then)));
    }

    private <D> void decided(
            Object asked, @Nullable D decision, @Nullable Throwable failure, Consumer<@Nullable D> then) {
        if (question != asked) {
            return; // it came too late, or nobody waits any more
        }
        question = null;
        cancelDeadline();
        try {
            then.accept(judged(decision, failure));
        } catch (ProtocolViolation violation) {
            client.violated(violation);
        }
        while (question == null && !waiting.isEmpty()) {
            client.received(waiting.remove());
        }
        if (question == null) {
            client.readComplete();
            becomeIdle();
            holds.remove(Reason.INTERCEPTION); // the next packet may come in, and be asked about, before this returns
        }
    }

    private <D> @Nullable D judged(@Nullable D decision, @Nullable Throwable failure) {
        if (failure != null) {
            engine.faults().happened("an interceptor failed on what a client sent");
        }
        if (failure != null && !failed) { // there may be one for each packet
            failed = true;
            LOG.error(
                    "An interceptor failed on what {} sent, which is refused; further faults until its next connection are not"
                            + " logged",
                    client.name(),
                    failure);
        }
        return failure == null ? decision : null;
    }

    /** Completes when nothing is asked and nothing waits, on the home thread. */
    CompletionStage<@Nullable Void> whenIdle() {
        return idle == null ? CompletableFuture.completedFuture(null) : idle;
    }

    /** The connection is over: what waited was not acknowledged. */
    void end() {
        question = null;
        waiting.clear();
        cancelDeadline();
        becomeIdle();
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    private void becomeIdle() {
        CompletableFuture<@Nullable Void> hoped = idle;
        idle = null;
        if (hoped != null) {
            engine.undecided().remove();
            hoped.complete(null);
        }
    }
}
