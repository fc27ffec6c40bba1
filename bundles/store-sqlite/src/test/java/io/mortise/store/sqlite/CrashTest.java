// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.store.SessionRecord;
import io.mortise.api.store.SessionStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The process ends in the middle of whatever it does: what was acknowledged is there, and nothing is there by half. */
class CrashTest {
    private static final int LAST = 60_000;

    private final StoreFiles files = new StoreFiles();

    @AfterEach
    void end() throws Exception {
        files.close();
    }

    /** What is killed: writes units for ever, and says on standard output which are safe. */
    static final class Victim {
        public static void main(String[] arguments) throws Exception {
            SqliteStore owner = new SqliteStore(Path.of(arguments[0]), Durability.DISK);
            SqliteSessionStore store = new SqliteSessionStore(owner);
            int first = Integer.parseInt(arguments[1]);
            if (first == 1) {
                store.put(Facts.session("publisher"));
                store.put(Facts.session("subscriber"));
            }
            for (int unit = first; unit < LAST; unit++) {
                Facts.unit(store, "publisher", "subscriber", unit);
                if (unit % 7 == 0) {
                    store.barrier().toCompletableFuture().join();
                    System.out.println(unit);
                }
            }
        }
    }

    @Test
    @DisplayName("SEC-58, DUR-01, DUR-03: a packet identifier and its message are there together, or neither is")
    void shouldKeepUnitsWholeAndWhatWasAcknowledged() throws Exception {
        Path folder = files.folder();
        Random random = new Random(58);
        int first = 1;
        for (int round = 0; round < 6; round++) {
            int acknowledged = killAfter(folder, first, 1 + random.nextInt(40));
            SqliteStore store = files.open(folder);
            int last = assertWhole(new SqliteSessionStore(store), acknowledged);
            assertNull(store.status().reason().isEmpty() ? null : store.status().reason());
            files.close(store);
            first = last + 1;
        }
    }

    /** At any moment the files are what a crash would leave: a copy of them, the log last, is a store. */
    @Test
    @DisplayName("DUR-04: a torn tail is cut")
    void shouldCutATornTail() throws Exception {
        Path folder = files.folder();
        SqliteStore store = files.open(folder);
        SqliteSessionStore sessions = new SqliteSessionStore(store);
        sessions.put(Facts.session("publisher"));
        sessions.put(Facts.session("subscriber"));
        for (int unit = 1; unit <= 60; unit++) {
            Facts.unit(sessions, "publisher", "subscriber", unit);
            sessions.barrier().toCompletableFuture().join();
        }
        long length = Files.size(folder.resolve("mortise.db-wal"));
        assertTrue(length > 60 * 4096, "a log of " + length + " bytes");
        Random random = new Random(4);
        int before = 0;
        for (long cut = length; cut > 0; cut -= 1 + random.nextInt((int) length / 20)) {
            Path torn = files.folder();
            PrivateFiles.folder(torn);
            Files.copy(folder.resolve("mortise.db"), torn.resolve("mortise.db"), StandardCopyOption.REPLACE_EXISTING);
            byte[] log = Files.readAllBytes(folder.resolve("mortise.db-wal"));
            Files.write(torn.resolve("mortise.db-wal"), java.util.Arrays.copyOf(log, (int) cut));
            SqliteStore copy = files.open(torn);
            int kept = assertWhole(new SqliteSessionStore(copy), 0);
            assertTrue(before == 0 || kept <= before, "a shorter log has more");
            before = kept;
            files.close(copy);
        }
        assertTrue(before < 10, before + " units in the shortest log");
    }

    /** Answers the last unit that is there. */
    private static int assertWhole(SessionStore store, int acknowledged) {
        SessionRecord publisher = Facts.sessions(store).get("publisher");
        Set<Integer> identifiers = publisher == null ? Set.of() : new TreeSet<>(publisher.inboundPacketIds());
        Set<Integer> messages = Facts.page(store, "subscriber", 0).stream()
                .map(message -> (int) message.position())
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(identifiers, messages, "a packet identifier and its message are one");
        int last = messages.size();
        assertTrue(messages.isEmpty() || messages.contains(1) && messages.contains(last), "a hole in " + messages);
        assertTrue(last >= acknowledged, acknowledged + " was acknowledged, the last is " + last);
        return last;
    }

    private static int killAfter(Path folder, int first, int acknowledgements)
            throws IOException, InterruptedException {
        Process victim = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Victim.class.getName(),
                        folder.toString(),
                        Integer.toString(first))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader said = victim.inputReader(StandardCharsets.US_ASCII)) {
            int last = 0;
            String line;
            for (int i = 0; i < acknowledgements && (line = said.readLine()) != null; i++) {
                last = Integer.parseInt(line);
            }
            victim.toHandle().destroyForcibly(); // leaves its output to be read
            while ((line = said.readLine()) != null) { // what it still got out is a promise too
                last = Integer.parseInt(line);
            }
            assertTrue(last > 0, "it said nothing");
            return last;
        } finally {
            victim.destroyForcibly().waitFor();
        }
    }
}
