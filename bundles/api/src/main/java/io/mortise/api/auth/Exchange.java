// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.auth;

import io.mortise.api.protocol.Payload;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The authentication of one client by an {@link AuthenticationMethod}: data comes from the client, a {@link Step} goes back.
 *
 * <p>Called on the connection's home thread, one call at a time: the client is not asked for more until the step before is
 * complete. The broker lets go of it when its outcome is there, when the connection ends, or when the method is no longer
 * provided.
 */
@ConsumerType
public interface Exchange {

    /**
     * Takes what the client sent, and says what happens next. Must not block: what takes time is done elsewhere and completes
     * the stage, on any thread. A call that throws, a stage that fails and one that does not complete within the broker's
     * deadline fail the authentication.
     *
     * @param data the Authentication Data of the packet that begins the exchange, then of each AUTH that answers a challenge;
     *     {@code null} if it has none
     */
    CompletionStage<Step> proceed(@Nullable Payload data);

    /** It is over, by its outcome or before one. Called once, on any thread. */
    default void close() {}
}
