// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mortise.api.store.SessionStore;
import io.mortise.store.tck.CrashContract;
import java.nio.file.Path;

/** With the log of SQLite; whatever happens, nothing had to be set aside. */
class CrashTest extends CrashContract {

    @Override
    protected SessionStore open(Path folder) throws Exception {
        return new SqliteSessionStore(new SqliteStore(folder, Durability.DISK));
    }

    @Override
    protected void close(SessionStore store) {
        SqliteStore owner = ((SqliteSessionStore) store).store();
        assertEquals("", owner.status().reason());
        owner.close();
    }

    @Override
    protected Path log(Path folder) {
        return folder.resolve("mortise.db-wal");
    }
}
