// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.store;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.TopicFilter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way to one client.
 *
 * @param position its place in the session: messages are sent in the order of their positions
 * @param message what is sent
 * @param qos the QoS granted
 * @param retain the RETAIN flag with which it is sent
 * @param subscriptionIdentifiers of the subscriptions that matched
 * @param packetId 0 while it was not sent; 1 to 65,535 once it was, until it is acknowledged
 * @param shared the filter of the shared subscription by which it came, {@code $share/…}: another member gets it if the session
 *     ends before it was received (4.8.2), so every store keeps it; {@code null} if the subscription was not shared
 * @param received whether the client has said PUBREC: what is left to do is PUBREL and PUBCOMP (MQTT 5.0, 4.3.3)
 */
public record OutboundMessage(
        long position,
        Message message,
        Qos qos,
        boolean retain,
        List<Integer> subscriptionIdentifiers,
        @Nullable TopicFilter shared,
        int packetId,
        boolean received) {

    /** A message that came by a subscription of the client's own. */
    public OutboundMessage(
            long position,
            Message message,
            Qos qos,
            boolean retain,
            List<Integer> subscriptionIdentifiers,
            int packetId,
            boolean received) {
        this(position, message, qos, retain, subscriptionIdentifiers, null, packetId, received);
    }

    /** The same message, sent with this packet identifier, and received or not. */
    public OutboundMessage sent(int asPacketId, boolean andReceived) {
        return new OutboundMessage(
                position, message, qos, retain, subscriptionIdentifiers, shared, asPacketId, andReceived);
    }
}
