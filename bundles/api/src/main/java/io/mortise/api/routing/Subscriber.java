// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.routing;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Subscription;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Receives the messages that match its subscriptions. Identity is equality.
 */
@ProviderType
public interface Subscriber {

    /**
     * Takes a message. Any thread, calls may overlap; does not block: it hands the message to its mailbox.
     *
     * @param subscription the one that matched; where several of this subscriber did, one that unites them: the highest
     *     QoS, all identifiers (MQTT 5.0, 3.3.4)
     * @return {@code false} if it does not take the message, so that another member of a shared subscription may
     */
    boolean deliver(Message message, Subscription subscription);

    /**
     * Whether it has a connection that keeps up: a shared subscription prefers such a member. Any thread.
     */
    boolean isReady();
}
