// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.auth.Identity;
import io.mortise.api.intercept.Decision;
import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.PacketType;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.PubRel;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.store.OutboundMessage;
import io.mortise.api.store.SessionRecord;
import io.mortise.api.store.SessionStore;
import io.mortise.engine.Counters.Drop;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a session sends to its client: the window of what is in flight, and behind it what waits in the {@link OutboundQueue} (MQTT
 * 5.0, 4.3, 4.4, 4.9).
 *
 * <p>Used in its session's mailbox. What waits is sent in its order; a message is queued only while the client does not
 * keep up, the window is full, or there is no connection.
 */
final class OutboundFlow {

    // valid for session
    private final Session session;
    private final Gate gate;
    private final Settings.PerSession settings;
    private final InstantSource clock;
    private final Memory memory;
    private final Drops drops;
    private final OutboundQueue queue;
    private final Account inflightMemory;
    private final OutboundInterception interception;
    private final InflightWindow inflight = new InflightWindow();

    // valid for connection
    private @Nullable ClientConnection client;
    private int window;
    private int outstanding;

    /** How many messages at QoS 2 wait until the store has their packet identifiers; nothing else is sent before them. */
    private int unsafe;

    private @Nullable ArrayDeque<Delivery> resends;

    OutboundFlow(Session session, Engine engine) {
        this.session = session;
        this.gate = engine.gate();
        this.settings = engine.settings().session();
        this.clock = engine.clock();
        this.memory = engine.memory();
        this.drops = new Drops(session, engine);
        this.interception = new OutboundInterception(session, engine);
        this.queue = new OutboundQueue(session, engine, drops);
        this.inflightMemory = new Account(memory, Memory.Holding.INFLIGHT);
    }

    /** What is not in flight. */
    OutboundQueue queue() {
        return queue;
    }

    Drops drops() {
        return drops;
    }

    int inflight() {
        return inflight.size();
    }

    /**
     * Whether the queue is a quarter full, or has as much of a small part of it as is left where memory is scarce: as much may wait
     * in the mailbox, and more arrives until publishers have noticed.
     */
    boolean isCrowded() {
        return queue.isFilled(memory.isScarce() ? 64 : 4);
    }

    /** Whether it is nearly empty. */
    boolean hasCaughtUp() {
        return !queue.isFilled(memory.isScarce() ? 256 : 16);
    }

    /** Tells the memory what it keeps. */
    void settle() {
        queue.settle();
        inflightMemory.settle();
    }

    /** Nothing is kept here any more. */
    void close() {
        interception.forget();
        queue.close();
        inflightMemory.close();
    }

    /** Takes up what a session had before it came here. */
    void restore(SessionRecord record) {
        for (OutboundMessage message : record.outbound()) {
            Delivery delivery = Delivery.of(session, message);
            queue.arrived(delivery);
            if (delivery.packetId > 0) {
                inflight.restore(delivery);
                inflightMemory.add(delivery.cost);
            } else {
                queue.enqueue(delivery);
            }
        }
        queue.restore(record.backlog());
    }

    /** All that is in flight or queued in memory, in order. */
    List<OutboundMessage> toRecords() {
        List<OutboundMessage> records = new ArrayList<>(inflight.size());
        for (Delivery delivery : inflight.inOrder()) {
            records.add(delivery.toRecord());
        }
        queue.addRecordsTo(records);
        return records;
    }

    /** All that was not acknowledged, in order. */
    void forEachPending(Consumer<Delivery> action) {
        inflight.inOrder().forEach(action);
        queue.forEach(action);
    }

