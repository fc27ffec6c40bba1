// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.sqlite;

import io.mortise.api.store.SessionStore;
import io.mortise.store.tck.SessionStoreContract;
import org.junit.jupiter.api.AfterEach;

class SqliteSessionStoreTest extends SessionStoreContract {
    private final StoreFiles files = new StoreFiles();

    @AfterEach
    void end() throws Exception {
        files.close();
    }

    @Override
    protected SessionStore open() {
        return new SqliteSessionStore(files.open(files.folder()));
    }

    @Override
    protected SessionStore reopen(SessionStore store) {
        return new SqliteSessionStore(files.reopen(((SqliteSessionStore) store).store()));
    }
}
