// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.intercept;

import io.mortise.api.auth.Identity;
import io.mortise.api.protocol.Message;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/** Intercepts PUBLISHes to clients (MQTT 5.0, 3.3), before it is asked whether the client may receive that. */
@ConsumerType
public interface DeliveryInterceptor extends Interceptor {

    /**
     * Decides about a message at the moment in which it is to be sent to one client: everything that is sent to a client behind it waits
     * for the decision. Topic, payload and properties may be changed; QoS and RETAIN of this delivery are settled already.
     *
     * <p>A message at QoS 1 or 2 that has to be sent again on another connection is asked about again. As the client has to get the same
     * message (4.4), the answer to the same message should be the same.
     *
     * @param client who is to receive it
     * @return a refused message is not sent to this client, now or later, and is counted as dropped
     */
    CompletionStage<Decision<Message>> deliver(Identity client, Message message);
}
