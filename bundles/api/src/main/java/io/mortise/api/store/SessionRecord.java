// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.store;

import io.mortise.api.protocol.Subscription;
import java.util.List;
import java.util.Set;

/**
 * A whole session in its neutral form (MQTT 5.0, 4.1): what a store keeps, what one broker hands over to the next.
 *
 * @param clientId whose it is; with the principal, the key
 * @param subscriptions in the order in which they were made
 * @param outbound what waits for the client or for its acknowledgement, by position
 * @param backlog what waits too, and is left in the store: {@link SessionStore#page} reads it. Only a durable store leaves
 *     anything there
 * @param inboundPacketIds of the QoS 2 messages that were received and not released: such a PUBLISH is a duplicate
 */
public record SessionRecord(
        String clientId,
        SessionState state,
        List<Subscription> subscriptions,
        List<OutboundMessage> outbound,
        Backlog backlog,
        Set<Integer> inboundPacketIds) {

    /** Copies the collections. */
    public SessionRecord {
        subscriptions = List.copyOf(subscriptions);
        outbound = List.copyOf(outbound);
        inboundPacketIds = Set.copyOf(inboundPacketIds);
    }

    /** A session all of which is here. */
    public SessionRecord(
            String clientId,
            SessionState state,
            List<Subscription> subscriptions,
            List<OutboundMessage> outbound,
            Set<Integer> inboundPacketIds) {
        this(clientId, state, subscriptions, outbound, Backlog.NONE, inboundPacketIds);
    }
}
