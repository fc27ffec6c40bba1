// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.engine.Memory.Holding;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * The way of a message into a session: it gets its position, the store hears of it, and the mailbox takes it.
 *
 * <p>Any thread, except where a method says otherwise.
 */
final class Inlet {
    private final Engine engine;
    private final Session session;
    private final Mailbox mailbox;
    private final AtomicLong positions = new AtomicLong();

    /** Held while a message gets its position, is handed to a durable store, and posted: positions arrive in rising order. */
    private final Object order = new Object();

    private final AtomicLong largeBytes = new AtomicLong();
    private final LongAdder refused = new LongAdder();

    // used in the mailbox
    private long refusedBefore;
    private long arrivedBytes;

    Inlet(Engine engine, Session session, Mailbox mailbox) {
        this.engine = engine;
        this.session = session;
        this.mailbox = mailbox;
    }

    /** Whether there is room for one more on its way; if not, it is refused and counted. */
    boolean hasRoom() {
        Settings.PerSession limits = engine.settings().session();
        if (mailbox.size() < limits.queueMaximumMessages() && largeBytes.get() <= limits.queueMaximumBytes()) {
            return true;
        }
        refused.increment();
        engine.counters().dropped(Counters.Drop.QUEUE_FULL);
        return false;
    }

    /** Takes a message; throws what a store throws that does not keep it, and then it is not taken. */
    void take(Message message, Qos qos, boolean retain, Subscription subscription) {
        if (qos != Qos.AT_MOST_ONCE && session.leavesBacklog()) {
            synchronized (order) {
                post(message, qos, retain, subscription);
            }
        } else {
            post(message, qos, retain, subscription);
        }
    }

    private void post(Message message, Qos qos, boolean retain, Subscription subscription) {
        Delivery delivery = delivery(message, qos, retain, subscription);
        keep(delivery);
        engine.memory().add(Holding.TRANSIT, delivery.cost);
        if (delivery.isLarge()) {
            largeBytes.addAndGet(delivery.cost);
        }
        mailbox.post(delivery);
    }

    private Delivery delivery(Message message, Qos qos, boolean retain, Subscription subscription) {
        long position = qos == Qos.AT_MOST_ONCE ? 0 : positions.incrementAndGet();
        TopicFilter shared = subscription.filter().isShared() ? subscription.filter() : null;
        return new Delivery(session, position, message, qos, retain, subscription.identifiers(), shared);
    }

    /** The store knows it, if the session outlives its connection. */
    private void keep(Delivery delivery) {
        if (delivery.qos != Qos.AT_MOST_ONCE && session.isPersistent()) {
            session.facts().queued(session.clientId(), delivery.toRecord());
        }
    }

    /** A retained message that a subscription asked for; it does not go through the mailbox. In the mailbox. */
    Delivery replayed(Message message, Subscription subscription) {
        Delivery delivery = delivery(message, message.qos().atMost(subscription.maximumQos()), true, subscription);
        try {
            keep(delivery);
        } catch (Throwable failure) { // nobody waits for an acknowledgement: it goes to the client all the same
            session.failed(failure);
        }
        return delivery;
    }

    /** Runs a step during which no message gets a position, if all that have one have arrived; whether it ran. */
    boolean runIfAllHaveArrived(Runnable step) {
        synchronized (order) {
            if (!mailbox.isEmpty()) {
                return false;
            }
            step.run();
            return true;
        }
    }

    /** Positions go on behind this one. */
    void goOnBehind(long position) {
        positions.set(Math.max(positions.get(), position));
    }

    /** A message came out of the mailbox. In the mailbox. */
    void arrived(Delivery delivery) {
        if (delivery.isLarge()) {
            largeBytes.addAndGet(-delivery.cost);
        }
        arrivedBytes += delivery.cost;
    }

    /** Tells the memory what has arrived; whether there was anything. In the mailbox. */
    boolean settle() {
        if (arrivedBytes == 0) {
            return false;
        }
        engine.memory().add(Holding.TRANSIT, -arrivedBytes);
        arrivedBytes = 0;
        return true;
    }

    /** How many messages were refused since this was asked last. In the mailbox. */
    long refusedSince() {
        long now = refused.sum();
        long more = now - refusedBefore;
        refusedBefore = now;
        return more;
    }

    /** How many messages were refused here. */
    long refused() {
        return refused.sum();
    }
}
