// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.routing.Router;
import io.mortise.api.routing.Subscriber;
import java.util.Collection;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A router whose faults are counted, and its calls but for those on the road of a PUBLISH: how many those are the engine knows, and it
 * times some of them. Any thread, as the router.
 *
 * @param messagesBefore how many messages had come in when it came
 */
record MeteredRouter(Router router, Meter meter, long messagesBefore) implements Router {

    @Override
    public boolean subscribe(Subscriber subscriber, Subscription subscription) {
        long begun = meter.begin();
        try {
            return router.subscribe(subscriber, subscription);
        } catch (Throwable failure) {
            meter.failed();
            throw failure;
        } finally {
            meter.ended(begun);
        }
    }

    @Override
    public void subscribeAll(Subscriber subscriber, Collection<Subscription> subscriptions) {
        meter.run(() -> router.subscribeAll(subscriber, subscriptions));
    }

    @Override
    public boolean unsubscribe(Subscriber subscriber, TopicFilter filter) {
        long begun = meter.begin();
        try {
            return router.unsubscribe(subscriber, filter);
        } catch (Throwable failure) {
            meter.failed();
            throw failure;
        } finally {
            meter.ended(begun);
        }
    }

    @Override
    public void unsubscribeAll(Predicate<Subscriber> leaving) {
        meter.run(() -> router.unsubscribeAll(leaving));
    }

    @Override
    public int route(Message message, @Nullable Subscriber publisher) {
        try {
            return router.route(message, publisher);
        } catch (Throwable failure) {
            meter.failed();
            throw failure;
        }
    }

    @Override
    public boolean redeliver(Message message, TopicFilter shared) {
        try {
            return router.redeliver(message, shared);
        } catch (Throwable failure) {
            meter.failed();
            throw failure;
        }
    }
}
