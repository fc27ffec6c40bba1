// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.connection.Connection;
import io.mortise.api.protocol.Publish;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages to one client, by topic aliases if it takes them (MQTT 5.0, 3.3.2.3.4).
 *
 * <p>Used on the home thread of its connection.
 */
final class MessageSender {
    private final Connection connection;
    private final Tally tally;
    private final @Nullable OutboundAliases aliases;

    /**
     * A sender.
     *
     * @param topicAliasMaximum how many aliases it may give; 0 for none
     */
    MessageSender(Connection connection, Tally tally, int topicAliasMaximum) {
        this.connection = connection;
        this.tally = tally;
        this.aliases = topicAliasMaximum == 0 ? null : new OutboundAliases(topicAliasMaximum);
    }

    /** Sends a message; {@code false} if it is too large for the client. */
    boolean send(Publish publish) {
        boolean sent = aliases == null ? connection.send(publish) : sendShortened(publish, aliases);
        if (sent) {
            tally.sent(publish.message());
        }
        return sent;
    }

    private boolean sendShortened(Publish publish, OutboundAliases aliases) {
        Publish shortened = aliases.shorten(publish);
        if (connection.send(shortened)) {
            return true;
        }
        if (!OutboundAliases.tells(shortened)) {
            return false;
        }
        aliases.takeBack(shortened);
        return connection.send(publish); // which is shorter than with its first alias
    }
}
