// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.auth;

import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/** Decides who may connect. */
@ConsumerType
public interface Authenticator {

    /**
     * Decides about one attempt to connect. Called on the connection's home thread, calls overlap; must not block: what
     * takes time is done elsewhere and completes the stage, on any thread. A call that throws, a stage that fails and one
     * that does not complete within the broker's deadline refuse the client.
     */
    CompletionStage<Verdict> authenticate(ConnectAttempt attempt);
}
