// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.PacketType;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.PubRel;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.store.Backlog;
import io.mortise.api.store.OutboundMessage;
import io.mortise.api.store.SessionRecord;
import io.mortise.api.store.SessionStore;
import io.mortise.engine.Counters.Drop;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a session sends to its client: a bounded queue, and the window of what is in flight (MQTT 5.0, 4.3, 4.4, 4.9).
 *
 * <p>Used in its session's mailbox. What waits is sent in its order; a message is queued only while the client does not
 * keep up, the window is full, or there is no connection.
 *
 * <p>Where the store is durable, the queue is its beginning only, and only while there is a connection: what is behind it is left
 * in the store, and comes back in pages ({@link Backlogged}).
 */
final class OutboundFlow {

    // valid for session
    private final Session session;
    private final Settings.PerSession settings;
    private final InstantSource clock;
    private final Memory memory;
    private final Counters counters;
    private final DropLog dropLog;
    private final Account queuedMemory;
    private final Account inflightMemory;
    private final InflightWindow inflight = new InflightWindow();
    private @Nullable ArrayDeque<Delivery> queue;
    private long queuedBytes;
    private final Backlogged backlog = new Backlogged();
    private boolean backlogged;
    private boolean closed;
    private long dropped;

    // valid for connection
    private @Nullable ClientConnection client;
    private int window;
    private int outstanding;

    /** How many messages at QoS 2 wait until the store has their packet identifiers; nothing else is sent before them. */
    private int unsafe;

    private @Nullable ArrayDeque<Delivery> resends;

    OutboundFlow(Session session, Engine engine) {
        this.session = session;
        this.settings = engine.settings().session();
        this.clock = engine.clock();
        this.memory = engine.memory();
        this.counters = engine.counters();
        this.dropLog = new DropLog(session.clientId());
        this.queuedMemory = new Account(memory, Memory.Holding.QUEUES);
        this.inflightMemory = new Account(memory, Memory.Holding.INFLIGHT);
    }

    /** How many wait, in memory or in the store. */
    long queued() {
        return inMemory() + backlog.messages();
    }

    private int inMemory() {
        return queue == null ? 0 : queue.size();
    }

    private long bytes() {
        return queuedBytes + backlog.bytes();
    }

    int inflight() {
        return inflight.size();
    }

    /**
     * Whether it is a quarter full, or has as much of a small part of it as is left where memory is scarce: as much may wait
     * in the mailbox, and more arrives until publishers have noticed.
     */
    boolean isCrowded() {
        return isFilled(memory.isScarce() ? 64 : 4);
    }

    /** Whether it is nearly empty. */
    boolean hasCaughtUp() {
        return !isFilled(memory.isScarce() ? 256 : 16);
    }

    private boolean isFilled(int part) {
        return queued() > settings.queueMaximumMessages() / part || bytes() > settings.queueMaximumBytes() / part;
    }

    long dropped() {
        return dropped;
    }

    /** Tells the memory what it keeps. */
    void settle() {
        if (!closed && backlogged != (queue != null)) {
            backlogged = !backlogged;
            memory.addBacklogs(backlogged ? 1 : -1);
        }
        queuedMemory.settle();
        inflightMemory.settle();
    }

    /** Nothing is kept here any more. */
    void close() {
        if (backlogged) {
            backlogged = false;
            memory.addBacklogs(-1);
        }
        closed = true;
        backlog.close();
        queuedMemory.close();
        inflightMemory.close();
    }

    /** Takes up what a session had before it came here. */
    void restore(SessionRecord record) {
        for (OutboundMessage message : record.outbound()) {
            Delivery delivery = Delivery.of(session, message);
            backlog.arrived(delivery);
            if (delivery.packetId > 0) {
                inflight.restore(delivery);
                inflightMemory.add(delivery.cost);
            } else {
                enqueue(delivery);
            }
        }
        restore(record.backlog());
    }

    /** Takes up what waits in the store and nowhere else. */
    void restore(Backlog left) {
        backlog.restore(left);
    }

    /** What waits in the store and nowhere else. */
    Backlogged backlog() {
        return backlog;
    }

    /** Whether messages wait in the store and nowhere else. */
    boolean hasBacklog() {
        return backlog.messages() > 0;
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
        if (queue != null) {
            queue.forEach(delivery -> {
                if (delivery.qos != Qos.AT_MOST_ONCE) {
                    next.queued(session.clientId(), delivery.toRecord());
                }
            });
        }
        backlog.lose(session);
    }

    /** All that is in flight or queued in memory, in order. */
    List<OutboundMessage> toRecords() {
        List<OutboundMessage> records = new ArrayList<>(inflight.size() + inMemory());
        for (Delivery delivery : inflight.inOrder()) {
            records.add(delivery.toRecord());
        }
        if (queue != null) {
            for (Delivery delivery : queue) {
                records.add(delivery.toRecord());
            }
        }
        return records;
    }

