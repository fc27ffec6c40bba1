// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.store.OutboundMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a session that is over leaves to those with whom it shared subscriptions (MQTT 5.0, 4.8.2). Before that, while it is waited
 * for, it keeps what it got: its client may have it already, and would be asked for nothing if another had it too.
 *
 * <p>Used in the mailbox of that session. What is in memory is passed on at once. What a durable store alone has is read a page at
 * a time, and the session stays until all of that is passed on; each page goes to other members as one unit with the fact
 * that this session is done with it: after a crash each message is here or there. If the broker is replaced meanwhile, the
 * next one finds the session in the store with the rest, and ends it as this one did.
 */
final class Bequest {
    private static final Logger LOG = LoggerFactory.getLogger(Bequest.class);

    private static final int PAGE_MESSAGES = 128;
    private static final int PAGE_BYTES = 256 * 1024;
    private static final long RETRY_MILLIS = 1_000;
    private static final int TRIES = 10;

    private final Engine engine;
    private final Session session;

    /** Whether there is something that the store alone has, behind {@code readUpTo}. */
    private final boolean inStore;

    private long readUpTo;

    /** The highest position that came in late. */
    private long arrived;

    private int failures;
    private boolean forgotten;
    private @Nullable List<Runnable> whenForgotten;

    /** Of a session that ends, and has its backlog still. */
    Bequest(Engine engine, Session session) {
        this.engine = engine;
        this.session = session;
        Backlogged backlog = session.outbound().queue().backlog();
        this.inStore = session.leavesBacklog() && backlog.isShared();
        this.readUpTo = backlog.readUpTo();
    }

    /** Passes everything on. The session is in no router any more. */
    void passOn() {
        session.outbound().forEachPending(this::passOn);
        if (inStore) {
            session.mailbox().post(this::passNextOn); // not within the bracket
        } else {
            forget();
        }
    }

    /** A message comes in late, from a publisher that saw the session alive. */
    void arrived(Delivery late) {
        if (inStore && !forgotten && late.qos != Qos.AT_MOST_ONCE) {
            arrived = Math.max(arrived, late.position); // the store has it, and a page will
        } else {
            passOn(late);
        }
    }

    /** Runs a task when nothing of the session is here any more: the next of its client may begin. */
    void whenForgotten(Runnable task) {
        if (forgotten) {
            task.run();
            return;
        }
        if (whenForgotten == null) {
            whenForgotten = new ArrayList<>();
        }
        whenForgotten.add(task);
    }

    private void passOn(Delivery delivery) {
        TopicFilter shared = delivery.shared;
        try {
            if (shared != null && delivery.isForOthers()) {
                engine.redeliver(delivery.message, shared);
            }
            if (inStore && !forgotten && delivery.qos != Qos.AT_MOST_ONCE) {
                session.facts().done(session.clientId(), delivery.position);
            }
        } catch (Throwable failure) {
            session.failed(failure);
        }
    }

    private void passNextOn() {
        if (engine.isLeaving()) {
            return;
        }
        long known = arrived;
        session.facts()
                .page(session.clientId(), readUpTo + 1, PAGE_MESSAGES, PAGE_BYTES)
                .whenComplete((page, failure) -> session.mailbox().post(() -> answered(page, known, failure)));
    }

    private void answered(@Nullable List<OutboundMessage> page, long known, @Nullable Throwable failure) {
        if (engine.isLeaving()) {
            return;
        }
        if (page == null) {
            failed(failure);
        } else if (!page.isEmpty()) {
            engine.together(() -> page.forEach(message -> {
                readUpTo = message.position();
                passOn(Delivery.of(session, message));
            }));
            passNextOn();
        } else if (arrived > Math.max(known, readUpTo)) {
            passNextOn(); // a message has come in since the page was asked for
        } else {
            forget();
        }
    }

    private void failed(@Nullable Throwable failure) {
        if (++failures < TRIES) {
            LOG.warn("What {} leaves cannot be read; trying again", Printable.text(session.clientId()), failure);
            session.after(RETRY_MILLIS, this::passNextOn);
        } else {
            LOG.error("What {} leaves cannot be read and is lost", Printable.text(session.clientId()), failure);
            forget();
        }
    }

    private void forget() {
        forgotten = true;
        try {
            session.facts().remove(session.clientId());
        } finally {
            engine.sessions().remove(session); // in any case: its client would be sent here again and again
            List<Runnable> waiting = whenForgotten;
            whenForgotten = null;
            if (waiting != null) {
                waiting.forEach(Runnable::run);
            }
        }
    }
}
