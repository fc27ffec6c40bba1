// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * {@code mortise.db}, and what SQLite puts beside it. Used by one thread.
 *
 * <p>A damaged file is never emptied, and never served: it is set aside under another name, with all that can be read of it in a
 * new one, and what is lost is said.
 */
final class StoreFile {
    private static final Logger LOG = LoggerFactory.getLogger(StoreFile.class);

    /** Up to here, all of the file is looked at before it is used; beyond, what is read at the start. */
    private static final long SMALL_BYTES = 32L * 1024 * 1024;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private static final List<String> COMPANIONS = List.of("", "-wal");

    private final Path file;
    private final Durability durability;

    /** What was lost when the file was opened; {@code null} if nothing was. */
    private @Nullable String loss;

    StoreFile(Path folder, Durability durability) {
        this.file = folder.resolve("mortise.db");
        this.durability = durability;
    }

    /** Opens the file, or makes it; sets it aside first if it is damaged. */
    Database openOrSetAside() throws SQLException, RefusedStore, IOException {
        Database database = null;
        try {
            refuseIfEmptied();
            database = open();
            database.inspect(Files.size(file) <= SMALL_BYTES);
            return database;
        } catch (SQLException | RuntimeException failure) {
            if (database != null) {
                close(database);
            }
            if (!isDamage(failure)) {
                throw failure;
            }
            return salvage(failure);
        }
    }

    Database open() throws SQLException, RefusedStore, IOException {
        return Database.open(file, durability);
    }

    @Nullable
    String loss() {
        return loss;
    }

    /** SQLite takes an empty file for a new one, and forgets the log that belonged to it. */
    private void refuseIfEmptied() throws IOException {
        Path log = companion(file, "-wal");
        if (Files.exists(file) && Files.size(file) == 0 && Files.exists(log) && Files.size(log) > 0) {
            throw new Damaged("the file is empty, and its log is not");
        }
    }

    static boolean isDamage(Exception failure) {
        if (failure instanceof SQLiteException sqlite) {
            SQLiteErrorCode code = sqlite.getResultCode();
            return code == SQLiteErrorCode.SQLITE_NOTADB
                    || (code.code & 0xFF) == SQLiteErrorCode.SQLITE_CORRUPT.code
                    // a table or column that is not there: the schema itself is damaged
                    || code == SQLiteErrorCode.SQLITE_ERROR;
        }
        return failure instanceof Damaged;
    }

    private Database salvage(Exception failure) throws SQLException, RefusedStore, IOException {
        Path aside = setAside();
        Database fresh = open();
        Salvage salvage = new Salvage(companion(aside, ""), fresh);
        try {
            salvage.run();
        } catch (SQLException | RuntimeException broken) {
            close(fresh);
            throw broken;
        }
        loss = "the store was damaged (" + failure.getMessage() + ") and is set aside as " + aside + "; "
                + salvage.report();
        LOG.error("{}", loss);
        return fresh;
    }

    private Path setAside() throws IOException {
        Path aside = file.resolveSibling(file.getFileName() + ".corrupt-" + TIME.format(Instant.now()));
        for (int i = 2; Files.exists(aside); i++) {
            aside = file.resolveSibling(file.getFileName() + ".corrupt-" + TIME.format(Instant.now()) + "-" + i);
        }
        for (String companion : COMPANIONS) {
            Path from = companion(file, companion);
            if (Files.exists(from)) {
                Files.move(from, companion(aside, companion));
            }
        }
        Files.deleteIfExists(companion(file, "-shm"));
        return aside;
    }

    private static Path companion(Path file, String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }

    private static void close(Database database) {
        try {
            database.close();
        } catch (SQLException nothingToLose) {
            LOG.debug("The damaged store was not closed well", nothingToLose);
        }
    }
}
