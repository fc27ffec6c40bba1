// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.intercept;

import io.mortise.api.protocol.Connect;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/** Intercepts CONNECT (MQTT 5.0, 3.1), before the client is authenticated. */
@ConsumerType
public interface ConnectInterceptor extends Interceptor {

    /**
     * Decides about one CONNECT. What it makes of it is authenticated, and its will authorised.
     *
     * <p>May be changed: client identifier, user name, password, Clean Start, keep-alive, will, session expiry interval and user
     * properties. A client of MQTT 5.0 is told another keep-alive or session expiry interval, and a client identifier if it sent
     * none; others are not, so keep what they live by. The protocol version and all other properties say what the client can do, or
     * how it authenticates: a decision that changes them is a failure.
     *
     * <p>A CONNECT that waits while a part of the broker is replaced may be asked about again.
     *
     * @return a refusal is told by CONNACK
     */
    CompletionStage<Decision<Connect>> connect(Origin origin, Connect connect);
}
