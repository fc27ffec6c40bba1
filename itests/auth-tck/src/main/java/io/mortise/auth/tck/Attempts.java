// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.tck;

import io.mortise.api.auth.ConnectAttempt;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.ProtocolVersion;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Attempts to connect, for tests of providers. */
public final class Attempts {
    private static final InetSocketAddress CLIENT = new InetSocketAddress("127.0.0.1", 50_000);
    private static final InetSocketAddress BROKER = new InetSocketAddress("127.0.0.1", 1883);

    private Attempts() {}

    /** One of the client {@code client}, by TCP on the loopback address. */
    public static ConnectAttempt of(@Nullable String username, @Nullable String password) {
        return of("client", username, password == null ? null : Payload.of(password));
    }

    static ConnectAttempt of(String clientId, @Nullable String username, @Nullable Payload password) {
        return new ConnectAttempt(clientId, username, password, ProtocolVersion.MQTT_5, "tck", CLIENT, BROKER);
    }

    /** The same attempt with another user name. */
    static ConnectAttempt named(ConnectAttempt attempt, @Nullable String username) {
        return new ConnectAttempt(
                attempt.clientId(),
                username,
                attempt.password(),
                attempt.version(),
                attempt.listener(),
                attempt.remoteAddress(),
                attempt.localAddress(),
                attempt.certificate());
    }

    /** The same attempt with another password. */
    static ConnectAttempt with(ConnectAttempt attempt, @Nullable Payload password) {
        return new ConnectAttempt(
                attempt.clientId(),
                attempt.username(),
                password,
                attempt.version(),
                attempt.listener(),
                attempt.remoteAddress(),
                attempt.localAddress(),
                attempt.certificate());
    }
}
