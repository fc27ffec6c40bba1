// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.connection.Connection;
import io.mortise.api.protocol.Packet;
import io.mortise.api.protocol.PacketType;
import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.ReasonCode;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends acknowledgements in the order in which they were earned, none before what it vouches for is safe (MQTT 5.0, 4.6).
 *
 * <p>Used on the home thread of one connection; barriers complete on any thread. Acknowledgements that follow each other and
 * wait for the same barrier wait together.
 */
final class AckQueue {
    private static final Runnable NOTHING = () -> {};

    private final Connection connection;
    private final Consumer<Throwable> onFailure;
    private @Nullable ArrayDeque<Pending> pending;
    private int pubAcks;
    private @Nullable CompletionStage<Void> lastBarrier;
    private @Nullable CompletableFuture<@Nullable Void> whenEmpty;
    private boolean failed;

    /**
     * An empty queue.
     *
     * @param onFailure told once, on the home thread, that a barrier has failed, that what was behind it has, or that an
     *     acknowledgement is too large for the client, which is a {@link ProtocolViolation}: nothing more is ever sent
     */
    AckQueue(Connection connection, Consumer<Throwable> onFailure) {
        this.connection = connection;
        this.onFailure = onFailure;
    }

    /** Sends {@code acknowledgement} as soon as {@code barrier} is complete and all those before were sent. */
    void add(Packet acknowledgement, CompletionStage<Void> barrier) {
        add(acknowledgement, barrier, NOTHING);
    }

    /** As {@link #add(Packet, CompletionStage)}, and runs {@code behind} when it was sent. */
    void add(@Nullable Packet acknowledgement, CompletionStage<Void> barrier, Runnable behind) {
        if (failed) {
            return;
        }
        CompletableFuture<Void> future = barrier.toCompletableFuture();
        if (pending == null && future.isDone() && !future.isCompletedExceptionally()) {
            if (sends(acknowledgement)) {
                behind.run();
            }
            return;
        }
        if (pending == null) {
            pending = new ArrayDeque<>();
        }
        pending.add(new Pending(acknowledgement, future, behind));
        if (isPubAck(acknowledgement)) {
            pubAcks++;
        }
        if (barrier != lastBarrier) {
            lastBarrier = barrier;
            future.whenComplete((done, failure) -> {
                try {
                    connection.executor().execute(this::barrierPassed);
                } catch (RejectedExecutionException homeIsGone) {
                    return; // with the connection: nobody waits for an acknowledgement any more
                }
            });
        }
    }

    /** Runs {@code step} as soon as {@code barrier} is complete and all those before were sent. */
    void add(CompletionStage<Void> barrier, Runnable step) {
        add(null, barrier, step);
    }

    /** How many wait; on another thread than home, about. */
    int size() {
        ArrayDeque<Pending> waiting = pending;
        return waiting == null ? 0 : waiting.size();
    }

    /** How many PUBACKs wait. */
    int pubAcks() {
        return pubAcks;
    }

    /** Completes when none waits, on the home thread. */
    CompletionStage<@Nullable Void> whenEmpty() {
        if (pending == null) {
            return CompletableFuture.completedFuture(null);
        }
        if (whenEmpty == null) {
            whenEmpty = new CompletableFuture<>();
        }
        return whenEmpty;
    }

    /** The connection is over: nobody waits for what is left. */
    void clear() {
        failed = true;
        empty();
    }

    private void barrierPassed() {
        try {
            sendSafe();
        } catch (Throwable failure) {
            fail(failure);
        }
    }

    private void sendSafe() {
        ArrayDeque<Pending> waiting = pending;
        if (waiting == null) {
            return;
        }
        Pending first;
        while ((first = waiting.peek()) != null && first.barrier.isDone()) {
            if (first.barrier.isCompletedExceptionally()) {
                first.barrier.whenComplete((done, failure) -> fail(failure));
                return;
            }
            waiting.remove();
            if (isPubAck(first.packet)) {
                pubAcks--;
            }
            if (!sends(first.packet)) {
                return;
            }
            first.behind.run();
        }
        connection.flush();
        if (waiting.isEmpty()) {
            empty();
        }
    }

    /** Whether it was sent; a client that has no room for it cannot be told, and waits no longer (3.1.2.11.4). */
    private boolean sends(@Nullable Packet acknowledgement) {
        if (acknowledgement == null) {
            return true;
        }
        boolean sent = connection.send(acknowledgement);
        if (!sent) {
            fail(new ProtocolViolation(
                    ReasonCode.PACKET_TOO_LARGE,
                    "a Maximum Packet Size with room for " + acknowledgement.type() + " expected, got less"));
        }
        return sent;
    }

    private static boolean isPubAck(@Nullable Packet packet) {
        return packet != null && packet.type() == PacketType.PUBACK;
    }

    private void fail(Throwable failure) {
        failed = true;
        onFailure.accept(failure);
        empty();
    }

    private void empty() {
        pending = null;
        pubAcks = 0;
        lastBarrier = null;
        CompletableFuture<@Nullable Void> waiting = whenEmpty;
        whenEmpty = null;
        if (waiting != null) {
            waiting.complete(null);
        }
    }

    private record Pending(@Nullable Packet packet, CompletableFuture<Void> barrier, Runnable behind) {}
}
