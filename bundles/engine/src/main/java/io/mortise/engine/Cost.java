// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.Will;

/** What a thing is taken to cost while it is kept, in bytes of the heap: what the client has sent, and an allowance. */
final class Cost {

    /** A connection: its state here and in the transport, and the topics of its aliases. */
    static final int CONNECTION = 4_096;

    /** A session without anything in it. */
    static final int SESSION = 1_024;

    /** A message that waits, besides what it consists of; in a store that is memory too. */
    static final int DELIVERY = 160;

    private static final int RETAINED = 320;
    private static final int SUBSCRIPTION = 384;
    private static final int WILL = 192;
    private static final int PROPERTIES = 192;
    private static final int USER_PROPERTY = 96;

    private Cost() {}

    /** A message on its way to one session. */
    static int ofDelivery(Message message) {
        return DELIVERY + message.payload().size() + message.topic().utf8Length() + ofProperties(message.properties());
    }

    /** A retained message; its topic is kept as text and as bytes. */
    static int ofRetained(Message message) {
        return RETAINED
                + message.payload().size()
                + 2 * message.topic().utf8Length()
                + ofProperties(message.properties());
    }

    /** A subscription, in its session and in the router. */
    static int ofSubscription(Subscription subscription) {
        return SUBSCRIPTION + 3 * subscription.filter().text().length();
    }

    static int ofWill(Will will) {
        return WILL + will.payload().size() + 2 * will.topic().utf8Length() + ofProperties(will.properties());
    }

    private static int ofProperties(Properties properties) {
        return properties.isEmpty()
                ? 0
                : PROPERTIES
                        + properties.contentSize()
                        + USER_PROPERTY * properties.userProperties().size();
    }
}
