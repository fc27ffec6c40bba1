// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import java.nio.charset.StandardCharsets;

/**
 * The limits in force, as configured, by what they limit; see {@link BrokerComponent.Config} for what each means.
 */
record Settings(PerConnection connection, PerSession session, PerTopic topic, InAll broker) {

    /** What goes for every connection. */
    record PerConnection(
            int receiveMaximum,
            int topicAliasMaximum,
            int keepAliveMaximumSeconds,
            int authDeadlineMillis,
            int authExchangeMillis,
            int interceptDeadlineMillis,
            int clientIdMaximumBytes,
            int publishRateMaximumMessages,
            int publishRateMaximumBytes) {}

    /** What goes for every session. */
    record PerSession(
            int inflightMaximum,
            int queueMaximumMessages,
            int queueMaximumBytes,
            Overflow queueOverflow,
            int subscriptionsMaximum,
            long expiryMaximumSeconds) {}

    /** What goes for every topic name and topic filter. */
    record PerTopic(int levelsMaximum, int bytesMaximum) {

        boolean allows(Topic topic) {
            return topic.levelCount() <= levelsMaximum && topic.utf8Length() <= bytesMaximum;
        }

        boolean allows(TopicFilter filter) {
            return filter.levelCount() <= levelsMaximum
                    && filter.text().getBytes(StandardCharsets.UTF_8).length <= bytesMaximum;
        }
    }

    /** What goes for all clients together; where 0 is allowed it means a part of the memory. */
    record InAll(
            int connectionsMaximum,
            int connectRateMaximum,
            int sessionsMaximum,
            int queuedMaximumMessages,
            long queuedMaximumBytes,
            int retainedMaximumMessages,
            long retainedMaximumBytes,
            long memoryMaximumBytes) {

        /** The configured budget, or two fifths of the heap. */
        long memoryBytes() {
            return memoryMaximumBytes > 0
                    ? memoryMaximumBytes
                    : Runtime.getRuntime().maxMemory() / 5 * 2;
        }

        /** The configured maximum, or three quarters of the memory. */
        long queuedBytes() {
            return queuedMaximumBytes > 0 ? queuedMaximumBytes : memoryBytes() / 4 * 3;
        }

        /** The configured maximum, or half of the memory. */
        long retainedBytes() {
            return retainedMaximumBytes > 0 ? retainedMaximumBytes : memoryBytes() / 2;
        }
    }
}
