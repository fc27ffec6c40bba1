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
 */
@ConsumerType
public interface Permissions {

    /** Whether the client may publish to this topic, as its will too. */
    boolean mayPublish(Topic topic, Qos qos, boolean retain);

    /** Whether the client may subscribe with this filter. */
    boolean maySubscribe(TopicFilter filter);

    /** Whether a message with this topic may be sent to the client, whatever its subscriptions say. */
    boolean mayReceive(Topic topic);
}
