// SPDX-License-Identifier: Apache-2.0
package io.mortise.router;

import io.mortise.api.protocol.Message;
import io.mortise.api.routing.Subscriber;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The subscribers of one shared subscription, and whose turn it is (MQTT 5.0, 4.8.2).
 *
 * <p>Any thread delivers, without locks; members come and go under the lock of the {@link TopicTree}. The turn passes to the
 * member behind the one that took the last message, so that members who are left out do not double the share of their
 * neighbour. Two threads that deliver at once may both see the same turn: fair over time, not to the message.
 */
final class SharedGroup implements Keyed<String> {
    private final String shareName;

    private KeyedSet<Subscriber, Recipient> members = KeyedSet.empty(); // guarded by the lock of the tree
    private volatile Round round = new Round(members);
    private volatile int turn;

    SharedGroup(String shareName) {
        this.shareName = shareName;
    }

    @Override
    public String key() {
        return shareName;
    }

    /** Adds a member, or replaces its subscription; under the lock of the tree. */
    boolean add(Recipient member) {
        boolean isNew = members.get(member.subscriber()) == null;
        members = members.with(member);
        round = new Round(members);
        return isNew;
    }

    /** Takes a member out; under the lock of the tree. */
    boolean remove(Subscriber subscriber) {
        if (members.get(subscriber) == null) {
            return false;
        }
        members = members.without(subscriber);
        round = new Round(members);
        return true;
    }

    /** Takes these members out; under the lock of the tree. */
    void removeAll(Predicate<Subscriber> leaving) {
        for (Recipient member : members) {
            if (leaving.test(member.subscriber())) {
                remove(member.subscriber());
            }
        }
    }

    /** Whether there are no members; under the lock of the tree. */
    boolean isEmpty() {
        return members.isEmpty();
    }

    /** Gives the message to one member: to one that is ready, in turn; else to any that takes it, in turn. */
    boolean deliver(Message message, Fence fence) {
        Recipient[] order = round.order();
        int asked = deliver(message, fence, order, true);
        return asked < 0 || asked < order.length && deliver(message, fence, order, false) < 0;
    }

    /** How many members were asked in vain; negative if one took the message. */
    private int deliver(Message message, Fence fence, Recipient[] order, boolean readyOnly) {
        int asked = 0;
        int index = turn < order.length ? turn : 0;
        for (int i = 0; i < order.length; i++) {
            Recipient member = order[index];
            index = index + 1 < order.length ? index + 1 : 0;
            if (!readyOnly || fence.isReady(member.subscriber())) {
                asked++;
                if (fence.deliver(member.subscriber(), message, member.subscription())) {
                    turn = index;
                    return -1;
                }
            }
        }
        return asked;
    }

    /**
     * The members in their order, from one change to the next.
     *
     * <p>Put into an array when the first message needs it, so that a crowd that joins is not copied for each who
     * joins. Should the members change while they are copied, the copy ends in a round that is over.
     */
    private static final class Round {
        private final KeyedSet<Subscriber, Recipient> members;
        private volatile Recipient @Nullable [] order;

        Round(KeyedSet<Subscriber, Recipient> members) {
            this.members = members;
        }

        Recipient[] order() {
            Recipient[] known = order;
            if (known != null) {
                return known;
            }
            List<Recipient> copied = new ArrayList<>(members.size());
            for (Recipient member : members) {
                copied.add(member);
            }
            Recipient[] copy = copied.toArray(new Recipient[0]);
            order = copy;
            return copy;
        }
    }
}
