// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Stores in folders of their own, which go with it. */
final class StoreFiles implements AutoCloseable {
    private final List<Path> folders = new ArrayList<>();
    private final Map<SqliteStore, Path> open = new HashMap<>();

    Path folder() {
        try {
            Path folder = Files.createTempDirectory("store");
            folders.add(folder);
            return folder.resolve("store");
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    SqliteStore open(Path folder) {
        return open(folder, Durability.PROCESS);
    }

    SqliteStore open(Path folder, Durability durability) {
        try {
            SqliteStore store = new SqliteStore(folder, durability);
            open.put(store, folder);
            return store;
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    SqliteStore reopen(SqliteStore store) {
        Path folder = open.remove(store);
        store.close();
        return open(folder);
    }

    void close(SqliteStore store) {
        open.remove(store);
        store.close();
    }

    @Override
    public void close() throws IOException {
        open.keySet().forEach(SqliteStore::close);
        for (Path folder : folders) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
