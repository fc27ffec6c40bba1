// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.auth.Identity;
import io.mortise.api.intercept.Origin;
import io.mortise.api.protocol.Connect;
import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.TopicFilter;
import org.jspecify.annotations.Nullable;

/** The interceptors in force, by what they intercept; {@code null} where there are none, which is the usual case. */
record Interceptors(
        @Nullable InterceptorChain<Origin, Connect> connects,
        @Nullable InterceptorChain<Identity, Message> publishes,
        @Nullable InterceptorChain<Identity, Subscription> subscriptions,
        @Nullable InterceptorChain<Identity, TopicFilter> unsubscriptions,
        @Nullable InterceptorChain<Identity, Message> deliveries) {

    /** None at all. */
    static final Interceptors NONE = new Interceptors(null, null, null, null, null);
}
