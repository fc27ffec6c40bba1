// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.protocol.Qos;
import io.mortise.api.store.Backlog;
import io.mortise.api.store.OutboundMessage;
import io.mortise.api.store.SessionStore;
import io.mortise.engine.Counters.Drop;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be sent to one client, bounded in messages and bytes.
 *
 * <p>Used in its session's mailbox. Where the store is durable, what is in memory is the beginning only, and only while there is a
 * connection: what is behind it is left in the store, and comes back in pages ({@link Backlogged}).
 */
final class OutboundQueue {
    private final Session session;
    private final Settings.PerSession settings;
    private final Memory memory;
    private final Drops drops;
    private final Account account;
    private final Backlogged backlog;

    /** {@code null} while it is empty: most are. */
    private @Nullable ArrayDeque<Delivery> queue;

    private long queuedBytes;
    private boolean backlogged;
    private boolean closed;

    OutboundQueue(Session session, Engine engine, Drops drops) {
        this.backlog = new Backlogged(engine.messagesInStore(), engine.bytesInStore());
        this.session = session;
        this.settings = engine.settings().session();
        this.memory = engine.memory();
        this.drops = drops;
        this.account = new Account(memory, Memory.Holding.QUEUES);
    }

    /** How many wait, in memory or in the store. */
    long size() {
        return inMemory() + backlog.messages();
    }

    boolean isEmpty() {
        return queue == null && !hasBacklog();
    }

    private int inMemory() {
        return queue == null ? 0 : queue.size();
    }

    private long bytes() {
        return queuedBytes + backlog.bytes();
    }

    /** What waits in the store and nowhere else. */
    Backlogged backlog() {
        return backlog;
    }

    /** Whether messages wait in the store and nowhere else. */
    boolean hasBacklog() {
        return backlog.messages() > 0;
    }

    /** Whether it is filled to one part in so many. */
    boolean isFilled(int part) {
        return size() > settings.queueMaximumMessages() / part || bytes() > settings.queueMaximumBytes() / part;
    }

    /** Tells the memory what it keeps. */
    void settle() {
        if (!closed && backlogged != (queue != null)) {
            backlogged = !backlogged;
            memory.addBacklogs(backlogged ? 1 : -1);
        }
        account.settle();
    }

    /** Nothing is kept here any more. */
    void close() {
        if (backlogged) {
            backlogged = false;
            memory.addBacklogs(-1);
        }
        closed = true;
        backlog.close();
        account.close();
    }

    /** Takes up what waits in the store and nowhere else. */
    void restore(Backlog left) {
        backlog.restore(left);
    }

    /**
     * Gives what waits, and was left to a durable store, to another.
     *
     * @param before where it was left; {@code null} if that is gone
     */
    void move(@Nullable SessionStore before, SessionStore next) {
        if (before != null) {
            backlog.move(session, before, next, this::enqueue);
            return;
        }
        forEach(delivery -> {
            if (delivery.qos != Qos.AT_MOST_ONCE) {
                next.queued(session.clientId(), delivery.toRecord());
            }
        });
        backlog.lose(session);
    }

    /** Takes into memory what was left to a store. */
    void takeBacklog(SessionStore before) {
        backlog.take(session, before, this::enqueue);
    }

    /** All that waits in memory, in order. */
    void forEach(Consumer<Delivery> action) {
        if (queue != null) {
            queue.forEach(action);
        }
    }

    void addRecordsTo(List<OutboundMessage> records) {
        forEach(delivery -> records.add(delivery.toRecord()));
    }

    /** The connection is gone; messages at QoS 0 that waited for it are gone with it. */
    void detach() {
        ArrayDeque<Delivery> waiting = queue;
        if (waiting != null) {
            waiting.removeIf(delivery -> {
                boolean forgotten = delivery.qos == Qos.AT_MOST_ONCE;
                if (forgotten) {
                    dequeued(delivery);
                    drops.count(delivery, Drop.NOT_CONNECTED);
                }
                return forgotten;
            });
            if (session.leavesBacklog()) {
                backlog.putBack(waiting);
                waiting.forEach(this::dequeued);
                waiting.clear();
            }
            if (waiting.isEmpty()) {
                queue = null;
            }
        }
        backlog.forgetPage();
    }

    /** A message arrives; whether it was read from the store meanwhile, and is here already. */
    boolean arrived(Delivery delivery) {
        backlog.arrived(delivery);
        return backlog.hasRead(delivery);
    }

