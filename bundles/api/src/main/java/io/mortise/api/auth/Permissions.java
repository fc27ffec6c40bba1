// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.auth;

import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * What one client may do.
 *
 * <p>Asked for every message: answers at once, from what it has at hand, and allocates nothing. Any thread; calls may
 * overlap. A call that throws means no.
 *
 * <p>Where several authorizers are asked, it is enough that one says that a client may, unless another one denies it expressly.
 */
@ConsumerType
public interface Permissions {

    /** Whether the client may publish to this topic, as its will too. */
    boolean mayPublish(Topic topic, Qos qos, boolean retain);

    /** Whether the client may subscribe with this filter. */
    boolean maySubscribe(TopicFilter filter);

    /** Whether a message with this topic may be sent to the client, whatever its subscriptions say. */
    boolean mayReceive(Topic topic);

    /** Whether publishing to this topic is denied, whatever another authorizer allows. */
    default boolean deniesPublish(Topic topic, Qos qos, boolean retain) {
        return false;
    }

    /** Whether a subscription with this filter is denied, whatever another authorizer allows. */
    default boolean deniesSubscribe(TopicFilter filter) {
        return false;
    }

    /** Whether a message with this topic is kept from the client, whatever another authorizer allows. */
    default boolean deniesReceive(Topic topic) {
        return false;
    }

    /**
     * Which rule decides, for an operator who asks; empty if none does, or if this does not say. Not asked for messages: it may
     * take its time.
     *
     * @param access what the client wants to do: {@link Access#READ} or {@link Access#WRITE}
     * @param topics with what; a topic is a filter without wildcards
     */
    default String rule(Access access, TopicFilter topics) {
        return "";
    }
}