    /** All that was not acknowledged, in order. */
    void forEachPending(Consumer<Delivery> action) {
        inflight.inOrder().forEach(action);
        if (queue != null) {
            queue.forEach(action);
        }
    }

    /**
     * A connection is there.
     *
     * @param receiveMaximum how many messages the client takes at a time (3.1.2.11.3)
     */
    void attach(ClientConnection connection, int receiveMaximum) {
        client = connection;
        window = Math.min(receiveMaximum, settings.inflightMaximum());
    }

    /** The connection was handed over: what is in flight was sent on it, and is not sent again. */
    void goOn() {
        for (Delivery delivery : inflight.inOrder()) {
            markOutstanding(delivery);
        }
    }

    /** Sends what was in flight when the connection before ended (4.4), then what waits. */
    void resend() {
        ClientConnection connection = client;
        if (connection == null) {
            return;
        }
        for (Delivery delivery : inflight.inOrder()) {
            if (delivery.received) {
                connection.send(new PubRel(delivery.packetId)); // 4.9: whatever the Receive Maximum
                continue;
            }
            if (resends == null) {
                resends = new ArrayDeque<>();
            }
            resends.add(delivery);
        }
        pump();
    }

    /** Sends all that is to be sent again, now: the connection changes hands, and the next broker does not do it. */
    void finishResends() {
        ClientConnection connection = client;
        while (connection != null && resends != null) {
            resendFirst(connection, resends);
        }
    }

