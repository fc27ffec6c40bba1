// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.routing.Router;
import io.mortise.api.routing.Subscriber;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Asks every subscription; of those who share one, the first who is ready gets it, or the first at all. */
final class LinearRouter implements Router {
    private record Entry(Subscriber subscriber, Subscription subscription) {}

    private final List<Entry> entries = new CopyOnWriteArrayList<>();

    int size() {
        return entries.size();
    }

    @Override
    public boolean subscribe(Subscriber subscriber, Subscription subscription) {
        boolean isNew = !unsubscribe(subscriber, subscription.filter());
        entries.add(new Entry(subscriber, subscription));
        return isNew;
    }

    @Override
    public boolean unsubscribe(Subscriber subscriber, TopicFilter filter) {
        return entries.removeIf(entry ->
                entry.subscriber == subscriber && entry.subscription.filter().equals(filter));
    }

    @Override
    public void unsubscribeAll(Predicate<Subscriber> leaving) {
        entries.removeIf(entry -> leaving.test(entry.subscriber));
    }

    @Override
    public int route(Message message, @Nullable Subscriber publisher) {
        int delivered = 0;
        Set<TopicFilter> served = new HashSet<>();
        for (Iterator<Entry> walk = entries.iterator(); walk.hasNext(); ) {
            Entry entry = walk.next();
            TopicFilter filter = entry.subscription.filter();
            if (filter.isShared()) {
                if (filter.matches(message.topic()) && served.add(filter) && redeliver(message, filter)) {
                    delivered++;
                }
                continue;
            }
            boolean own = entry.subscription.noLocal() && entry.subscriber == publisher;
            if (!own
                    && entry.subscription.filter().matches(message.topic())
                    && entry.subscriber.deliver(message, entry.subscription)) {
                delivered++;
            }
        }
        return delivered;
    }

    @Override
    public boolean redeliver(Message message, TopicFilter shared) {
        List<Entry> members = entries.stream()
                .filter(entry -> entry.subscription.filter().equals(shared))
                .sorted(Comparator.comparing(entry -> !entry.subscriber.isReady()))
                .toList();
        for (Entry member : members) {
            if (member.subscriber.deliver(message, member.subscription)) {
                return true;
            }
        }
        return false;
    }
}
