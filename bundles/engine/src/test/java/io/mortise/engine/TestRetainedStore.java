// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Topic;
import io.mortise.api.store.RetainedStore;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;

/** A map. */
final class TestRetainedStore implements RetainedStore {
    final Map<String, Message> messages = new ConcurrentSkipListMap<>();
    private final String identity = java.util.UUID.randomUUID().toString();
    final TestBarrier barrier = new TestBarrier();

    @Override
    public boolean isDurable() {
        return true;
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
        messages.put(message.topic().name(), message);
    }

    @Override
    public void remove(Topic topic) {
        messages.remove(topic.name());
    }

    @Override
    public CompletionStage<Void> barrier() {
        return barrier.next();
    }
}
