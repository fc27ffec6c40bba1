// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.store.OutboundMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way to one session: first an item in the session's mailbox, then in its queue, then in flight.
 *
 * <p>Made by the publisher's thread, then owned by the mailbox.
 */
final class Delivery implements Runnable {
    private static final int LARGE = 1024;

    private final Session session;
    final long position;
    final Message message;
    final Qos qos;
    final boolean retain;
    final List<Integer> subscriptionIdentifiers;

    /** By which it came, if others share it. */
    final @Nullable TopicFilter shared;

    /** What it is taken to cost while it waits, in bytes. */
    final int cost;

    // valid while in flight
    int packetId;
    long sequence;
    boolean received;

    /** Sent on the connection that is there now, and so counted against its Receive Maximum. */
    boolean outstanding;

    Delivery(
            Session session,
            long position,
            Message message,
            Qos qos,
            boolean retain,
            List<Integer> subscriptionIdentifiers,
            @Nullable TopicFilter shared) {
        this.session = session;
        this.position = position;
        this.message = message;
        this.qos = qos;
        this.retain = retain;
        this.subscriptionIdentifiers = subscriptionIdentifiers;
        this.shared = shared;
        this.cost = Cost.ofDelivery(message);
    }

    static Delivery of(Session session, OutboundMessage record) {
        Delivery delivery = new Delivery(
                session,
                record.position(),
                record.message(),
                record.qos(),
                record.retain(),
                record.subscriptionIdentifiers(),
                record.shared());
        delivery.packetId = record.packetId();
        delivery.received = record.received();
        return delivery;
    }

    OutboundMessage toRecord() {
        return new OutboundMessage(position, message, qos, retain, subscriptionIdentifiers, shared, packetId, received);
    }

    /**
     * Whether another may get it instead, if this session ends (4.8.2): not if it was begun at QoS 2, which nobody else
     * completes (4.8.2-5).
     */
    boolean isForOthers() {
        return shared != null && (qos == Qos.AT_LEAST_ONCE || qos == Qos.EXACTLY_ONCE && packetId == 0);
    }

    /** Whether many of its kind would fill the memory before their number is too high. */
    boolean isLarge() {
        return message.payload().size() >= LARGE;
    }

    /** Arrives in the session's mailbox. */
    @Override
    public void run() {
        session.arrived(this);
    }
}
