// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.auth;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * One authentication method of MQTT 5.0's enhanced authentication (4.12): a client that names it in its CONNECT is
 * authenticated by an exchange of data, and not by an {@link Authenticator}.
 *
 * <p>Registered as a service, one for each method, beside the broker's {@link Authenticator}, which goes on deciding about
 * the clients that name no method. A client that names a method which nobody provides is refused (0x8C); one whose method was
 * provided a moment ago waits for it, within the broker's deadline.
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
