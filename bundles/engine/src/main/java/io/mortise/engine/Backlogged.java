// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.protocol.Qos;
import io.mortise.api.store.Backlog;
import io.mortise.api.store.OutboundMessage;
import io.mortise.api.store.SessionStore;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What waits for a client in a durable store and nowhere else: how much it is, and where to go on reading.
 *
 * <p>Used in its session's mailbox. Nothing of it is in memory but five numbers; a page is read when the client has taken most of the
 * last one.
 *
 * <p>Who hands a message to a durable store posts it to the mailbox under one lock, so positions arrive in rising order, and a
 * page never lacks one that is lower than its last. But it may be ahead of the mailbox: a message may be read from
 * the store before it arrives. {@code readUpTo} says what was read; what arrives at or below it is in memory already. {@code
 * arrived} says what was counted; what is read above it was not counted, and is not subtracted.
 */
final class Backlogged {
    private static final Logger LOG = LoggerFactory.getLogger(Backlogged.class);

    /** How much of the queue is in memory while there is a connection, about. */
    private static final int MEMORY_MESSAGES = 512;

    private static final int MEMORY_BYTES = 256 * 1024;
    private static final int PAGE_MESSAGES = 512;
    private static final int PAGE_BYTES = 256 * 1024;
    private static final long RETRY_MILLIS = 1_000;

    private final LongAdder messagesInAll;
    private final LongAdder bytesInAll;
    private long messages;
    private long bytes;

    /** How many of them came by a shared subscription. */
    private long shared;

    private long arrived;
    private long readUpTo;

    /** What the page that is on its way was asked for; {@code null} if none is. */
    private @Nullable Object asked;

    /**
     * An empty one.
     *
     * @param messagesInAll counts the messages that wait in the store for all sessions
     * @param bytesInAll and their payloads and topic names
     */
    Backlogged(LongAdder messagesInAll, LongAdder bytesInAll) {
        this.messagesInAll = messagesInAll;
        this.bytesInAll = bytesInAll;
    }

    long messages() {
        return messages;
    }

    /** Whether others may have some of them when the session is over. */
    boolean isShared() {
        return shared > 0;
    }

    /** Behind which position nothing of it was read. */
    long readUpTo() {
        return readUpTo;
    }

    /** What they would cost in memory, about. */
    long bytes() {
        return bytes + messages * Cost.DELIVERY;
    }

    private static int size(Delivery delivery) {
        return delivery.message.payload().size() + delivery.message.topic().utf8Length();
    }

    /** Whether so much is in memory that the next one is left in the store. */
    static boolean isFull(int messages, long bytes) {
        return messages >= MEMORY_MESSAGES || bytes >= MEMORY_BYTES;
    }

    /** Whether it is time for the next page. */
    boolean isWanted(int inMemory, long bytesInMemory) {
        return messages > 0 && asked == null && inMemory < MEMORY_MESSAGES / 2 && bytesInMemory < MEMORY_BYTES / 2;
    }

    void restore(Backlog left) {
        set(left.messages(), left.bytes(), left.shared());
        arrived = Math.max(arrived, left.lastPosition());
        readUpTo = Math.max(0, left.firstPosition() - 1);
    }

    /** A message arrives; it has no position at QoS 0. */
    void arrived(Delivery delivery) {
        arrived = Math.max(arrived, delivery.position);
    }

    /** Whether a message that arrives was read from the store meanwhile. */
    boolean hasRead(Delivery delivery) {
        return delivery.position <= readUpTo && delivery.qos != Qos.AT_MOST_ONCE;
    }

    /** Leaves a message to the store. */
    void add(Delivery delivery) {
        if (messages == 0) {
            readUpTo = Math.max(readUpTo, delivery.position - 1);
        }
        count(delivery, 1);
    }

    private void count(Delivery delivery, int more) {
        set(messages + more, bytes + (long) more * size(delivery), shared + (delivery.shared == null ? 0 : more));
    }

    private void countNone() {
        set(0, 0, 0);
    }

    private void set(long messages, long bytes, long shared) {
        messagesInAll.add(messages - this.messages);
        bytesInAll.add(bytes - this.bytes);
        this.messages = messages;
        this.bytes = bytes;
        this.shared = shared;
    }

