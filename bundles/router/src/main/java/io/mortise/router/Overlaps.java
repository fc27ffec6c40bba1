// SPDX-License-Identifier: Apache-2.0
package io.mortise.router;

import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.routing.Subscriber;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the filters that match one topic, and makes one delivery of the subscriptions of one subscriber (MQTT 5.0,
 * 3.3.4). Used by one thread, once.
 *
 * <p>A subscription that overlaps no other is passed on as the object that it is. Of several sets the largest, if it is very
 * large, is not gathered but left where it is: the match goes through it in place.
 */
final class Overlaps {
    private static final int MOST_COPIED = 4096;

    private final List<KeyedSet<Subscriber, Recipient>> sets = new ArrayList<>(4);
    private final List<SharedGroup> groups = new ArrayList<>(0);

    /** Adds those who subscribed to a filter that matches. */
    void add(TopicNode node) {
        KeyedSet<Subscriber, Recipient> recipients = node.recipients();
        if (!recipients.isEmpty()) {
            sets.add(recipients);
        }
        for (SharedGroup group : node.groups()) {
            groups.add(group);
        }
    }

    /** All of them, each subscriber once, and each group. */
    Match united() {
        if (sets.isEmpty() && groups.isEmpty()) {
            return Match.NONE;
        }
        KeyedSet<Subscriber, Recipient> crowd = withoutLargest();
        Map<Subscriber, Recipient> gathered = Map.of();
        Collection<Recipient> recipients = List.of();
        int weight = groups.size();
        if (sets.size() == 1 && crowd == null) {
            recipients = list(sets.get(0)); // the usual case: nothing can overlap
            weight += recipients.size();
        } else if (!sets.isEmpty()) {
            gathered = new IdentityHashMap<>();
            recipients = gathered.values();
            weight += gather(gathered, crowd);
        }
        return new Match(
                recipients.toArray(new Recipient[0]),
                groups.toArray(new SharedGroup[0]),
                crowd,
                crowd == null ? Set.of() : gathered.keySet(),
                weight);
    }

    /** Takes the largest set out, if it is too large to be copied. */
    private @Nullable KeyedSet<Subscriber, Recipient> withoutLargest() {
        int largest = -1;
        int most = MOST_COPIED;
        for (int i = 0; i < sets.size(); i++) {
            int size = sets.get(i).size();
            if (size > most) {
                most = size;
                largest = i;
            }
        }
        return largest < 0 ? null : sets.remove(largest);
    }

    private static List<Recipient> list(KeyedSet<Subscriber, Recipient> set) {
        List<Recipient> list = new ArrayList<>(set.size());
        for (Recipient recipient : set) {
            list.add(recipient);
        }
        return list;
    }

    /** How many subscriptions it has gathered. */
    private int gather(Map<Subscriber, Recipient> gathered, @Nullable KeyedSet<Subscriber, Recipient> crowd) {
        int count = 0;
        Map<Subscriber, List<Subscription>> overlapping = new IdentityHashMap<>();
        for (KeyedSet<Subscriber, Recipient> set : sets) {
            for (Recipient recipient : set) {
                count++;
                Subscriber subscriber = recipient.subscriber();
                Recipient known = gathered.putIfAbsent(subscriber, recipient);
                if (known == null && crowd != null) {
                    known = crowd.get(subscriber);
                }
                if (known != null) {
                    overlap(overlapping, known, recipient);
                }
            }
        }
        for (Map.Entry<Subscriber, List<Subscription>> overlap : overlapping.entrySet()) {
            gathered.put(overlap.getKey(), united(overlap.getKey(), overlap.getValue()));
        }
        return count;
    }

    private static void overlap(Map<Subscriber, List<Subscription>> overlapping, Recipient first, Recipient another) {
        List<Subscription> subscriptions = overlapping.get(another.subscriber());
        if (subscriptions == null) {
            subscriptions = new ArrayList<>(4);
            subscriptions.add(first.subscription());
            overlapping.put(another.subscriber(), subscriptions);
        }
        subscriptions.add(another.subscription());
    }

    private static Recipient united(Subscriber subscriber, List<Subscription> subscriptions) {
        List<Subscription> local = new ArrayList<>(subscriptions.size());
        for (Subscription subscription : subscriptions) {
            if (!subscription.noLocal()) {
                local.add(subscription);
            }
        }
        Subscription all = united(subscriptions);
        if (local.size() == subscriptions.size()) {
            return new Recipient(subscriber, all, all);
        }
        // 3.8.3.1: No Local is about its own subscription; the others match the subscriber's messages all the same
        return new Recipient(subscriber, all, local.isEmpty() ? null : united(local));
    }

    /** One subscription that grants what all of them do. */
    static Subscription united(List<Subscription> subscriptions) {
        Subscription first = subscriptions.get(0);
        if (subscriptions.size() == 1) {
            return first;
        }
        Qos highest = first.maximumQos();
        boolean noLocal = true;
        boolean retainAsPublished = false;
        // 3.3.4: all identifiers, and an identifier as often as it was used
        List<Integer> identifiers = new ArrayList<>();
        for (Subscription subscription : subscriptions) {
            if (subscription.maximumQos().compareTo(highest) > 0) {
                highest = subscription.maximumQos();
            }
            noLocal &= subscription.noLocal();
            retainAsPublished |= subscription.retainAsPublished();
            identifiers.addAll(subscription.identifiers());
        }
        return new Subscription(
                first.filter(), highest, noLocal, retainAsPublished, first.retainHandling(), identifiers);
    }
}
