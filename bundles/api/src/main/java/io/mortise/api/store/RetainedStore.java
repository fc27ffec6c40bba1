// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.store;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Topic;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Keeps the retained messages, one a topic (MQTT 5.0, 3.3.1.3).
 *
 * <p>Facts come from any thread; those of one topic do not overlap. Handing one over does no I/O. A provider that is a
 * {@link SessionStore} too keeps what is handed over within a bracket of that as one unit with it.
 */
@ConsumerType
public interface RetainedStore {

    /** Whether what it keeps survives the end of the process; constant. */
    boolean isDurable();

    /** As {@link SessionStore#identity()}. */
    String identity();

    /** Calls {@code action} with each message. What was handed over before is seen. May block; not called on a home thread. */
    void forEach(Consumer<Message> action);

    /** This is now the retained message of its topic. */
    void put(Message message);

    /** The topic has no retained message any more. */
    void remove(Topic topic);

    /** As {@link SessionStore#barrier()}. */
    CompletionStage<Void> barrier();
}
