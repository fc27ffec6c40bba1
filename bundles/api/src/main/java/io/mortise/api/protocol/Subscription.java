// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

import java.util.List;

/**
 * A topic filter with the options of its subscription (MQTT 5.0, 3.8.3.1).
 *
 * @param filter which topics
 * @param maximumQos the highest QoS at which messages are sent to the subscriber
 * @param noLocal whether the subscriber's own messages are left out
 * @param retainAsPublished whether the RETAIN flag is forwarded as it was published
 * @param retainHandling which retained messages are sent when the subscription is made
 * @param identifiers the subscription identifier, 1 to 268,435,455, if there is one; several where a router merged
 *     overlapping subscriptions of one subscriber into one (3.3.4)
 */
public record Subscription(
        TopicFilter filter,
        Qos maximumQos,
        boolean noLocal,
        boolean retainAsPublished,
        RetainHandling retainHandling,
        List<Integer> identifiers) {

    /** Copies the identifiers. */
    public Subscription {
        identifiers = List.copyOf(identifiers);
    }

    /** A subscription as a 3.1.1 client makes it: a filter, a QoS, and no options. */
    public Subscription(TopicFilter filter, Qos maximumQos) {
        this(filter, maximumQos, false, false, RetainHandling.SEND_AT_SUBSCRIBE, List.of());
    }
}
