// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.intercept.ClientEvent;
import io.mortise.api.protocol.Qos;
import io.mortise.engine.Counters.Drop;

/** What is dropped on its way to one client: counted, logged now and then, and done with. Used in its session's mailbox. */
final class Drops {
    private final Session session;
    private final Engine engine;
    private final DropLog log;
    private long sum;

    Drops(Session session, Engine engine) {
        this.session = session;
        this.engine = engine;
        this.log = new DropLog(session.clientId());
    }

    /** How many were dropped. */
    long sum() {
        return sum;
    }

    /** A message is dropped that no store knows. */
    void count(Delivery delivery, Drop why) {
        sum++;
        engine.counters().dropped(why);
        if (engine.observers().areThere()) {
            engine.observers()
                    .tell(new ClientEvent.MessageDropped(session.identity(), 1, delivery.message.topic(), why.text()));
        }
        if (why == Drop.QUEUE_FULL || why == Drop.MEMORY_FULL || why == Drop.TOO_LARGE) {
            log.dropped(1, why, System.nanoTime());
        }
    }

    /** A message is dropped, and the store need not keep it any more. */
    void drop(Delivery delivery, Drop why) {
        count(delivery, why);
        if (delivery.qos != Qos.AT_MOST_ONCE) {
            session.facts().done(session.clientId(), delivery.position);
        }
    }

    /** So many messages did not even get here: too many were on their way. They were counted there. */
    void refused(long messages) {
        log.dropped(messages, Drop.QUEUE_FULL, System.nanoTime());
        if (engine.observers().areThere()) {
            engine.observers()
                    .tell(new ClientEvent.MessageDropped(session.identity(), messages, null, Drop.QUEUE_FULL.text()));
        }
    }
}
