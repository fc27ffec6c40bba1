// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.auth;

import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Decides who may connect.
 *
 * <p>Registered as a service with a {@linkplain #NAME name}. The broker's configuration says which ones are asked for the
 * clients of a listener, in order: all are, one has to accept, and none may refuse. One that is configured and missing refuses.
 */
@ConsumerType
public interface Authenticator {

    /** The service property by which a configuration names an authenticator or an authorizer. */
    String NAME = "mortise.auth.name";

    /**
     * Decides about one attempt to connect. Called on the connection's home thread, calls overlap; must not block: what
     * takes time is done elsewhere and completes the stage, on any thread. A call that throws, a stage that fails and one
     * that does not complete within the broker's deadline refuse the client.
     */
    CompletionStage<Verdict> authenticate(ConnectAttempt attempt);
}
