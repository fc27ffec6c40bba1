// SPDX-License-Identifier: Apache-2.0
package io.mortise.router;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.RetainHandling;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import java.util.List;

/** Short words for the tests of this package. */
final class Fixtures {
    private Fixtures() {}

    static Message message(String topic) {
        return new Message(Topic.of(topic), Payload.EMPTY, Qos.AT_MOST_ONCE, false);
    }

    static TopicFilter filter(String text) {
        return TopicFilter.of(text);
    }

    static Subscription subscription(String filter) {
        return new Subscription(TopicFilter.of(filter), Qos.AT_LEAST_ONCE);
    }

    static Subscription noLocal(String filter, int identifier) {
        return subscription(filter, Qos.AT_LEAST_ONCE, true, false, identifier);
    }

    static Subscription subscription(String filter, int identifier) {
        return subscription(filter, Qos.AT_LEAST_ONCE, false, false, identifier);
    }

    static Subscription subscription(
            String filter, Qos qos, boolean noLocal, boolean retainAsPublished, Integer... identifiers) {
        return new Subscription(
                TopicFilter.of(filter),
                qos,
                noLocal,
                retainAsPublished,
                RetainHandling.SEND_AT_SUBSCRIBE,
                List.of(identifiers));
    }
}
