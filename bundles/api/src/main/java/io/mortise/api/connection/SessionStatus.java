// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.connection;

import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.Subscription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A session as it was at one moment.
 *
 * @param clientId whose it is
 * @param principal who made it
 * @param expiryIntervalSeconds 0 to 4,294,967,295, the last meaning never (MQTT 5.0, 3.1.2.11.2)
 * @param subscriptions in the order in which they were made
 * @param queued how many messages wait to be sent
 * @param inflight how many were sent and are not acknowledged
 * @param dropped how many were dropped since the session began, because its queue was full or they had expired
 * @param connection its connection; {@code null} if it has none
 */
public record SessionStatus(
        String clientId,
        String principal,
        long expiryIntervalSeconds,
        List<Subscription> subscriptions,
        int queued,
        int inflight,
        long dropped,
        @Nullable ConnectionStatus connection) {

    /** Copies the list. */
    public SessionStatus {
        subscriptions = List.copyOf(subscriptions);
    }

    /**
     * The connection of a session.
     *
     * @param listener the name of the listener that it came through
     * @param remoteAddress where the client is
     * @param keepAliveSeconds 0 for none
     * @param sinceMillis when it was accepted, in milliseconds since the epoch
     * @param messagesIn how many messages the client has published on it
     * @param messagesOut how many were sent to it
     */
    public record ConnectionStatus(
            String listener,
            String remoteAddress,
            ProtocolVersion version,
            int keepAliveSeconds,
            long sinceMillis,
            long messagesIn,
            long messagesOut) {}
}
