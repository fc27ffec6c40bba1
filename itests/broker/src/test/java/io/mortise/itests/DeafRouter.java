// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.routing.Router;
import io.mortise.api.routing.Subscriber;
import java.util.function.Predicate;

/** A router that takes every subscription and delivers nothing: a bad new version, which does not fail by itself. */
public final class DeafRouter implements Router {

    @Override
    public boolean subscribe(Subscriber subscriber, Subscription subscription) {
        return true;
    }

    @Override
    public boolean unsubscribe(Subscriber subscriber, TopicFilter filter) {
        return true;
    }

    @Override
    public void unsubscribeAll(Predicate<Subscriber> leaving) {}

    @Override
    public int route(Message message, Subscriber publisher) {
        return 0;
    }
}
