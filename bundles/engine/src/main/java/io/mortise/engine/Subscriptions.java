// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.RetainHandling;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.routing.Router;
import io.mortise.engine.Replays.Replay;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The subscriptions of one session (MQTT 5.0, 3.8.4, 3.10.4), in the order in which they were made; the router's are an index of them.
 *
 * <p>Used in its session's mailbox, or while nothing runs there.
 */
final class Subscriptions {
    private final Engine engine;
    private final Session session;
    private final Belongings belongings;
    private Map<TopicFilter, Subscription> byFilter = new LinkedHashMap<>(4);

    Subscriptions(Engine engine, Session session, Belongings belongings) {
        this.engine = engine;
        this.session = session;
        this.belongings = belongings;
    }

    /** All of them; a copy. */
    List<Subscription> all() {
        return new ArrayList<>(byFilter.values());
    }

    /** Whether it is still the one with its filter. */
    boolean has(Subscription subscription) {
        return byFilter.get(subscription.filter()) == subscription;
    }

    /** Takes up those that the store knows, or another broker; before there are others. */
    void restore(List<Subscription> known) {
        byFilter = new LinkedHashMap<>(Math.max(4, known.size() * 4 / 3 + 1));
        known.forEach(this::keep);
        belongings.settleSubscriptions();
    }

    private void keep(Subscription subscription) {
        belongings.subscribed(byFilter.put(subscription.filter(), subscription), subscription);
    }

    /**
     * Makes a subscription.
     *
     * @param due takes the replay of the retained messages that it asks for; it begins behind the SUBACK
     */
    ReasonCode subscribe(Subscription subscription, List<Replay> due) {
        TopicFilter filter = subscription.filter();
        Subscription before = byFilter.get(filter);
        if (before == null
                && (byFilter.size() >= engine.settings().session().subscriptionsMaximum()
                        || engine.memory().isExhausted())) {
            return ReasonCode.QUOTA_EXCEEDED;
        }
        keep(subscription);
        belongings.settleSubscriptions();
        session.facts().subscribed(session.clientId(), subscription);
        engine.gate().parts().router().subscribe(session, subscription);
        RetainHandling handling = subscription.retainHandling();
        // 3.8.3.1: no retained messages for a shared subscription
        if (!filter.isShared()
                && (handling == RetainHandling.SEND_AT_SUBSCRIBE
                        || handling == RetainHandling.SEND_IF_NEW && before == null)) {
            due.add(new Replay(subscription, engine.retained().cursor(filter)));
        }
        return ReasonCode.granted(subscription.maximumQos());
    }

    /** Ends a subscription; what was sent and is not acknowledged is completed all the same (3.10.4). */
    ReasonCode unsubscribe(TopicFilter filter) {
        Subscription gone = byFilter.remove(filter);
        if (gone == null) {
            return ReasonCode.NO_SUBSCRIPTION_EXISTED;
        }
        belongings.unsubscribed(gone);
        belongings.settleSubscriptions();
        engine.gate().parts().router().unsubscribe(session, filter);
        session.facts().unsubscribed(session.clientId(), filter);
        return ReasonCode.SUCCESS;
    }

    /** They enter a router. The gate is closed. One that fails keeps no other out. */
    void enter(Router router) {
        try {
            router.subscribeAll(session, byFilter.values());
        } catch (Throwable atOneOfThem) { // at which one, and why, is found and said one by one
            enterOneByOne(router);
        }
    }

    private void enterOneByOne(Router router) {
        for (Subscription subscription : byFilter.values()) {
            try {
                router.subscribe(session, subscription);
            } catch (Throwable failure) {
                session.failed(failure);
            }
        }
    }

    /** They leave a router. The gate is closed, or it happens in the mailbox. */
    void leave(Router router) {
        for (TopicFilter filter : byFilter.keySet()) {
            try {
                router.unsubscribe(session, filter);
            } catch (Throwable failure) {
                session.failed(failure);
            }
        }
    }
}
