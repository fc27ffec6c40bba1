// SPDX-License-Identifier: Apache-2.0
package io.mortise.router;

import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.routing.Subscriber;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/*
 * How it is read while it changes
 * ===============================
 *
 * The idea. A filter is a path from the root, one node a level, with "+" and "#" as nodes of their own; who subscribed
 * to it is at the end of its path. A topic is matched level by level: the nodes that match the levels so far, the front,
 * move down together, so that neither depth nor wildcards need recursion, and no more is looked at than what could
 * match. Publishing happens some thousand times as often as subscribing, hence readers take no lock and write nothing;
 * writers take turns under one lock and may work a little harder.
 *
 *                     root
 *                   /      \
 *            Bedroom        Kitchen          Bedroom/+/Lamp       at the node "Lamp"
 *            /     \           |             Bedroom/Lighting/#   at the node "#"
 *           +    Lighting      #             Kitchen/#            at the other "#"
 *           |       |
 *         Lamp      #
 *
 * What always holds.
 *   1. A node is changed by one volatile write: of a new small array, of a hash table, of a wildcard's node. A large set
 *      is a concurrent hash table that is changed in place; such a change is atomic, too (KeyedSet).
 *   2. A node in the tree is on the path of a subscription. Its writer may have to add its end yet, never more.
 *   3. A node that was cut off is empty, and stays so: nobody keeps a way to it but readers that were there already.
 *   4. What has been found is kept in a MatchCache. A reader takes the cache first, walks then, and puts what it found
 *      in the cache that it took. A writer changes the tree first and then puts a new cache in its place. So the cache
 *      is the version, and what was in the old one (subscribers that are gone, their class loaders) is garbage at once.
 *
 * The races, and why they are harmless.
 *   - A reader meets a path that is being built. It finds the old end of it, nobody. The SUBSCRIBE has not been
 *     answered yet: the message may count as earlier.
 *   - A reader stands on a node that is being cut off. By 3 it finds nobody there, and nobody was to be found: a node is
 *     cut after its last subscription is gone. If the path is built again, then of new nodes, which the reader may miss;
 *     that subscription is younger than the message.
 *   - A reader walks before a change and stores after it. By 4 it stores in the old cache, which no later reader takes.
 *     If it took the new cache it also sees the change, because the writer made it before.
 *   - A reader finds its cache full and puts an empty one in its place, while a writer does the same. Whichever stays
 *     is empty, and an empty cache is right at any time: who takes it has yet to walk.
 *   - A reader has a match while one of its subscribers leaves. It delivers one more message, which an unsubscribing
 *     client has to expect (3.10.4).
 *   - A reader goes through a large set in place while it changes. It meets each subscriber that stays once. One that
 *     leaves and comes back during the walk could at worst be met again, with its new subscription.
 *   - A subscription that stands is on a path that stands: by 2 and 3 no pruning touches it. So it misses nothing.
 */

/**
 * All subscriptions, by topic filter (MQTT 5.0, 4.7).
 *
 * <p>Any thread: readers without locks, writers one at a time. Empty paths do not stay.
 */
final class TopicTree {
    private final TopicNode root = new TopicNode("", null);

    /**
     * Adds a subscription, or replaces the one that the subscriber has with this filter.
     *
     * @return whether it had none
     */
    synchronized boolean add(Subscriber subscriber, Subscription subscription) {
        TopicFilter filter = subscription.filter();
        TopicNode node = root;
        for (int i = 0; i < filter.levelCount(); i++) {
            node = node.belowOrNew(filter.level(i));
        }
        Recipient recipient = Recipient.of(subscriber, subscription);
        String shareName = filter.shareName();
        if (shareName != null) {
            return addToGroup(node, shareName, recipient);
        }
        KeyedSet<Subscriber, Recipient> recipients = node.recipients();
        boolean isNew = recipients.get(subscriber) == null;
        node.recipients(recipients.with(recipient));
        return isNew;
    }

    /** Adds them, as {@link #add} does each. */
    synchronized void addAll(Subscriber subscriber, Collection<Subscription> subscriptions) {
        for (Subscription subscription : subscriptions) {
            add(subscriber, subscription);
        }
    }

    /**
     * Takes a subscription away.
     *
     * @return whether there was one
     */
    synchronized boolean remove(Subscriber subscriber, TopicFilter filter) {
        TopicNode node = end(filter);
        if (node == null) {
            return false;
        }
        String shareName = filter.shareName();
        boolean removed =
                shareName == null ? removeFrom(node, subscriber) : removeFromGroup(node, shareName, subscriber);
        if (removed) {
            prune(node);
        }
        return removed;
    }

