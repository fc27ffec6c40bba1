// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.routing;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.TopicFilter;
import java.util.Collection;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Finds the subscribers of a message.
 *
 * <p>An index only: the subscriptions belong to the sessions, which fill a new router again. Any thread; calls may
 * overlap. No method blocks or throws for what a client sent.
 */
@ProviderType
public interface Router {

    /**
     * Adds a subscription, or replaces the subscriber's subscription with the same filter (MQTT 5.0, 3.8.4). Messages
     * that are routed after it has returned reach the subscriber.
     *
     * @return {@code true} if the subscriber had no subscription with this filter
     */
    boolean subscribe(Subscriber subscriber, Subscription subscription);

    /**
     * Adds subscriptions of one subscriber, as {@link #subscribe} does each: in one step, which takes less time. If it throws,
     * some of them may have been added.
     */
    default void subscribeAll(Subscriber subscriber, Collection<Subscription> subscriptions) {
        for (Subscription subscription : subscriptions) {
            subscribe(subscriber, subscription);
        }
    }

    /**
     * Takes a subscription away. Messages that are routed after it has returned no longer match it; one that is being
     * routed may.
     *
     * @return {@code false} if there was none
     */
    boolean unsubscribe(Subscriber subscriber, TopicFilter filter);

    /**
     * Takes away all that these subscribers have, as {@link #unsubscribe} does for each subscription: in one step, which
     * takes less time.
     *
     * @param leaving whose subscriptions go; asked on the calling thread, as often as the router likes
     */
    void unsubscribeAll(Predicate<Subscriber> leaving);

    /**
     * Delivers a message to each subscriber that matches, once, and to one member of each group that shares a matching
     * subscription (4.8.2). Subscribers are called before it returns, on the calling thread.
     *
     * @param publisher left out where its subscription says No Local (3.8.3.1); {@code null} for a message that no
     *     subscriber has published
     * @return how many subscribers it was delivered to
     */
    int route(Message message, @Nullable Subscriber publisher);

    /**
     * Delivers a message to one of those who share a subscription, because the one who got it before has left without saying
     * that it was received (4.8.2). A router without shared subscriptions delivers it to nobody.
     *
     * @param shared the filter of the shared subscription, {@code $share/…}
     * @return {@code false} if nobody took it
     */
    default boolean redeliver(Message message, TopicFilter shared) {
        return false;
    }
}
