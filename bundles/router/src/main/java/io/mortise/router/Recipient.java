// SPDX-License-Identifier: Apache-2.0
package io.mortise.router;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.routing.Subscriber;
import org.jspecify.annotations.Nullable;

/**
 * A subscriber and the subscription by which messages reach it. Immutable; any thread.
 *
 * @param subscription for the messages of others
 * @param ownSubscription for the messages that the subscriber publishes itself; {@code null} if No Local leaves them out
 */
record Recipient(
        Subscriber subscriber,
        Subscription subscription,
        @Nullable Subscription ownSubscription) implements Keyed<Subscriber> {

    /** One subscription as it was made. */
    static Recipient of(Subscriber subscriber, Subscription subscription) {
        return new Recipient(subscriber, subscription, subscription.noLocal() ? null : subscription);
    }

    @Override
    public Subscriber key() {
        return subscriber;
    }

    /** Delivers a message, unless the subscriber published it and does not want it back. */
    boolean deliver(Message message, @Nullable Subscriber publisher, Fence fence) {
        Subscription matching = subscriber == publisher ? ownSubscription : subscription;
        return matching != null && fence.deliver(subscriber, message, matching);
    }
}
