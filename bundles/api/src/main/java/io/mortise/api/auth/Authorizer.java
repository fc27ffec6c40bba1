// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.auth;

import java.util.function.Consumer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Decides what connected clients may do.
 *
 * <p>Registered as a service with a {@linkplain #NAME name}. The broker's configuration says which ones are asked about the
 * clients of a listener: what one allows and none denies is allowed. While one that is configured is missing, nothing is.
 */
@ConsumerType
public interface Authorizer {

    /** The service property by which a configuration names it. */
    String NAME = Authenticator.NAME;

    /**
     * Gives a client its permissions: calls {@code grant} once soon, and again whenever they change, from any thread,
     * until the authorization is closed. Called on the connection's home thread once for a connection, calls overlap;
     * must not block. Until the first grant the client waits; a call that throws, and one that grants nothing within
     * the broker's deadline, refuse the client.
     */
    Authorization authorize(Identity client, Consumer<Permissions> grant);
}
