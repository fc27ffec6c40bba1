// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.sqlite;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.store.OutboundMessage;
import io.mortise.api.store.SessionRecord;
import io.mortise.api.store.SessionState;
import io.mortise.api.store.SessionStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The facts of one transaction, put together: what is to be written is what they come to.
 *
 * <p>Used by the writer's thread. It can be written more than once, with the same result: what it changes in memory, the
 * numbers that it gives, it has changed before it is written.
 */
final class Batch {
    private final Numbers numbers;
    private final Map<String, SessionChanges> sessions = new LinkedHashMap<>();

    /** Of sessions that end. */
    final List<Long> removed = new ArrayList<>();

    final Map<Topic, RetainedChange> retained = new HashMap<>();

    /** Run after the commit. */
    final List<Writer.Asked<?>> questions = new ArrayList<>();

    private final Map<Message, StoredMessage> messages = new IdentityHashMap<>();

    Batch(Numbers numbers) {
        this.numbers = numbers;
    }

    boolean isEmpty() {
        return sessions.isEmpty() && removed.isEmpty() && retained.isEmpty();
    }

    Iterable<SessionChanges> sessions() {
        return sessions.values();
    }

    /** As the facts of {@link SessionStore}. */
    void put(SessionRecord session) {
        remove(session.clientId());
        sessions.put(session.clientId(), new SessionChanges(numbers.begin(session.clientId()), session));
    }

    void remove(String clientId) {
        SessionChanges changes = sessions.remove(clientId);
        Long id = numbers.end(clientId);
        if (id != null && (changes == null || changes.begins == null)) {
            removed.add(id);
        }
    }

    void changed(String clientId, SessionState state) {
        SessionChanges session = session(clientId);
        if (session != null) {
            session.state = state;
        }
    }

    void subscribed(String clientId, Subscription subscription) {
        SessionChanges session = session(clientId);
        if (session != null) {
            session.subscribed(subscription);
        }
    }

    void unsubscribed(String clientId, TopicFilter filter) {
        SessionChanges session = session(clientId);
        if (session != null) {
            session.unsubscribed(filter);
        }
    }

    void queued(String clientId, OutboundMessage message) {
        SessionChanges session = session(clientId);
        if (session != null) {
            session.queued(message);
        }
    }

    void sent(String clientId, long position, int packetId) {
        SessionChanges session = session(clientId);
        if (session != null) {
            session.sent(position, packetId);
        }
    }

    void received(String clientId, long position) {
        SessionChanges session = session(clientId);
        if (session != null) {
            session.received(position);
        }
    }

    void done(String clientId, long position) {
        SessionChanges session = session(clientId);
        if (session != null) {
            session.done(position);
        }
    }

    void inbound(String clientId, int packetId, boolean present) {
        SessionChanges session = session(clientId);
        if (session != null) {
            session.inbound.put(packetId, present);
        }
    }

    void retained(Topic topic, @Nullable Message message) {
        RetainedChange before = retained.get(topic);
        long id = before != null ? before.id : numbers.nextRetained();
        retained.put(topic, new RetainedChange(id, message));
    }

    /** Each message once, with how many sessions of this batch have it. */
    Iterable<StoredMessage> messages() {
        if (messages.isEmpty()) {
            for (SessionChanges session : sessions.values()) {
                for (SessionChanges.Queued queued : session.queued.values()) {
                    messages.computeIfAbsent(
                                    queued.message, message -> new StoredMessage(numbers.nextMessage(), message))
                            .references++;
                }
            }
        }
        return messages.values();
    }

    /** The number that {@link #messages()} has given a message. */
    long number(Message message) {
        StoredMessage stored = messages.get(message);
        if (stored == null) {
            throw new IllegalStateException("a message that no session of this batch has");
        }
        return stored.id;
    }

    private @Nullable SessionChanges session(String clientId) {
        SessionChanges session = sessions.get(clientId);
        if (session == null) {
            Long id = numbers.of(clientId);
            if (id == null) {
                return null;
            }
            session = new SessionChanges(id);
            sessions.put(clientId, session);
        }
        return session;
    }

    /** The retained message of a topic as it is now, {@code null} for none. */
    record RetainedChange(long id, @Nullable Message message) {}

    /** A message that the store does not have yet. */
    static final class StoredMessage {
        final long id;
        final Message message;
        int references;

        StoredMessage(long id, Message message) {
            this.id = id;
            this.message = message;
        }
    }
}
