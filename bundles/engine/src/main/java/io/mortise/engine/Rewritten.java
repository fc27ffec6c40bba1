// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.protocol.Connect;
import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.Topic;

/** Whether what interceptors have made of something is still what it was taken for. */
final class Rewritten {
    private Rewritten() {}

    /** A message has a topic, and no properties but those that are forwarded. */
    static boolean isSound(Message message) {
        return message.topic() != Topic.NONE && areForWill(message.properties(), false);
    }

    /** A shared subscription does not leave out the subscriber's own messages (3.8.3.1). */
    static boolean isSound(Subscription subscription) {
        return !subscription.filter().isShared() || !subscription.noLocal();
    }

    /** What a client can do and how it authenticates is as it said, and so is the version that it speaks. */
    static boolean isSound(Connect sent, Connect changed) {
        return changed.version() == sent.version()
                && kept(changed.properties()).equals(kept(sent.properties()))
                && (sent.version().hasProperties() || changed.properties().isEmpty())
                && (changed.will() == null || areForWill(changed.will().properties(), true));
    }

    /**
     * Whether a will may have all of these properties (3.1.3.2).
     *
     * @param timed whether it may also have a delay and an expiry interval, which a message has not
     */
    private static boolean areForWill(Properties properties, boolean timed) {
        boolean[] allowed = {true};
        properties.forEach((property, value) -> {
            boolean time = property == Property.WILL_DELAY_INTERVAL || property == Property.MESSAGE_EXPIRY_INTERVAL;
            allowed[0] &= property.allowedInWill() && (timed || !time);
        });
        return allowed[0];
    }

    private static Properties kept(Properties properties) {
        return properties.toBuilder()
                .without(Property.SESSION_EXPIRY_INTERVAL)
                .without(Property.USER_PROPERTY)
                .build();
    }
}
