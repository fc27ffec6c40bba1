// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.intercept;

import io.mortise.api.auth.Identity;
import io.mortise.api.protocol.Subscription;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/** Intercepts SUBSCRIBE (MQTT 5.0, 3.8), before it is asked whether the client may subscribe to that. */
@ConsumerType
public interface SubscribeInterceptor extends Interceptor {

    /**
     * Decides about one subscription; a SUBSCRIBE has one or more, which are asked about one after the other. Whoever changes the topic
     * filter changes it back in {@link UnsubscribeInterceptor} and knows that the client expects the topics that it subscribed to.
     *
     * @return a refusal is told by SUBACK
     */
    CompletionStage<Decision<Subscription>> subscribe(Identity client, Subscription subscription);
}
