// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.Topic;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The topics that a client's topic aliases stand for (MQTT 5.0, 3.3.2.3.4). Used on the home thread of one connection. */
final class TopicAliases {
    private final int maximum;
    private @Nullable Topic[] topics = {};

    TopicAliases(int maximum) {
        this.maximum = maximum;
    }

    /**
     * The message of a PUBLISH with its topic; remembers what an alias stands for.
     *
     * @throws ProtocolViolation if the alias is above the maximum or stands for nothing
     */
    Message resolve(Publish publish) {
        int alias = publish.topicAlias();
        Message message = publish.message();
        if (alias == 0) {
            return message;
        }
        if (alias > maximum) {
            throw new ProtocolViolation(
                    ReasonCode.TOPIC_ALIAS_INVALID, "topic alias " + alias + " above maximum " + maximum);
        }
        if (message.topic() != Topic.NONE) {
            put(alias, message.topic());
            return message;
        }
        Topic topic = alias < topics.length ? topics[alias] : null;
        if (topic == null) {
            throw new ProtocolViolation(
                    ReasonCode.PROTOCOL_ERROR, "topic alias " + alias + " was not set on this connection");
        }
        return message.withTopic(topic);
    }

    /** Takes up what was known. */
    void restore(Map<Integer, Topic> known) {
        known.forEach(this::put);
    }

    private void put(int alias, Topic topic) {
        if (topics.length == 0) {
            topics = new @Nullable Topic[maximum + 1];
        }
        topics[alias] = topic;
    }

    /** What is known, for a hand-over; not to be changed. */
    Map<Integer, Topic> known() {
        if (topics.length == 0) {
            return Map.of();
        }
        Map<Integer, Topic> known = new HashMap<>();
        for (int alias = 0; alias < topics.length; alias++) {
            Topic topic = topics[alias];
            if (topic != null) {
                known.put(alias, topic);
            }
        }
        return known;
    }
}
