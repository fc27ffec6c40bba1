// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.memory;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Topic;
import io.mortise.api.store.RetainedStore;
import io.mortise.api.store.SessionStore;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * The retained messages, as long as this bundle runs.
 *
 * <p>Any thread. Immediate for the reason that {@link MemorySessionStore} gives.
 */
@Component(immediate = true, property = SessionStore.NAME + "=memory")
public final class MemoryRetainedStore implements RetainedStore {
    private static final CompletionStage<Void> SAFE = CompletableFuture.completedFuture(null);

    private final Map<Topic, Message> messages = new ConcurrentHashMap<>();
    private final String identity = UUID.randomUUID().toString();

    @Activate
    public MemoryRetainedStore() {}

    @Override
    public boolean isDurable() {
        return false;
    }

    @Override
    public String identity() {
        return identity;
    }

    @Override
    public void forEach(Consumer<Message> action) {
        messages.values().forEach(action);
    }

    @Override
    public void put(Message message) {
        messages.put(message.topic(), message);
    }

    @Override
    public void remove(Topic topic) {
        messages.remove(topic);
    }

    /** As {@link MemorySessionStore#barrier()}. */
    @Override
    public CompletionStage<Void> barrier() {
        return SAFE;
    }
}
