// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.auth.ClientCertificate;
import io.mortise.api.auth.ConnectAttempt;
import io.mortise.api.connection.Connection;
import io.mortise.api.protocol.Connect;
import org.jspecify.annotations.Nullable;

/**
 * By what a client proves who it is: its CONNECT, and what TLS proved before. Immutable; any thread.
 */
record Credentials(Connection connection, Connect connect) {

    /** What an auth provider is shown. */
    ConnectAttempt attempt(String clientId) {
        return new ConnectAttempt(
                clientId,
                username(),
                connect.password(),
                connect.version(),
                connection.listener(),
                connection.remoteAddress(),
                connection.localAddress(),
                connection.certificate());
    }

    /** In whose name the client comes: what its certificate proves goes over what it says. */
    @Nullable
    String username() {
        ClientCertificate certificate = connection.certificate();
        String proven = certificate == null ? null : certificate.username();
        return proven == null ? connect.username() : proven;
    }
}
