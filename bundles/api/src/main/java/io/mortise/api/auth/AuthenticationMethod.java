// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.auth;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * One authentication method of MQTT 5.0's enhanced authentication (4.12): a client that names it in its CONNECT is
 * authenticated by an exchange of data, and not by an {@link Authenticator}.
 *
 * <p>Registered as a service, one for each method, with the {@linkplain Authenticator#NAME name} of the auth provider that it
 * belongs to, which registers an {@link Authenticator} of that name too: it goes on deciding about the clients that name no
 * method, and may abstain. A method is admitted where the broker's configuration has that name in the chain of a listener; a
 * client that names any other is refused (0x8C), whoever provides it. One whose method was provided a moment ago waits for
 * it, within the broker's deadline.
 */
@ConsumerType
public interface AuthenticationMethod {

    /** Its name, as clients send it: {@code SCRAM-SHA-256}. Constant. Any thread. */
    String name();

    /**
     * Begins to authenticate a client: when it connects, and again each time that it wants to authenticate anew while it is
     * connected. Called on the connection's home thread, calls overlap; must not block. A call that throws refuses the
     * client.
     *
     * @param attempt what the CONNECT showed; without its password when the client is connected already
     */
    Exchange begin(ConnectAttempt attempt);
}
