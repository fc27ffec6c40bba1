// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.protocol.Topic;

/** The topics in which the broker speaks about itself (MQTT 5.0, 4.7.2): only what is a part of it publishes to them. */
final class ServerTopics {
    private static final String BEGINNING = "$SYS/";

    private ServerTopics() {}

    static boolean contains(Topic topic) {
        return topic.isReserved() && topic.name().startsWith(BEGINNING);
    }
}
