// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.intercept;

import io.mortise.api.auth.Identity;
import io.mortise.api.protocol.TopicFilter;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/** Intercepts UNSUBSCRIBE (MQTT 5.0, 3.10). */
@ConsumerType
public interface UnsubscribeInterceptor extends Interceptor {

    /**
     * Decides about one topic filter; an UNSUBSCRIBE has one or more, which are asked about one after the other.
     *
     * @return a refusal is told by UNSUBACK to clients of MQTT 5.0, and the subscription stays; others cannot be told
     */
    CompletionStage<Decision<TopicFilter>> unsubscribe(Identity client, TopicFilter filter);
}
