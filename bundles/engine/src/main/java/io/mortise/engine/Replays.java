// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Subscription;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The retained messages that subscriptions asked for (MQTT 5.0, 3.8.4), on their way to one client.
 *
 * <p>Used in its session's mailbox. A client that does not keep up is left alone until it does: nothing more is read from the tree
 * than can be sent, and one message that waits.
 */
final class Replays {
    private static final Logger LOG = LoggerFactory.getLogger(Replays.class);

    /** How many retained messages are looked at before others have the thread. */
    private static final int STEP = 256;

    private final Engine engine;
    private final Session session;
    private final Inlet inlet;
    private final Subscriptions subscriptions;
    private @Nullable ArrayDeque<Replay> replays;

    /** The retained messages that a subscription asked for, and how far they were sent. */
    record Replay(Subscription subscription, Retained.Cursor cursor) {}

    Replays(Engine engine, Session session, Inlet inlet, Subscriptions subscriptions) {
        this.engine = engine;
        this.session = session;
        this.inlet = inlet;
        this.subscriptions = subscriptions;
    }

    /** Sends them from now on, a step at a time, behind what waits. */
    void add(List<Replay> due) {
        if (due.isEmpty()) {
            return;
        }
        if (replays == null) {
            replays = new ArrayDeque<>();
        }
        replays.addAll(due);
        session.proceed();
    }

    /** Goes one step on. */
    void advance() {
        OutboundFlow outbound = session.outbound();
        ArrayDeque<Replay> waiting = replays;
        if (waiting == null || outbound.isBehind() || !engine.gate().isOpen()) {
            return;
        }
        Replay first = waiting.element();
        // not through the mailbox: what is published meanwhile comes behind it, never before
        Predicate<Message> taker = message -> {
            outbound.offer(inlet.replayed(message, first.subscription));
            return !outbound.isBehind();
        };
        boolean more = subscriptions.has(first.subscription)
                && (session.leavesBacklog() ? advanceInOrder(first, taker) : first.cursor.advance(STEP, taker));
        if (!more) {
            waiting.remove();
        }
        if (waiting.isEmpty()) {
            replays = null;
        } else if (!outbound.isBehind()) {
            session.proceed(); // after those that wait for the thread
        }
    }

    /** As the cursor does, but nothing gets a position while one with a lower position has not arrived. */
    private boolean advanceInOrder(Replay replay, Predicate<Message> taker) {
        boolean[] more = {true};
        for (int step = 0; more[0] && step < STEP && !session.outbound().isBehind(); step++) {
            if (!inlet.runIfAllHaveArrived(() -> more[0] = replay.cursor.advance(1, taker))) {
                return true;
            }
        }
        return more[0];
    }

    /** Queues what is left of them: the next broker does not know that they were asked for. */
    void finish() {
        ArrayDeque<Replay> waiting = replays;
        replays = null;
        if (waiting == null) {
            return;
        }
        for (Replay replay : waiting) {
            boolean more = subscriptions.has(replay.subscription)
                    && replay.cursor.advance(
                            Integer.MAX_VALUE,
                            message ->
                                    session.outbound().queue().offerLast(inlet.replayed(message, replay.subscription)));
            if (more) {
                LOG.warn(
                        "The queue of {} has no room for all retained messages of {}",
                        Printable.text(session.clientId()),
                        Printable.text(replay.subscription.filter().text()));
            }
        }
    }
}
