// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.store.OutboundMessage;
import io.mortise.api.store.SessionRecord;
import io.mortise.api.store.SessionState;
import io.mortise.api.store.SessionStore;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A store of which each fact and each page is counted. Any thread, as the store. */
record MeteredSessionStore(SessionStore store, Meter meter) implements SessionStore {

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
        return meter.ask(() -> store.page(clientId, fromPosition, maximumMessages, maximumBytes));
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
        long begun = meter.begin();
        try {
            store.put(session);
        } catch (Throwable failure) {
            meter.failed();
            throw failure;
        } finally {
            meter.ended(begun);
        }
    }

    @Override
    public void remove(String clientId) {
        long begun = meter.begin();
        try {
            store.remove(clientId);
        } catch (Throwable failure) {
            meter.failed();
            throw failure;
        } finally {
            meter.ended(begun);
        }
    }

    @Override
    public void changed(String clientId, SessionState state) {
        long begun = meter.begin();
        try {
            store.changed(clientId, state);
        } catch (Throwable failure) {
            meter.failed();
            throw failure;
        } finally {
            meter.ended(begun);
        }
    }

    @Override
    public void subscribed(String clientId, Subscription subscription) {
        long begun = meter.begin();
        try {
            store.subscribed(clientId, subscription);
        } catch (Throwable failure) {
            meter.failed();
            throw failure;
        } finally {
            meter.ended(begun);
        }
    }

    @Override
    public void unsubscribed(String clientId, TopicFilter filter) {
        long begun = meter.begin();
        try {
            store.unsubscribed(clientId, filter);
        } catch (Throwable failure) {
            meter.failed();
            throw failure;
        } finally {
            meter.ended(begun);
        }
    }

    @Override
    public void queued(String clientId, OutboundMessage message) {
        long begun = meter.begin();
        try {
            store.queued(clientId, message);
        } catch (Throwable failure) {
            meter.failed();
            throw failure;
        } finally {
            meter.ended(begun);
        }
    }

    @Override
    public void sent(String clientId, long position, int packetId) {
        long begun = meter.begin();
        try {
            store.sent(clientId, position, packetId);
        } catch (Throwable failure) {
            meter.failed();
            throw failure;
        } finally {
            meter.ended(begun);
        }
    }

    @Override
    public void received(String clientId, long position) {
        long begun = meter.begin();
        try {
            store.received(clientId, position);
        } catch (Throwable failure) {
            meter.failed();
            throw failure;
        } finally {
            meter.ended(begun);
        }
    }

    @Override
    public void done(String clientId, long position) {
        long begun = meter.begin();
        try {
            store.done(clientId, position);
        } catch (Throwable failure) {
            meter.failed();
            throw failure;
        } finally {
            meter.ended(begun);
        }
    }

    @Override
    public void inbound(String clientId, int packetId) {
        long begun = meter.begin();
        try {
            store.inbound(clientId, packetId);
        } catch (Throwable failure) {
            meter.failed();
            throw failure;
        } finally {
            meter.ended(begun);
        }
    }

    @Override
    public void inboundDone(String clientId, int packetId) {
        long begun = meter.begin();
        try {
            store.inboundDone(clientId, packetId);
        } catch (Throwable failure) {
            meter.failed();
            throw failure;
        } finally {
            meter.ended(begun);
        }
    }

    @Override
    public CompletionStage<Void> barrier() {
        return store.barrier();
    }
}
