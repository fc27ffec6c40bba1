// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import io.mortise.api.auth.Identity;
import io.mortise.api.intercept.Decision;
import io.mortise.api.intercept.DeliveryInterceptor;
import io.mortise.api.intercept.PublishInterceptor;
import io.mortise.api.intercept.SubscribeInterceptor;
import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Notes what clients want while it listens, each thing once, and lets everything pass. Any thread.
 *
 * <p>It notes no more than some: of a broker with many topics it hears a sample.
 */
final class Recorder implements PublishInterceptor, SubscribeInterceptor, DeliveryInterceptor {
    static final int MOST = 10_000;

    private final Map<Identity, Set<Want>> wants = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();

    /** What each client wanted. */
    Map<Identity, Set<Want>> wants() {
        return wants;
    }

    int count() {
        return wants.values().stream().mapToInt(Collection::size).sum();
    }

    boolean isFull() {
        return count.get() >= MOST;
    }

    @Override
    public CompletionStage<Decision<Message>> publish(Identity client, Message message) {
        note(client, "publish", message.topic());
        return Decision.proceed(message);
    }

    @Override
    public CompletionStage<Decision<Message>> deliver(Identity client, Message message) {
        note(client, "receive", message.topic());
        return Decision.proceed(message);
    }

    @Override
    public CompletionStage<Decision<Subscription>> subscribe(Identity client, Subscription subscription) {
        note(client, new Want("subscribe", null, subscription.filter()));
        return Decision.proceed(subscription);
    }

    private void note(Identity client, String action, Topic topic) {
        note(client, new Want(action, topic, TopicFilter.of(topic.name())));
    }

    private void note(Identity client, Want want) {
        if (!isFull()
                && wants.computeIfAbsent(client, first -> ConcurrentHashMap.newKeySet())
                        .add(want)) {
            count.incrementAndGet();
        }
    }
}
