// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.intercept;

import io.mortise.api.auth.Identity;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Something that has happened to a client or its session. Immutable; any thread. */
public sealed interface ClientEvent {

    /** Whose it is. */
    Identity client();

    /**
     * It got its CONNACK.
     *
     * @param listener the name of the listener that it came through
     * @param remoteAddress where it is
     * @param sessionPresent whether it found a session
     */
    record Connected(
            Identity client,
            String listener,
            SocketAddress remoteAddress,
            ProtocolVersion version,
            boolean sessionPresent)
            implements ClientEvent {}

    /**
     * Its connection ended.
     *
     * @param byClient whether it said DISCONNECT
     * @param reasonCode of its DISCONNECT, or of the broker's; {@link ReasonCode#UNSPECIFIED_ERROR} if the connection just broke off
     * @param reason in words
     */
    record Disconnected(Identity client, boolean byClient, ReasonCode reasonCode, String reason)
            implements ClientEvent {}

    /** It has a subscription that it did not have before, or has it with other options. */
    record Subscribed(Identity client, Subscription subscription) implements ClientEvent {}

    /** It does not have a subscription any more. */
    record Unsubscribed(Identity client, TopicFilter filter) implements ClientEvent {}

    /** Its session waited for it longer than its session expiry interval, and is over (3.1.2.11.2). */
    record SessionExpired(Identity client) implements ClientEvent {}

    /**
     * Messages did not reach it, and never will.
     *
     * @param messages how many
     * @param topic of the message, if it is one and had got as far as the session; {@code null} for those that had not
     * @param cause why, in words, as the statistics count it: {@code queue full}
     */
    record MessageDropped(
            Identity client, long messages, @Nullable Topic topic, String cause) implements ClientEvent {}
}
