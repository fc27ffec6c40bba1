// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.store;

import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.TopicFilter;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Keeps the sessions that outlive their connections.
 *
 * <p>The broker hands facts over, in the order in which they happened to a session, and asks for a {@link #barrier()}
 * when it has to know that they are safe. Facts come from any thread and overlap for different sessions, and for one
 * session too where a message is queued while an acknowledgement arrives; handing one over does not block. A fact about a
 * session or message that the store does not know changes nothing: it may have been removed a moment before.
 */
@ConsumerType
public interface SessionStore {

    /** Whether what it keeps survives the end of the process; constant. */
    boolean isDurable();

    /** Calls {@code action} with each session, before any fact is handed over. May block; not called on a home thread. */
    void forEach(Consumer<SessionRecord> action);

    /** A session begins, or is replaced by this one, with everything that belongs to it. */
    void put(SessionRecord session);

    /** A session ends, and everything that belongs to it. */
    void remove(String clientId);

    /** Its state is now this. */
    void changed(String clientId, SessionState state);

    /** It has this subscription now, instead of one with the same filter if there was one. */
    void subscribed(String clientId, Subscription subscription);

    /** It has no subscription with this filter any more. */
    void unsubscribed(String clientId, TopicFilter filter);

    /** A message was queued for it. Positions rise, but two of them may be handed over in either order. */
    void queued(String clientId, OutboundMessage message);

    /** The message at this position was sent with this packet identifier. */
    void sent(String clientId, long position, int packetId);

    /** The client said PUBREC to the message at this position. */
    void received(String clientId, long position);

    /** The message at this position is acknowledged, expired or dropped: the session is done with it. */
    void done(String clientId, long position);

    /** A PUBLISH at QoS 2 with this packet identifier came from the client. */
    void inbound(String clientId, int packetId);

    /** The client released this packet identifier with PUBREL. */
    void inboundDone(String clientId, int packetId);

    /**
     * Completes when every fact handed over before is as safe as this store makes it; fails if that did not work, and
     * then what was handed over must not be acknowledged to anybody. Completes on any thread, at once where it can.
     */
    CompletionStage<Void> barrier();
}
