// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.memory;

import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.store.OutboundMessage;
import io.mortise.api.store.SessionRecord;
import io.mortise.api.store.SessionState;
import io.mortise.api.store.SessionStore;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * The sessions, as long as this bundle runs.
 *
 * <p>Any thread; facts about different sessions do not meet, those about one meet at its own lock.
 *
 * <p>Immediate, because what is kept must outlive the broker that uses it: a delayed component, and all it holds, is gone
 * as soon as nobody uses it.
 */
@Component(immediate = true, property = SessionStore.NAME + "=memory")
public final class MemorySessionStore implements SessionStore {
    private static final CompletionStage<Void> SAFE = CompletableFuture.completedFuture(null);

    private final Map<String, HeldSession> sessions = new ConcurrentHashMap<>();
    private final String identity = UUID.randomUUID().toString();

    @Activate
    public MemorySessionStore() {}

    @Override
    public boolean isDurable() {
        return false;
    }

    @Override
    public String identity() {
        return identity;
    }

    @Override
    public boolean isAccepting() {
        return true;
    }

    @Override
    public void forEach(Consumer<SessionRecord> action) {
        sessions.values().forEach(session -> action.accept(session.record()));
    }

    /** What it has is in its records already. */
    @Override
    public CompletionStage<List<OutboundMessage>> page(
            String clientId, long fromPosition, int maximumMessages, int maximumBytes) {
        HeldSession session = session(clientId);
        return CompletableFuture.completedFuture(
                session == null ? List.of() : session.page(fromPosition, maximumMessages, maximumBytes));
    }

    /** Nothing of a unit can get lost alone: it ends with the process as a whole. */
    @Override
    public void begin() {}

    @Override
    public void end() {}

    @Override
    public void put(SessionRecord session) {
        sessions.put(session.clientId(), new HeldSession(session));
    }

    @Override
    public void remove(String clientId) {
        sessions.remove(clientId);
    }

    @Override
    public void changed(String clientId, SessionState state) {
        HeldSession session = session(clientId);
        if (session != null) {
            session.changed(state);
        }
    }

    @Override
    public void subscribed(String clientId, Subscription subscription) {
        HeldSession session = session(clientId);
        if (session != null) {
            session.subscribed(subscription);
        }
    }

    @Override
    public void unsubscribed(String clientId, TopicFilter filter) {
        HeldSession session = session(clientId);
        if (session != null) {
            session.unsubscribed(filter);
        }
    }

    @Override
    public void queued(String clientId, OutboundMessage message) {
        HeldSession session = session(clientId);
        if (session != null) {
            session.queued(message);
        }
    }

    @Override
    public void sent(String clientId, long position, int packetId) {
        HeldSession session = session(clientId);
        if (session != null) {
            session.sent(position, packetId);
        }
    }

    @Override
    public void received(String clientId, long position) {
        HeldSession session = session(clientId);
        if (session != null) {
            session.received(position);
        }
    }

    @Override
    public void done(String clientId, long position) {
        HeldSession session = session(clientId);
        if (session != null) {
            session.done(position);
        }
    }

    @Override
    public void inbound(String clientId, int packetId) {
        HeldSession session = session(clientId);
        if (session != null) {
            session.inbound(packetId);
        }
    }

    @Override
    public void inboundDone(String clientId, int packetId) {
        HeldSession session = session(clientId);
        if (session != null) {
            session.inboundDone(packetId);
        }
    }

    /** One stage for all: there is nothing to wait for, and it cannot be completed from outside. */
    @Override
    public CompletionStage<Void> barrier() {
        return SAFE;
    }

    private @Nullable HeldSession session(String clientId) {
        return sessions.get(clientId);
    }
}