    /** Takes all subscriptions of these subscribers away. */
    synchronized void removeAll(Predicate<Subscriber> leaving) {
        List<TopicNode> nodes = new ArrayList<>();
        Consumer<TopicNode> thoseBelow = nodes::add;
        nodes.add(root);
        for (int i = 0; i < nodes.size(); i++) { // each behind its parent
            TopicNode node = nodes.get(i);
            node.removeAll(leaving);
            node.forEachBelow(thoseBelow);
        }
        for (int i = nodes.size() - 1; i > 0; i--) {
            TopicNode node = nodes.get(i);
            TopicNode parent = node.parent();
            if (parent != null && node.isEmpty()) {
                parent.cut(node.key());
            }
        }
    }

    /** Those who share the subscription with this filter; {@code null} if nobody does. */
    @Nullable
    SharedGroup group(TopicFilter shared) {
        TopicNode node = end(shared);
        String shareName = shared.shareName();
        return node == null || shareName == null ? null : node.groups().get(shareName);
    }

    private @Nullable TopicNode end(TopicFilter filter) {
        TopicNode node = root;
        for (int i = 0; node != null && i < filter.levelCount(); i++) {
            node = node.below(filter.level(i));
        }
        return node;
    }

    /** Who gets a message on this topic. */
    Match match(Topic topic) {
        String name = topic.name();
        Overlaps matching = new Overlaps();
        List<TopicNode> front = new ArrayList<>();
        List<TopicNode> next = new ArrayList<>();
        front.add(root);
        boolean wildcardsMatch = !topic.isReserved(); // 4.7.2: not at the first level
        int start = 0;
        while (start <= name.length() && !front.isEmpty()) {
            int separator = name.indexOf('/', start);
            int end = separator < 0 ? name.length() : separator;
            String level = name.substring(start, end);
            for (int i = 0; i < front.size(); i++) {
                TopicNode node = front.get(i);
                if (wildcardsMatch) {
                    addIfThere(matching, node.multiLevel());
                    addIfThere(next, node.singleLevel());
                }
                addIfThere(next, node.children().get(level));
            }
            List<TopicNode> done = front;
            front = next;
            next = done;
            next.clear();
            wildcardsMatch = true;
            start = end + 1;
        }
        for (int i = 0; i < front.size(); i++) {
            TopicNode node = front.get(i);
            matching.add(node);
            addIfThere(matching, node.multiLevel()); // 4.7.1.2: # matches the parent level, too
        }
        return matching.united();
    }

    /** Whether there are no subscriptions, nor anything left of them. */
    boolean isEmpty() {
        return root.isEmpty();
    }

    private static void addIfThere(Overlaps matching, @Nullable TopicNode node) {
        if (node != null) {
            matching.add(node);
        }
    }

    private static void addIfThere(List<TopicNode> front, @Nullable TopicNode node) {
        if (node != null) {
            front.add(node);
        }
    }

    private static boolean addToGroup(TopicNode node, String shareName, Recipient member) {
        SharedGroup group = node.groups().get(shareName);
        if (group != null) {
            return group.add(member);
        }
        SharedGroup made = new SharedGroup(shareName);
        made.add(member); // first, so that no reader meets a group without members
        node.groups(node.groups().with(made));
        return true;
    }

    private static boolean removeFrom(TopicNode node, Subscriber subscriber) {
        KeyedSet<Subscriber, Recipient> recipients = node.recipients();
        if (recipients.get(subscriber) == null) {
            return false;
        }
        node.recipients(recipients.without(subscriber));
        return true;
    }

    private static boolean removeFromGroup(TopicNode node, String shareName, Subscriber subscriber) {
        SharedGroup group = node.groups().get(shareName);
        if (group == null || !group.remove(subscriber)) {
            return false;
        }
        if (group.isEmpty()) {
            node.groups(node.groups().without(shareName));
        }
        return true;
    }

    /** Cuts off what leads to nobody any more. */
    private static void prune(TopicNode end) {
        TopicNode node = end;
        TopicNode parent = node.parent();
        while (parent != null && node.isEmpty()) {
            parent.cut(node.key());
            node = parent;
            parent = node.parent();
        }
    }
}
