// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.store.OutboundMessage;
import io.mortise.api.store.RetainedStore;
import io.mortise.api.store.SessionRecord;
import io.mortise.api.store.SessionState;
import io.mortise.api.store.SessionStore;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The stores in use, while everything is moved to others: what they are told is noted too, and told the others later, in an order
 * in which it may have happened. Any thread, as the stores.
 */
final class RecordingStores {
    private final Stores.Pair from;
    private final Stores.Pair to;
    private final SessionStore sessions;
    private final RetainedStore retained;
    private final Queue<Fact> facts = new ConcurrentLinkedQueue<>();
    private final AtomicLong waiting = new AtomicLong();
    private volatile boolean over;

    /**
     * Something that was told.
     *
     * @param about a client identifier, or the name of a topic
     */
    record Fact(String about, boolean ofSession, Consumer<Stores.Pair> tell) {}

    RecordingStores(Stores.Pair from, Stores.Pair to) {
        this.from = from;
        this.to = to;
        this.sessions = new Sessions(from.sessions());
        this.retained = new Retained(from.retained());
    }

    Stores.Pair from() {
        return from;
    }

    Stores.Pair to() {
        return to;
    }

    SessionStore sessions() {
        return sessions;
    }

    RetainedStore retained() {
        return retained;
    }

    /** How much was noted and not told yet. */
    long waiting() {
        return waiting.get();
    }

    /** Tells the others what was noted first; {@code null} if there is nothing. */
    Fact tellNext() {
        Fact next = facts.poll();
        if (next != null) {
            waiting.decrementAndGet();
            next.tell.accept(to);
        }
        return next;
    }

    /** It is of no use any more: a store has gone, or the broker has. */
    void end() {
        over = true;
    }

    boolean isOver() {
        return over;
    }

    private void note(String clientId, Consumer<SessionStore> fact) {
        if (!over) {
            waiting.incrementAndGet();
            facts.add(new Fact(clientId, true, stores -> fact.accept(stores.sessions())));
        }
    }

    private void noteRetained(Topic topic, Consumer<RetainedStore> fact) {
        if (!over) {
            waiting.incrementAndGet();
            facts.add(new Fact(topic.name(), false, stores -> fact.accept(stores.retained())));
        }
    }

    /** It may have been copied since: what is told a second time must not be there twice. */
    static void queueAnew(SessionStore store, String clientId, OutboundMessage message) {
        store.done(clientId, message.position());
        store.queued(clientId, message);
    }

    private final class Sessions implements SessionStore {
        private final SessionStore store;

        Sessions(SessionStore store) {
            this.store = store;
        }

        @Override
        public boolean isDurable() {
            return store.isDurable();
        }

        @Override
        public String identity() {
            return store.identity();
        }

        @Override
        public boolean isAccepting() {
            return store.isAccepting();
        }

        @Override
        public void forEach(Consumer<SessionRecord> action) {
            store.forEach(action);
        }

        @Override
        public void forEach(Predicate<String> known, Consumer<SessionRecord> action) {
            store.forEach(known, action);
        }

        @Override
        public CompletionStage<List<OutboundMessage>> page(
                String clientId, long fromPosition, int maximumMessages, int maximumBytes) {
            return store.page(clientId, fromPosition, maximumMessages, maximumBytes);
        }

        @Override
        public void begin() {
            store.begin();
        }

        @Override
        public void end() {
            store.end();
        }

        @Override
        public void put(SessionRecord session) {
            store.put(session);
            note(session.clientId(), other -> other.put(session));
        }

        @Override
        public void remove(String clientId) {
            store.remove(clientId);
            note(clientId, other -> other.remove(clientId));
        }

        @Override
        public void changed(String clientId, SessionState state) {
            store.changed(clientId, state);
            note(clientId, other -> other.changed(clientId, state));
        }

        @Override
        public void subscribed(String clientId, Subscription subscription) {
            store.subscribed(clientId, subscription);
            note(clientId, other -> other.subscribed(clientId, subscription));
        }

        @Override
        public void unsubscribed(String clientId, TopicFilter filter) {
            store.unsubscribed(clientId, filter);
            note(clientId, other -> other.unsubscribed(clientId, filter));
        }

        @Override
        public void queued(String clientId, OutboundMessage message) {
            store.queued(clientId, message);
            note(clientId, other -> queueAnew(other, clientId, message));
        }

        @Override
        public void sent(String clientId, long position, int packetId) {
            store.sent(clientId, position, packetId);
            note(clientId, other -> other.sent(clientId, position, packetId));
        }

        @Override
        public void received(String clientId, long position) {
            store.received(clientId, position);
            note(clientId, other -> other.received(clientId, position));
        }

        @Override
        public void done(String clientId, long position) {
            store.done(clientId, position);
            note(clientId, other -> other.done(clientId, position));
        }

        @Override
        public void inbound(String clientId, int packetId) {
            store.inbound(clientId, packetId);
            note(clientId, other -> other.inbound(clientId, packetId));
        }

        @Override
        public void inboundDone(String clientId, int packetId) {
            store.inboundDone(clientId, packetId);
            note(clientId, other -> other.inboundDone(clientId, packetId));
        }

        @Override
        public CompletionStage<Void> barrier() {
            return store.barrier();
        }
    }

    private final class Retained implements RetainedStore {
        private final RetainedStore store;

        Retained(RetainedStore store) {
            this.store = store;
        }

        @Override
        public boolean isDurable() {
            return store.isDurable();
        }

        @Override
        public String identity() {
            return store.identity();
        }

        @Override
        public void forEach(Consumer<Message> action) {
            store.forEach(action);
        }

        @Override
        public void put(Message message) {
            store.put(message);
            noteRetained(message.topic(), other -> other.put(message));
        }

        @Override
        public void remove(Topic topic) {
            store.remove(topic);
            noteRetained(topic, other -> other.remove(topic));
        }

        @Override
        public CompletionStage<Void> barrier() {
            return store.barrier();
        }
    }
}
