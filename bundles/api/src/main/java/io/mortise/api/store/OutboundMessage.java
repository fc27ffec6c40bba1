// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.store;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Qos;
import java.util.List;

/**
 * A message on its way to one client.
 *
 * @param position its place in the session: messages are sent in the order of their positions
 * @param message what is sent
 * @param qos the QoS granted
 * @param retain the RETAIN flag with which it is sent
 * @param subscriptionIdentifiers of the subscriptions that matched
 * @param packetId 0 while it was not sent; 1 to 65,535 once it was, until it is acknowledged
 * @param received whether the client has said PUBREC: what is left to do is PUBREL and PUBCOMP (MQTT 5.0, 4.3.3)
 */
public record OutboundMessage(
        long position,
        Message message,
        Qos qos,
        boolean retain,
        List<Integer> subscriptionIdentifiers,
        int packetId,
        boolean received) {}
