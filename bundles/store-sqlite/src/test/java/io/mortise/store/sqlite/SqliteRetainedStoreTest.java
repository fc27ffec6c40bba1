// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.sqlite;

import io.mortise.api.store.RetainedStore;
import io.mortise.store.tck.RetainedStoreContract;
import org.junit.jupiter.api.AfterEach;

class SqliteRetainedStoreTest extends RetainedStoreContract {
    private final StoreFiles files = new StoreFiles();

    @AfterEach
    void end() throws Exception {
        files.close();
    }

    @Override
    protected RetainedStore open() {
        return new SqliteRetainedStore(files.open(files.folder()));
    }

    @Override
    protected RetainedStore reopen(RetainedStore store) {
        return new SqliteRetainedStore(files.reopen(((SqliteRetainedStore) store).store()));
    }
}
