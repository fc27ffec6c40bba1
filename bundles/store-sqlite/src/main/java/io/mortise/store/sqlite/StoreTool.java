// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.sqlite;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.spi.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * {@code mortise store}: looks after the store of a broker that does not run. Used by the main thread.
 *
 * <p>It takes the lock that a broker takes, so it never meets one.
 */
public final class StoreTool implements ToolProvider {
    private static final String USAGE = "usage: mortise store verify|export FILE|import FILE [--data DIR]";
    private static final int FAILED = 1;
    private static final int NOT_UNDERSTOOD = 2;

    /** Made by the service loader. */
    public StoreTool() {}

    @Override
    public String name() {
        return "store";
    }

    @Override
    public int run(PrintWriter out, PrintWriter err, String... words) {
        List<String> rest = new ArrayList<>(Arrays.asList(words));
        Path data = data(rest);
        String verb = rest.isEmpty() ? "" : rest.remove(0);
        boolean understood = verb.equals("verify") && rest.isEmpty()
                || (verb.equals("export") || verb.equals("import")) && rest.size() == 1;
        if (data == null || !understood) {
            err.println("mortise: " + USAGE);
            return NOT_UNDERSTOOD;
        }
        try {
            return locked(data, verb, rest, out, err);
        } catch (RefusedStore | SQLException | IOException | IllegalArgumentException failure) {
            err.println("mortise: store " + verb + ": " + failure.getMessage());
            return FAILED;
        } finally {
            out.flush();
            err.flush();
        }
    }

    /** The value of {@code --data}, which is taken away; {@code null} if it has none. */
    private static @Nullable Path data(List<String> words) {
        int at = words.indexOf("--data");
        if (at < 0) {
            return Path.of(System.getProperty("mortise.home", "."), "data");
        }
        words.remove(at);
        return at < words.size() ? Path.of(words.remove(at)) : null;
    }

    private static int locked(Path data, String verb, List<String> rest, PrintWriter out, PrintWriter err)
            throws RefusedStore, SQLException, IOException {
        if (verb.equals("import")) {
            Files.createDirectories(data);
        } else if (!Files.exists(data.resolve("store").resolve("mortise.db"))) {
            throw new IOException("there is no store in " + data);
        }
        try (FileChannel lock = FileChannel.open(
                data.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (lock.tryLock() == null) {
                throw new IOException(data + " is in use by a broker (process "
                        + Files.readString(data.resolve("lock")).strip()
                        + "): stop it, or use its shell: mortise:store " + verb);
            }
            Path folder = data.resolve("store");
            System.setProperty(
                    "org.sqlite.tmpdir",
                    Files.createDirectories(data.resolve("tmp")).toString());
            return verb.equals("verify")
                    ? verify(folder, out, err)
                    : transfer(folder, verb, Path.of(rest.get(0)), out, err);
        }
    }

    private static int verify(Path folder, PrintWriter out, PrintWriter err)
            throws RefusedStore, SQLException, IOException {
        try (Database database = new StoreFile(folder, Durability.DISK).open()) {
            Verification verification = new Verification(database, err::println);
            List<String> problems = verification.run();
            problems.forEach(out::println);
            out.println(
                    problems.isEmpty()
                            ? "whole: " + verification.rows() + " rows"
                            : problems.size()
                                    + " problems; at its next start the broker sets the file aside and keeps the rest");
            return problems.isEmpty() ? 0 : FAILED;
        }
    }

    private static int transfer(Path folder, String verb, Path file, PrintWriter out, PrintWriter err)
            throws RefusedStore, SQLException, IOException {
        SqliteStore store = new SqliteStore(folder, Durability.DISK);
        try {
            SqliteSessionStore sessions = new SqliteSessionStore(store);
            Transfer transfer = new Transfer(sessions, new SqliteRetainedStore(store), err::println);
            if (verb.equals("export")) {
                exportTo(file, transfer);
            } else {
                refuseUnlessEmpty(sessions);
                try (BufferedReader in = Files.newBufferedReader(file)) {
                    transfer.importFrom(in);
                }
            }
            out.println(verb + "ed: " + transfer.summary());
            return 0;
        } finally {
            store.close();
        }
    }

    /** Writes an export that nobody but its owner can read, under its name when it is whole. */
    static void exportTo(Path file, Transfer transfer) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
        PrivateFiles.file(unfinished);
        try (var writer = Files.newBufferedWriter(unfinished)) {
            transfer.exportTo(writer);
        }
        Files.move(unfinished, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private static void refuseUnlessEmpty(SqliteSessionStore sessions) {
        AtomicBoolean empty = new AtomicBoolean(true);
        sessions.forEach(session -> empty.set(false));
        if (!empty.get()) {
            throw new IllegalArgumentException("the store has sessions already: name another folder with --data");
        }
    }
}