    /** Lets a message wait, or drops it; {@code false} if there was no room for it. */
    boolean offer(Delivery delivery, boolean connected) {
        if (isForBacklog(delivery, connected) && (fits(delivery) || makeRoomBefore(delivery))) {
            backlog.add(delivery);
            return true;
        }
        if (canQueue(delivery) || makeRoomFor(delivery)) {
            enqueue(delivery);
            return true;
        }
        drops.drop(delivery, fits(delivery) ? Drop.MEMORY_FULL : Drop.QUEUE_FULL);
        return false;
    }

    /** As {@link #offer}, for a message that the next broker sends; nothing is dropped for it. */
    boolean offerLast(Delivery delivery) {
        if (delivery.qos != Qos.AT_MOST_ONCE && session.leavesBacklog() && fits(delivery)) {
            backlog.add(delivery);
            return true;
        }
        if (!canQueue(delivery)) {
            drops.drop(delivery, fits(delivery) ? Drop.MEMORY_FULL : Drop.QUEUE_FULL);
            return false;
        }
        enqueue(delivery);
        return true;
    }

    /** Whether there is room for it: in this queue, and in all together. */
    private boolean canQueue(Delivery delivery) {
        return fits(delivery) && (!memory.areQueuesClosed() || queuedBytes + delivery.cost <= memory.fairShare());
    }

    private boolean fits(Delivery delivery) {
        return size() < settings.queueMaximumMessages() && bytes() + delivery.cost <= settings.queueMaximumBytes();
    }

    /**
     * Whether the store alone is to have it: behind others that it alone has, without a connection, behind many, and where
     * there is no memory for it.
     */
    private boolean isForBacklog(Delivery delivery, boolean connected) {
        return delivery.qos != Qos.AT_MOST_ONCE
                && (hasBacklog()
                        || session.leavesBacklog()
                                && (!connected
                                        || Backlogged.isFull(inMemory(), queuedBytes)
                                        || memory.areQueuesClosed()));
    }

    /**
     * Whether a message may be left to the store although there is no room, because the oldest are dropped for it: those in
     * memory now, and those in the store when it has said which they are ({@link #trim()}).
     */
    private boolean makeRoomBefore(Delivery delivery) {
        if (settings.queueOverflow() != Overflow.DROP_OLDEST) {
            return false;
        }
        while (queue != null && !fits(delivery)) {
            drops.drop(takeOldest(queue), Drop.QUEUE_FULL);
        }
        return true;
    }

    /** Drops the oldest in the store as long as more wait than may. */
    void trim() {
        if (hasBacklog() && isOverfull()) {
            backlog.dropOldest(session, this::isOverfull, delivery -> drops.drop(delivery, Drop.QUEUE_FULL));
        }
    }

    private boolean isOverfull() {
        return settings.queueOverflow() == Overflow.DROP_OLDEST
                && (size() > settings.queueMaximumMessages() || bytes() > settings.queueMaximumBytes());
    }

    /** Drops the oldest that wait in memory until there is room there for this one, if that is the policy; whether there is. */
    private boolean makeRoomFor(Delivery delivery) {
        if (settings.queueOverflow() != Overflow.DROP_OLDEST || hasBacklog()) {
            return false;
        }
        long freed = 0;
        while (queue != null && !(fits(delivery) && (freed >= delivery.cost || !memory.areQueuesClosed()))) {
            Delivery oldest = takeOldest(queue);
            freed += oldest.cost;
            drops.drop(oldest, memory.areQueuesClosed() ? Drop.MEMORY_FULL : Drop.QUEUE_FULL);
        }
        return fits(delivery) && (freed >= delivery.cost || !memory.areQueuesClosed());
    }

    /** The first that waits in memory; {@code null} if none does. */
    @Nullable
    Delivery peek() {
        return queue == null ? null : queue.peek();
    }

    /** Takes the first that waits in memory. */
    void remove() {
        if (queue != null) {
            takeOldest(queue);
        }
    }

    private Delivery takeOldest(ArrayDeque<Delivery> waiting) {
        Delivery oldest = waiting.remove();
        if (waiting.isEmpty()) {
            queue = null;
        }
        dequeued(oldest);
        return oldest;
    }

    /** Asks the store for more, if there is more and room for it. */
    void refill() {
        if (backlog.isWanted(inMemory(), queuedBytes)) {
            backlog.readPage(session, this::enqueue);
        }
    }

    /** Takes a message into memory, whatever there is already. */
    void enqueue(Delivery delivery) {
        if (queue == null) {
            queue = new ArrayDeque<>();
        }
        queue.add(delivery);
        queuedBytes += delivery.cost;
        account.add(delivery.cost);
    }

    private void dequeued(Delivery delivery) {
        queuedBytes -= delivery.cost;
        account.remove(delivery.cost);
    }
}
