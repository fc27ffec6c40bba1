// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.store.OutboundMessage;
import io.mortise.api.store.SessionRecord;
import io.mortise.api.store.SessionState;
import io.mortise.api.store.SessionStore;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Stands in for the store of a session that ends with its connection: nothing is kept, and everything is safe at once. */
final class Forgetful implements SessionStore {
    static final SessionStore STORE = new Forgetful();

    /** A barrier that is passed. */
    static final CompletionStage<@Nullable Void> SAFE = CompletableFuture.completedFuture(null);

    private Forgetful() {}

    @Override
    public boolean isDurable() {
        return false;
    }

    @Override
    public String identity() {
        return "";
    }

    @Override
    public boolean isAccepting() {
        return true;
    }

    @Override
    public CompletionStage<List<OutboundMessage>> page(
            String clientId, long fromPosition, int maximumMessages, int maximumBytes) {
        return CompletableFuture.completedFuture(List.of());
    }

    @Override
    public void begin() {}

    @Override
    public void end() {}

    @Override
    public void forEach(Consumer<SessionRecord> action) {}

    @Override
    public void put(SessionRecord session) {}

    @Override
    public void remove(String clientId) {}

    @Override
    public void changed(String clientId, SessionState state) {}

    @Override
    public void subscribed(String clientId, Subscription subscription) {}

    @Override
    public void unsubscribed(String clientId, TopicFilter filter) {}

    @Override
    public void queued(String clientId, OutboundMessage message) {}

    @Override
    public void sent(String clientId, long position, int packetId) {}

    @Override
    public void received(String clientId, long position) {}

    @Override
    public void done(String clientId, long position) {}

    @Override
    public void inbound(String clientId, int packetId) {}

    @Override
    public void inboundDone(String clientId, int packetId) {}

    @Override
    public CompletionStage<Void> barrier() {
        return SAFE;
    }
}
