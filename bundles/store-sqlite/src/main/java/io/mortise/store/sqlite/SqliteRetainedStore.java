// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.sqlite;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Topic;
import io.mortise.api.store.RetainedStore;
import io.mortise.api.store.SessionStore;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The retained messages in a {@link SqliteStore}. Any thread. */
@Component(immediate = true, property = SessionStore.NAME + "=sqlite")
public final class SqliteRetainedStore implements RetainedStore {

    /** How many are read at a time. */
    private static final int PAGE = 256;

    private final SqliteStore store;
    private final Writer writer;

    @Activate
    public SqliteRetainedStore(@Reference SqliteStore store) {
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
    public void forEach(Consumer<Message> action) {
        long last = 0;
        Reader.RetainedPage page;
        do {
            long after = last;
            page = writer.ask((database, numbers) -> Reader.retained(database, after, PAGE))
                    .join();
            page.messages().forEach(action);
            last = page.last();
        } while (page.messages().size() == PAGE);
    }

    @Override
    public void put(Message message) {
        writer.hand(batch -> batch.retained(message.topic(), message));
    }

    @Override
    public void remove(Topic topic) {
        writer.hand(batch -> batch.retained(topic, null));
    }

    @Override
    public CompletionStage<Void> barrier() {
        return writer.barrier();
    }
}
