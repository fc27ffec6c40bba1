// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.sqlite;

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
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The sessions in a {@link SqliteStore}. Any thread. */
@Component(immediate = true, property = SessionStore.NAME + "=sqlite")
public final class SqliteSessionStore implements SessionStore {
    private final SqliteStore store;
    private final Writer writer;

    @Activate
    public SqliteSessionStore(@Reference SqliteStore store) {
        this.store = store;
        this.writer = store.writer();
    }

    SqliteStore store() {
        return store;
    }

    @Override
    public boolean isDurable() {
        return true;
    }

    @Override
    public String identity() {
        return store.identity();
    }

    @Override
    public boolean isAccepting() {
        return writer.trouble() == null;
    }

    @Override
    public void forEach(Consumer<SessionRecord> action) {
        forEach(clientId -> false, action);
    }

    @Override
    public void forEach(Predicate<String> known, Consumer<SessionRecord> action) {
        writer.ask((database, numbers) -> Reader.sessions(database, known))
                .join()
                .forEach(action);
    }

    @Override
    public CompletionStage<List<OutboundMessage>> page(
            String clientId, long fromPosition, int maximumMessages, int maximumBytes) {
        return writer.ask((database, numbers) -> {
            Long session = numbers.of(clientId);
            return session == null
                    ? List.of()
                    : Reader.page(database, session, fromPosition, maximumMessages, maximumBytes);
        });
    }

    @Override
    public void begin() {
        writer.begin();
    }

    @Override
    public void end() {
        writer.end();
    }

    @Override
    public void put(SessionRecord session) {
        writer.hand(batch -> batch.put(session));
    }

    @Override
    public void remove(String clientId) {
        writer.hand(batch -> batch.remove(clientId));
    }

    @Override
    public void changed(String clientId, SessionState state) {
        writer.hand(batch -> batch.changed(clientId, state));
    }

    @Override
    public void subscribed(String clientId, Subscription subscription) {
        writer.hand(batch -> batch.subscribed(clientId, subscription));
    }

    @Override
    public void unsubscribed(String clientId, TopicFilter filter) {
        writer.hand(batch -> batch.unsubscribed(clientId, filter));
    }

    @Override
    public void queued(String clientId, OutboundMessage message) {
        writer.hand(batch -> batch.queued(clientId, message));
    }

    @Override
    public void sent(String clientId, long position, int packetId) {
        writer.hand(batch -> batch.sent(clientId, position, packetId));
    }

    @Override
    public void received(String clientId, long position) {
        writer.hand(batch -> batch.received(clientId, position));
    }

    @Override
    public void done(String clientId, long position) {
        writer.hand(batch -> batch.done(clientId, position));
    }

    @Override
    public void inbound(String clientId, int packetId) {
        writer.hand(batch -> batch.inbound(clientId, packetId, true));
    }

    @Override
    public void inboundDone(String clientId, int packetId) {
        writer.hand(batch -> batch.inbound(clientId, packetId, false));
    }

    @Override
    public CompletionStage<Void> barrier() {
        return writer.barrier();
    }
}
