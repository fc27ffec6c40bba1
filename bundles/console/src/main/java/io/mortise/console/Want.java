// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import io.mortise.api.auth.Access;
import io.mortise.api.auth.Permissions;
import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import org.jspecify.annotations.Nullable;

/**
 * What a client wants to do. Immutable; any thread.
 *
 * @param action {@code publish}, {@code subscribe} or {@code receive}
 * @param topic {@code null} for a subscription
 */
record Want(String action, @Nullable Topic topic, TopicFilter filter) {

    /**
     * As an operator says it.
     *
     * @throws IllegalArgumentException if there is no such action, or the topic is none
     */
    static Want of(String action, String text) {
        try {
            return switch (action) {
                case "publish", "receive" -> new Want(action, Topic.of(text), TopicFilter.of(text));
                case "subscribe" -> new Want(action, null, TopicFilter.of(text));
                default -> throw new IllegalArgumentException(AuthExplain.USAGE);
            };
        } catch (ProtocolViolation invalid) {
            throw new IllegalArgumentException(invalid.getMessage(), invalid);
        }
    }

    Access access() {
        return action.equals("publish") ? Access.WRITE : Access.READ;
    }

    boolean isAllowed(Permissions permissions) {
        if (topic == null) {
            return permissions.maySubscribe(filter);
        }
        return action.equals("publish")
                ? permissions.mayPublish(topic, Qos.AT_MOST_ONCE, false)
                : permissions.mayReceive(topic);
    }

    boolean isDenied(Permissions permissions) {
        if (topic == null) {
            return permissions.deniesSubscribe(filter);
        }
        return action.equals("publish")
                ? permissions.deniesPublish(topic, Qos.AT_MOST_ONCE, false)
                : permissions.deniesReceive(topic);
    }
}
