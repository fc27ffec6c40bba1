// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.store;

import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.TopicFilter;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Keeps the sessions that outlive their connections.
 *
 * <p>The broker hands facts over, in the order in which they happened to a session, and asks for a {@link #barrier()}
 * when it has to know that they are safe. Facts come from any thread and overlap for different sessions, and for one
 * session too where a message is queued while an acknowledgement arrives; handing one over does no I/O. A fact about a
 * session or message that the store does not know changes nothing: it may have been removed a moment before.
 *
 * <p><b>Atomicity.</b> What one thread hands over between {@link #begin()} and {@link #end()} belongs together: after a
 * crash all of it is there, or nothing. The broker brackets each publication like this: the packet identifier of a PUBLISH at
 * QoS 2, the message for every session that it is queued for, and the fact that it hands to the {@link RetainedStore} of
 * the same provider. A single fact outside of a bracket is atomic by itself.
 *
 * <p><b>Order.</b> Facts are kept in the order in which they were handed over: if one happened before another, as Java's
 * memory model says it, a crash that loses the first loses the second too, unless a barrier between them has completed.
 *
 * <p><b>Faults.</b> When facts cannot be made safe (the disk is full, say) the store keeps them, tries again, and says by {@link
 * #isAccepting()} that there should be no more of them; it leaves the barriers incomplete meanwhile. So what the broker has
 * in memory and what is in the store never diverge, nothing is acknowledged that is not safe, and the service goes on by
 * itself as soon as the cause is gone. A barrier fails only if the store gives up, that is, when it is closed before.
 */
@ConsumerType
public interface SessionStore {

    /** The service property by which a configuration names a store; its {@link RetainedStore} has the same one. */
    String NAME = "mortise.store.name";

    /** Whether what it keeps survives the end of the process; constant. If so, a backlog may be left to it. */
    boolean isDurable();

    /**
     * Which store this is, for as long as its content lives; constant. A store that comes with the identity of the one that
     * went is that one, opened again: it has everything already. Any other is given what the broker has.
     */
    String identity();

    /**
     * Whether new work is welcome. If not, what was handed over cannot be made safe at the moment: the broker refuses what
     * would add to it, in the protocol's words, and goes on with what ends by itself. Any thread; does not block.
     */
    boolean isAccepting();

    /**
     * Calls {@code action} with each session. A durable store leaves what waits and was never sent where it is, as the
     * {@link SessionRecord#backlog()} of the record, so that memory does not grow with it. What was handed over before is
     * seen. May block; not called on a home thread.
     */
    void forEach(Consumer<SessionRecord> action);

    /**
     * Calls {@code action} with each session, as {@link #forEach(Consumer)} does. Of those that the caller knows it wants to
     * learn no more than the state and the backlog: a store that has to read the rest first had better leave it out.
     *
     * @param known whether the caller has the session with this client identifier; asked on any thread
     */
    default void forEach(Predicate<String> known, Consumer<SessionRecord> action) {
        forEach(action);
    }

    /**
     * Reads messages that wait for a client and were never sent, in the order of their positions. Sees at least all that was
     * handed over before. Does not block; completes on any thread. A store that is not durable is not asked.
     *
     * @param fromPosition the first position that is wanted
     * @param maximumMessages how many at most
     * @param maximumBytes where to stop: payloads and topic names together, but at least one message
     * @return empty if there is none, or no such session
     */
    CompletionStage<List<OutboundMessage>> page(
            String clientId, long fromPosition, int maximumMessages, int maximumBytes);

    /**
     * What the calling thread hands over from here to {@link #end()} is one unit. Brackets are short, are not nested, and
     * nothing in them waits; a store may let a thread wait here for the brackets of others, never for I/O.
     */
    void begin();

    /** The unit is complete. Called by the thread that began it, whatever happened in between. */
    void end();

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

    /**
     * A message was queued for it. Positions rise, but two of them may be handed over in either order. If the call throws, the
     * broker takes it that the store does not have the message: the session does not get it, and its publisher is refused.
     */
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
     * Completes when every fact handed over before is as safe as this store makes it, those to the {@link RetainedStore} of the
     * same provider included; fails if that will never be, and then what was handed over must not be acknowledged to
     * anybody. Completes on any thread, at once where it can. Not called inside of a bracket.
     */
    CompletionStage<Void> barrier();
}