    /**
     * A connection is there.
     *
     * @param receiveMaximum how many messages the client takes at a time (3.1.2.11.3)
     */
    void attach(ClientConnection connection, int receiveMaximum) {
        client = connection;
        window = Math.min(receiveMaximum, settings.inflightMaximum());
        interception.begin();
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

    /**
     * Sends all that is to be sent again, now: the connection changes hands, and the next broker does not do it.
     *
     * @return complete if that is done; otherwise it completes in the mailbox when it is worth calling again
     */
    CompletionStage<@Nullable Void> finishResends() {
        ClientConnection connection = client;
        while (connection != null && resends != null) {
            if (!resendFirst(connection, resends)) {
                break;
            }
        }
        return resends == null ? CompletableFuture.completedFuture(null) : interception.whenDecided();
    }

    /** The connection is gone; messages at QoS 0 that waited for it are gone with it. */
    void detach() {
        client = null;
        interception.forget();
        resends = null;
        outstanding = 0;
        unsafe = 0;
        for (Delivery delivery : inflight.inOrder()) {
            delivery.outstanding = false;
        }
        queue.detach();
    }

    /** A message arrived: sends it if nothing is in its way, queues it otherwise. */
    void offer(Delivery delivery) {
        if (queue.arrived(delivery)) {
            return;
        }
        ClientConnection connection = client;
        if (!isBehind()
                && connection != null
                && hasRoomFor(connection, delivery.qos)
                && interceptors(connection) == null) { // those are asked about what is first in the queue
            sendFirst(connection, delivery, delivery.message);
        } else if (connection == null && delivery.qos == Qos.AT_MOST_ONCE) {
            drops.drop(delivery, Drop.NOT_CONNECTED);
        } else if (!queue.offer(delivery, connection != null)
                && connection != null
                && settings.queueOverflow() == Overflow.DISCONNECT) {
            connection.onHome(() -> connection.end(ReasonCode.QUOTA_EXCEEDED, "it does not take its messages"));
        }
    }

    /** Whether messages wait because the client does not keep up. */
    boolean isBehind() {
        return resends != null || !queue.isEmpty();
    }

    /** Sends what waits, as far as the window and the connection allow. */
    void pump() {
        ClientConnection connection = client;
        if (connection == null) {
            return;
        }
        while (resends != null && hasRoomFor(connection, Qos.AT_LEAST_ONCE)) {
            if (!resendFirst(connection, resends)) {
                return;
            }
        }
        if (resends != null) {
            return;
        }
        sendQueue(connection);
        queue.refill();
    }

    private void sendQueue(ClientConnection connection) {
        Delivery next;
        while ((next = queue.peek()) != null && hasRoomFor(connection, next.qos)) {
            InterceptorChain<Identity, Message> interceptors = interceptors(connection);
            if (interceptors == null) {
                queue.remove();
                sendFirst(connection, next, next.message);
                continue;
            }
            Decision<Message> decision = interception.about(next, interceptors, connection.identified());
            if (decision == null) {
                return;
            }
            queue.remove();
            if (decision instanceof Decision.Proceed<Message> proceed) {
                sendFirst(connection, next, proceed.value());
            } else {
                drops.drop(next, Drop.INTERCEPTED);
            }
        }
    }

    /** Those that are asked about what is sent to a client; {@code null} if there are none. */
    private @Nullable InterceptorChain<Identity, Message> interceptors(ClientConnection connection) {
        InterceptorChain<Identity, Message> interceptors =
                gate.parts().interceptors().deliveries();
        return interceptors == null || connection.isInternal() ? null : interceptors;
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

    /**
     * Sends the first of those that are to be sent again, unless it was acknowledged or may not be received any more.
     *
     * @return {@code false} if it is not decided yet what is sent
     */
    private boolean resendFirst(ClientConnection connection, ArrayDeque<Delivery> again) {
        Delivery delivery = again.element();
        if (inflight.get(delivery.packetId) != delivery || delivery.received) {
            removeFirst(again);
            return true;
        }
        InterceptorChain<Identity, Message> interceptors = interceptors(connection);
        if (interceptors == null) {
            removeFirst(again);
            resend(connection, delivery, delivery.message);
            return true;
        }
        Decision<Message> decision = interception.about(delivery, interceptors, connection.identified());
        if (decision == null) {
            return false;
        }
        removeFirst(again);
        if (decision instanceof Decision.Proceed<Message> proceed) {
            resend(connection, delivery, proceed.value());
        } else {
            forget(delivery);
            drops.drop(delivery, Drop.INTERCEPTED);
        }
        return true;
    }

    private void removeFirst(ArrayDeque<Delivery> again) {
        again.remove();
        if (again.isEmpty()) {
            resends = null;
        }
    }

    private void resend(ClientConnection connection, Delivery delivery, Message message) {
        markOutstanding(delivery);
        boolean allowed = connection.mayReceive(message.topic());
        if (!allowed || !send(connection, delivery, message, true)) {
            forget(delivery);
            drops.drop(delivery, allowed ? Drop.TOO_LARGE : Drop.NOT_AUTHORIZED);
        }
    }

    /** Sends a message for the first time, unless it has expired or may not be received. */
    private void sendFirst(ClientConnection connection, Delivery delivery, Message message) {
        if (message.expiresAtMillis() != Message.NEVER && message.hasExpired(clock.millis())) {
            drops.drop(delivery, Drop.EXPIRED);
            return;
        }
        if (!connection.mayReceive(message.topic())) {
            drops.drop(delivery, Drop.NOT_AUTHORIZED);
            return;
        }
        if (delivery.qos == Qos.AT_MOST_ONCE) {
            if (!send(connection, delivery, message, false)) {
                drops.count(delivery, Drop.TOO_LARGE);
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
            connection.whenSafe(facts.barrier(), () -> sendSafe(connection, delivery, message));
        } else {
            sendInFlight(connection, delivery, message);
        }
    }

    private void sendSafe(ClientConnection connection, Delivery delivery, Message message) {
        unsafe--;
        sendInFlight(connection, delivery, message);
        if (unsafe == 0 && isBehind()) {
            session.proceed(); // what came behind it had to wait, to stay behind it
        }
    }

    private void sendInFlight(ClientConnection connection, Delivery delivery, Message message) {
        if (!send(connection, delivery, message, false)) {
            // 3.1.2.11.4: too large for this client, to be discarded as if it had been sent
            forget(delivery);
            drops.drop(delivery, Drop.TOO_LARGE);
        }
    }

    private static boolean send(ClientConnection connection, Delivery delivery, Message message, boolean duplicate) {
        return connection.publish(new Publish(
                message,
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
}
