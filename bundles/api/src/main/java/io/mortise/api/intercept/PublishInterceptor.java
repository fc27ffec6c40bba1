// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.intercept;

import io.mortise.api.auth.Identity;
import io.mortise.api.protocol.Message;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/** Intercepts the PUBLISHes of clients (MQTT 5.0, 3.3), before it is asked whether they may publish that. */
@ConsumerType
public interface PublishInterceptor extends Interceptor {

    /**
     * Decides about one message, once: a PUBLISH at QoS 2 that comes again before its PUBREL is not asked about again. All of the message
     * may be changed; the client is answered at the QoS at which it published. Wills are part of the CONNECT, and are not asked about.
     *
     * @param message its topic is known, whether the client sent a topic alias or not
     * @return a refusal is told by PUBACK or PUBREC to clients of MQTT 5.0; to others the message seems to be published
     */
    CompletionStage<Decision<Message>> publish(Identity client, Message message);
}
