// SPDX-License-Identifier: Apache-2.0
package io.mortise.router;

import io.mortise.api.protocol.Message;
import io.mortise.api.routing.Subscriber;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who gets the messages on one topic, as long as the subscriptions do not change.
 *
 * <p>Any thread; does not change, but for the crowd and the members of the groups, which are those of the tree.
 */
final class Match {
    static final Match NONE = new Match(new Recipient[0], new SharedGroup[0], null, Set.of(), 0);

    private final Recipient[] recipients;
    private final SharedGroup[] groups;
    private final @Nullable KeyedSet<Subscriber, Recipient> crowd;
    private final Set<Subscriber> outOfCrowd;
    private final int weight;

    /**
     * A match.
     *
     * @param recipients each once
     * @param groups one member of each gets the message
     * @param crowd more recipients, too many to be copied
     * @param outOfCrowd the subscribers among {@code recipients}, when there is a crowd, which may hold them too
     * @param weight how many subscriptions were put together for it, those of the crowd left out
     */
    Match(
            Recipient[] recipients,
            SharedGroup[] groups,
            @Nullable KeyedSet<Subscriber, Recipient> crowd,
            Set<Subscriber> outOfCrowd,
            int weight) {
        this.recipients = recipients;
        this.groups = groups;
        this.crowd = crowd;
        this.outOfCrowd = outOfCrowd;
        this.weight = weight;
    }

    /** What it costs to keep, in subscriptions. */
    int weight() {
        return weight;
    }

    /** Delivers a message to all of them. */
    int deliver(Message message, @Nullable Subscriber publisher, Fence fence) {
        int delivered = 0;
        for (Recipient recipient : recipients) {
            if (recipient.deliver(message, publisher, fence)) {
                delivered++;
            }
        }
        for (SharedGroup group : groups) {
            if (group.deliver(message, fence)) {
                delivered++;
            }
        }
        return crowd == null ? delivered : delivered + deliver(crowd, message, publisher, fence);
    }

    private int deliver(
            KeyedSet<Subscriber, Recipient> crowd, Message message, @Nullable Subscriber publisher, Fence fence) {
        int delivered = 0;
        for (Recipient recipient : crowd) {
            if (!outOfCrowd.contains(recipient.subscriber()) && recipient.deliver(message, publisher, fence)) {
                delivered++;
            }
        }
        return delivered;
    }
}
