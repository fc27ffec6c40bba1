// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.Will;
import io.mortise.engine.Memory.Holding;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What one session keeps besides messages, as parts of the {@link Memory}. Used in its mailbox. */
final class Belongings {
    private final Account session;
    private final Account subscriptions;
    private final LongAdder sharedInAll;
    private int shared;
    private boolean begun;
    private int willCost;

    /**
     * Of a session that is not there yet.
     *
     * @param sharedInAll counts the shared subscriptions of all sessions
     */
    Belongings(Memory memory, LongAdder sharedInAll) {
        this.sharedInAll = sharedInAll;
        session = new Account(memory, Holding.SESSIONS);
        subscriptions = new Account(memory, Holding.SUBSCRIPTIONS);
    }

    /** The session is one that stays; saying so again changes nothing. */
    void begin() {
        if (!begun) {
            begun = true;
            session.add(Cost.SESSION);
            session.settle();
        }
    }

    /** This is its will now. */
    void will(@Nullable Will will) {
        int cost = will == null ? 0 : Cost.ofWill(will);
        session.resize(cost - willCost);
        session.settle();
        willCost = cost;
    }

    void subscribed(@Nullable Subscription before, Subscription now) {
        if (before != null) {
            subscriptions.remove(Cost.ofSubscription(before));
        } else {
            shared(now.filter().isShared() ? 1 : 0);
        }
        subscriptions.add(Cost.ofSubscription(now));
    }

    void unsubscribed(Subscription gone) {
        subscriptions.remove(Cost.ofSubscription(gone));
        shared(gone.filter().isShared() ? -1 : 0);
    }

    /** Tells the memory which subscriptions have come and gone. */
    void settleSubscriptions() {
        subscriptions.settle();
    }

    private void shared(int more) {
        shared += more;
        sharedInAll.add(more);
    }

    /** The session is over. */
    void close() {
        shared(-shared);
        session.close();
        subscriptions.close();
    }
}