    /** Leaves those that wait in memory to the store. */
    void putBack(Collection<Delivery> waiting) {
        for (Delivery delivery : waiting) {
            if (delivery.qos == Qos.AT_MOST_ONCE) {
                continue;
            }
            readUpTo = Math.min(readUpTo, delivery.position - 1);
            if (delivery.position <= arrived) {
                count(delivery, 1);
            }
        }
    }

    /** The session is over: a page that is on its way is for nobody. */
    void close() {
        asked = null;
        countNone();
    }

    /** The page that is on its way is not for this connection any more. */
    void forgetPage() {
        asked = null;
    }

    /** Asks the store for the next page, which {@code queue} takes in the session's mailbox, a message at a time. */
    void readPage(Session session, Consumer<Delivery> queue) {
        read(session, () -> true, queue);
    }

    /** Asks the store which messages are the oldest, and drops them as long as there are too many. */
    void dropOldest(Session session, BooleanSupplier areTooMany, Consumer<Delivery> drop) {
        if (asked == null) {
            read(session, areTooMany, drop);
        }
    }

    private void read(Session session, BooleanSupplier goesOn, Consumer<Delivery> taker) {
        Object question = new Object();
        asked = question;
        session.facts()
                .page(session.clientId(), readUpTo + 1, PAGE_MESSAGES, PAGE_BYTES)
                .whenComplete((page, failure) -> session.mailbox().post(() -> {
                    if (asked == question) {
                        answered(session, goesOn, taker, page, failure);
                    }
                }));
    }

    /**
     * Copies all that waits from one store to another, the beginning of the queue too; {@code queue} takes the rest of it if the
     * other is not durable. On a thread that may wait, while the gate is closed.
     */
    void move(Session session, SessionStore before, SessionStore next, Consumer<Delivery> queue) {
        long from = 1;
        List<OutboundMessage> page;
        do {
            page = Engine.await(before.page(session.clientId(), from, PAGE_MESSAGES, PAGE_BYTES), List.of());
            for (OutboundMessage message : page) {
                next.queued(session.clientId(), message);
                from = message.position() + 1;
                if (!next.isDurable() && message.position() > readUpTo) {
                    queue.accept(Delivery.of(session, message));
                }
            }
            Engine.awaitBarrier(next);
        } while (!page.isEmpty());
        if (!next.isDurable()) {
            readUpTo = Math.max(readUpTo, from - 1);
            countNone();
        }
    }

    /**
     * Takes all that only a store has. On a thread that may wait, while the gate is closed.
     *
     * @param queue takes it, in order
     */
    void take(Session session, SessionStore before, Consumer<Delivery> queue) {
        List<OutboundMessage> page;
        do {
            page = Engine.await(before.page(session.clientId(), readUpTo + 1, PAGE_MESSAGES, PAGE_BYTES), List.of());
            for (OutboundMessage message : page) {
                readUpTo = message.position();
                queue.accept(Delivery.of(session, message));
            }
        } while (!page.isEmpty());
        forgetPage();
        countNone();
    }

    /** The store is gone before another has come: what only it has stays there. */
    void lose(Session session) {
        if (messages > 0) {
            LOG.error(
                    "{} messages for {} stay in the store that went before another had come",
                    messages,
                    Printable.text(session.clientId()));
            countNone();
        }
    }

    private void answered(
            Session session,
            BooleanSupplier goesOn,
            Consumer<Delivery> taker,
            @Nullable List<OutboundMessage> page,
            @Nullable Throwable failure) {
        if (page == null) {
            LOG.error("What waits for {} cannot be read; trying again", Printable.text(session.clientId()), failure);
            session.after(RETRY_MILLIS, this::forgetPage);
            return;
        }
        asked = null;
        if (page.isEmpty()) {
            LOG.error(
                    "{} messages for {} were in the store and are not there any more",
                    messages,
                    Printable.text(session.clientId()));
            countNone();
        }
        for (OutboundMessage message : page) {
            if (!goesOn.getAsBoolean()) {
                return;
            }
            Delivery delivery = Delivery.of(session, message);
            readUpTo = delivery.position;
            if (delivery.position <= arrived) {
                count(delivery, -1);
            }
            taker.accept(delivery);
        }
    }
}