    /** The connection is gone; messages at QoS 0 that waited for it are gone with it. */
    void detach() {
        client = null;
        resends = null;
        outstanding = 0;
        unsafe = 0;
        for (Delivery delivery : inflight.inOrder()) {
            delivery.outstanding = false;
        }
        ArrayDeque<Delivery> waiting = queue;
        if (waiting != null) {
            waiting.removeIf(delivery -> {
                boolean forgotten = delivery.qos == Qos.AT_MOST_ONCE;
                if (forgotten) {
                    dequeued(delivery);
                    count(Drop.NOT_CONNECTED);
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

    /** A message arrived: sends it if nothing is in its way, queues it otherwise. */
    void offer(Delivery delivery) {
        backlog.arrived(delivery);
        if (backlog.hasRead(delivery)) {
            return;
        }
        ClientConnection connection = client;
        if (!isBehind() && connection != null && hasRoomFor(connection, delivery.qos)) {
            sendFirst(connection, delivery);
        } else if (connection == null && delivery.qos == Qos.AT_MOST_ONCE) {
            drop(delivery, Drop.NOT_CONNECTED);
        } else if (isForBacklog(delivery) && (fits(delivery) || makeRoomBefore(delivery))) {
            backlog.add(delivery);
        } else if (canQueue(delivery) || makeRoomFor(delivery)) {
            enqueue(delivery);
        } else {
            drop(delivery, fits(delivery) ? Drop.MEMORY_FULL : Drop.QUEUE_FULL);
            if (connection != null && settings.queueOverflow() == Overflow.DISCONNECT) {
                connection.onHome(() -> connection.end(ReasonCode.QUOTA_EXCEEDED, "it does not take its messages"));
            }
        }
    }

    /** Whether there is room for it: in this queue, and in all together. */
    boolean canQueue(Delivery delivery) {
        return fits(delivery) && (!memory.areQueuesClosed() || queuedBytes + delivery.cost <= memory.fairShare());
    }

    private boolean fits(Delivery delivery) {
        return queued() < settings.queueMaximumMessages() && bytes() + delivery.cost <= settings.queueMaximumBytes();
    }

    /**
     * Whether the store alone is to have it: behind others that it alone has, without a connection, behind many, and where
     * there is no memory for it.
     */
    private boolean isForBacklog(Delivery delivery) {
        return delivery.qos != Qos.AT_MOST_ONCE
                && (hasBacklog()
                        || session.leavesBacklog()
                                && (client == null
                                        || Backlogged.isFull(inMemory(), queuedBytes)
                                        || memory.areQueuesClosed()));
    }

    /** Queues a message although there is nothing in its way; {@code false} if there was no room, and it was dropped. */
    boolean enqueueLast(Delivery delivery) {
        if (delivery.qos != Qos.AT_MOST_ONCE && session.leavesBacklog() && fits(delivery)) {
            backlog.add(delivery);
            return true;
        }
        if (!canQueue(delivery)) {
            drop(delivery, fits(delivery) ? Drop.MEMORY_FULL : Drop.QUEUE_FULL);
            return false;
        }
        enqueue(delivery);
        return true;
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
            drop(takeOldest(queue), Drop.QUEUE_FULL);
        }
        return true;
    }

    /** Drops the oldest in the store as long as more wait than may. */
    void trim() {
        if (hasBacklog() && isOverfull()) {
            backlog.dropOldest(session, this::isOverfull, delivery -> drop(delivery, Drop.QUEUE_FULL));
        }
    }

    private boolean isOverfull() {
        return settings.queueOverflow() == Overflow.DROP_OLDEST
                && (queued() > settings.queueMaximumMessages() || bytes() > settings.queueMaximumBytes());
    }

    private Delivery takeOldest(ArrayDeque<Delivery> waiting) {
        Delivery oldest = waiting.remove();
        if (waiting.isEmpty()) {
            queue = null;
        }
        dequeued(oldest);
        return oldest;
    }

    /**
     * Drops the oldest that wait in memory until there is room there for this one, if that is the policy; whether there is.
     */
    private boolean makeRoomFor(Delivery delivery) {
        if (settings.queueOverflow() != Overflow.DROP_OLDEST || hasBacklog()) {
            return false;
        }
        long freed = 0;
        while (queue != null && !(fits(delivery) && (freed >= delivery.cost || !memory.areQueuesClosed()))) {
            Delivery oldest = takeOldest(queue);
            freed += oldest.cost;
            drop(oldest, memory.areQueuesClosed() ? Drop.MEMORY_FULL : Drop.QUEUE_FULL);
        }
        return fits(delivery) && (freed >= delivery.cost || !memory.areQueuesClosed());
    }

    /** Whether messages wait because the client does not keep up. */
    boolean isBehind() {
        return queue != null || resends != null || backlog.messages() > 0;
    }

    /** Sends what waits, as far as the window and the connection allow. */
    void pump() {
        ClientConnection connection = client;
        if (connection == null) {
            return;
        }
        while (resends != null && hasRoomFor(connection, Qos.AT_LEAST_ONCE)) {
            resendFirst(connection, resends);
        }
        if (resends != null) {
            return;
        }
        sendQueue(connection);
        if (backlog.isWanted(inMemory(), queuedBytes)) {
            backlog.readPage(session, this::enqueue);
        }
    }

    private void sendQueue(ClientConnection connection) {
        ArrayDeque<Delivery> waiting = queue;
        if (waiting == null) {
            return;
        }
        Delivery next;
        while ((next = waiting.peek()) != null && hasRoomFor(connection, next.qos)) {
            waiting.remove();
            dequeued(next);
            sendFirst(connection, next);
        }
        if (next == null) {
            queue = null;
        }
    }

    /** PUBACK: the client acknowledges a message at QoS 1 (4.3.2). */
    void acknowledged(int packetId) {
        Delivery delivery = inflight.get(packetId);
        if (delivery != null) {
            check(delivery, Qos.AT_LEAST_ONCE, PacketType.PUBACK);
            done(delivery);
        }
    }

    /** PUBREC with an error: the client refuses a message at QoS 2, and that is its end (4.3.3). */
    void refused(int packetId) {
        Delivery delivery = inflight.get(packetId);
        if (delivery != null) {
            check(delivery, Qos.EXACTLY_ONCE, PacketType.PUBREC);
            done(delivery);
        }
    }

    /** PUBCOMP: the client has completed a message at QoS 2 (4.3.3). */
    void completed(int packetId) {
        Delivery delivery = inflight.get(packetId);
        if (delivery != null) {
            check(delivery, Qos.EXACTLY_ONCE, PacketType.PUBCOMP);
            if (!delivery.received) {
                throw new ProtocolViolation(
                        ReasonCode.PROTOCOL_ERROR, "PUBREC expected for packet " + packetId + ", got PUBCOMP");
            }
            done(delivery);
        }
    }

    private static void check(Delivery delivery, Qos qos, PacketType answer) {
        if (delivery.qos != qos) {
            throw new ProtocolViolation(
                    ReasonCode.PROTOCOL_ERROR,
                    "an answer to a message at " + delivery.qos + " expected for packet " + delivery.packetId + ", got "
                            + answer);
        }
    }

    private void done(Delivery delivery) {
        forget(delivery);
        session.facts().done(session.clientId(), delivery.position);
    }

    /** PUBREC: the client has received a message at QoS 2; answers PUBREL (4.3.3). */
    void received(int packetId) {
        ClientConnection connection = client;
        if (connection == null) {
            return;
        }
        Delivery delivery = inflight.get(packetId);
        if (delivery == null) {
            // 4.13.1: nothing of this identifier is known here
            connection.send(new PubRel(packetId, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, Properties.NONE));
            return;
        }
        check(delivery, Qos.EXACTLY_ONCE, PacketType.PUBREC);
        if (!delivery.received) {
            delivery.received = true;
            session.facts().received(session.clientId(), delivery.position);
        }
        connection.acknowledge(new PubRel(packetId), session.facts().barrier());
    }

    private boolean hasRoomFor(ClientConnection connection, Qos qos) {
        return connection.isWritable()
                && (unsafe == 0 || qos == Qos.EXACTLY_ONCE)
                && (qos == Qos.AT_MOST_ONCE || outstanding < window && (outstanding == 0 || !memory.isExhausted()));
    }

    /** Sends the first of those that are to be sent again, unless it was acknowledged or may not be received any more. */
    private void resendFirst(ClientConnection connection, ArrayDeque<Delivery> again) {
        Delivery delivery = again.remove();
        if (again.isEmpty()) {
            resends = null;
        }
        if (inflight.get(delivery.packetId) != delivery || delivery.received) {
            return;
        }
        markOutstanding(delivery);
        boolean allowed = connection.mayReceive(delivery.message.topic());
        if (!allowed || !send(connection, delivery, true)) {
            forget(delivery);
            drop(delivery, allowed ? Drop.TOO_LARGE : Drop.NOT_AUTHORIZED);
        }
    }

    /** Sends a message for the first time, unless it has expired or may not be received. */
    private void sendFirst(ClientConnection connection, Delivery delivery) {
        if (delivery.message.expiresAtMillis() != Message.NEVER && delivery.message.hasExpired(clock.millis())) {
            drop(delivery, Drop.EXPIRED);
            return;
        }
        if (!connection.mayReceive(delivery.message.topic())) {
            drop(delivery, Drop.NOT_AUTHORIZED);
            return;
        }
        if (delivery.qos == Qos.AT_MOST_ONCE) {
            if (!send(connection, delivery, false)) {
                count(Drop.TOO_LARGE);
            }
            return;
        }
        inflight.add(delivery);
        inflightMemory.add(delivery.cost);
        markOutstanding(delivery);
        SessionStore facts = session.facts();
        facts.sent(session.clientId(), delivery.position, delivery.packetId);
        if (delivery.qos == Qos.EXACTLY_ONCE) {
            // the client remembers the identifier: if it were another after a crash, the message would be another
            unsafe++;
            connection.whenSafe(facts.barrier(), () -> sendSafe(connection, delivery));
        } else {
            sendInFlight(connection, delivery);
        }
    }

    private void sendSafe(ClientConnection connection, Delivery delivery) {
        unsafe--;
        sendInFlight(connection, delivery);
        if (unsafe == 0 && isBehind()) {
            session.proceed(); // what came behind it had to wait, to stay behind it
        }
    }

    private void sendInFlight(ClientConnection connection, Delivery delivery) {
        if (!send(connection, delivery, false)) {
            // 3.1.2.11.4: too large for this client, to be discarded as if it had been sent
            forget(delivery);
            drop(delivery, Drop.TOO_LARGE);
        }
    }

    private static boolean send(ClientConnection connection, Delivery delivery, boolean duplicate) {
        return connection.publish(new Publish(
                delivery.message,
                delivery.qos,
                delivery.retain,
                duplicate,
                delivery.packetId,
                0,
                delivery.subscriptionIdentifiers));
    }

    private void markOutstanding(Delivery delivery) {
        delivery.outstanding = true;
        outstanding++;
    }

    private void forget(Delivery delivery) {
        inflight.remove(delivery);
        inflightMemory.remove(delivery.cost);
        if (delivery.outstanding) {
            delivery.outstanding = false;
            outstanding--;
        }
    }

    void enqueue(Delivery delivery) {
        if (queue == null) {
            queue = new ArrayDeque<>();
        }
        queue.add(delivery);
        queuedBytes += delivery.cost;
        queuedMemory.add(delivery.cost);
    }

    private void dequeued(Delivery delivery) {
        queuedBytes -= delivery.cost;
        queuedMemory.remove(delivery.cost);
    }

    private void count(Drop why) {
        dropped++;
        counters.dropped(why);
        if (why == Drop.QUEUE_FULL || why == Drop.MEMORY_FULL || why == Drop.TOO_LARGE) {
            dropLog.dropped(1, why, System.nanoTime());
        }
    }

    /** So many messages did not even get here: too many were on their way. */
    void refused(long messages) {
        dropLog.dropped(messages, Drop.QUEUE_FULL, System.nanoTime());
    }

    private void drop(Delivery delivery, Drop why) {
        count(why);
        if (delivery.qos != Qos.AT_MOST_ONCE) {
            session.facts().done(session.clientId(), delivery.position);
        }
    }
}
