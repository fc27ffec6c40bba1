// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Topic;
import io.mortise.api.store.RetainedStore;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** A store of which each fact is counted. Any thread, as the store. */
record MeteredRetainedStore(RetainedStore store, Meter meter) implements RetainedStore {

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
        long begun = meter.begin();
        try {
            store.put(message);
        } catch (Throwable failure) {
            meter.failed();
            throw failure;
        } finally {
            meter.ended(begun);
        }
    }

    @Override
    public void remove(Topic topic) {
        long begun = meter.begin();
        try {
            store.remove(topic);
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
