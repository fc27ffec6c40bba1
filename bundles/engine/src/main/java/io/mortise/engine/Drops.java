// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.protocol.Qos;
import io.mortise.engine.Counters.Drop;

/** What is dropped on its way to one client: counted, logged now and then, and done with. Used in its session's mailbox. */
final class Drops {
    private final Session session;
    private final Counters counters;
    private final DropLog log;
    private long sum;

    Drops(Session session, Counters counters) {
        this.session = session;
        this.counters = counters;
        this.log = new DropLog(session.clientId());
    }

    /** How many were dropped. */
    long sum() {
        return sum;
    }

    /** A message is dropped that no store knows. */
    void count(Drop why) {
        sum++;
        counters.dropped(why);
        if (why == Drop.QUEUE_FULL || why == Drop.MEMORY_FULL || why == Drop.TOO_LARGE) {
            log.dropped(1, why, System.nanoTime());
        }
    }

    /** A message is dropped, and the store need not keep it any more. */
    void drop(Delivery delivery, Drop why) {
        count(why);
        if (delivery.qos != Qos.AT_MOST_ONCE) {
            session.facts().done(session.clientId(), delivery.position);
        }
    }

    /** So many messages did not even get here: too many were on their way. They were counted there. */
    void refused(long messages) {
        log.dropped(messages, Drop.QUEUE_FULL, System.nanoTime());
    }
}
