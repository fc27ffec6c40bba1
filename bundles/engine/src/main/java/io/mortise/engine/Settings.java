// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

/**
 * The limits in force, as configured, by what they limit; see {@link BrokerComponent.Config} for what each means.
 */
record Settings(PerConnection connection, PerSession session, PerTopic topic, InAll broker) {

    /** What goes for every connection. */
    record PerConnection(
            int receiveMaximum, int topicAliasMaximum, int keepAliveMaximumSeconds, int authDeadlineMillis) {}

    /** What goes for every session. */
    record PerSession(
            int inflightMaximum,
            int queueMaximumMessages,
            int queueMaximumBytes,
            int subscriptionsMaximum,
            long expiryMaximumSeconds) {}

    /** What goes for every topic name and topic filter. */
    record PerTopic(int levelsMaximum) {}

    /** What goes for all clients together. */
    record InAll(int sessionsMaximum) {}
}
