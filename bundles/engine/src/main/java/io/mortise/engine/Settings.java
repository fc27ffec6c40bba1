// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

/**
 * The limits in force, as configured; see {@link BrokerComponent.Config} for what each means.
 */
record Settings(
        int receiveMaximum,
        int inflightMaximum,
        int queueMaximumMessages,
        int queueMaximumBytes,
        int topicAliasMaximum,
        int topicLevelsMaximum,
        int subscriptionsMaximum,
        int sessionsMaximum,
        long sessionExpiryMaximumSeconds,
        int keepAliveMaximumSeconds,
        int authDeadlineMillis) {}
