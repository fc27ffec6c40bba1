// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.sqlite;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.health.Health;
import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.store.OutboundMessage;
import io.mortise.api.store.SessionRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SqliteStoreTest {
    private final StoreFiles files = new StoreFiles();
    private final Path folder = files.folder();

    @AfterEach
    void end() throws Exception {
        files.close();
    }

    @Test
    @DisplayName("SEC-50: what clients call themselves is no name of anything")
    void shouldKeepClientIdentifiersApartAndOutOfTheFileSystem() throws Exception {
        List<String> clientIds = List.of(
                "../../x",
                "a/b",
                "CON",
                "x",
                "x_meta",
                "X",
                "K\u00fcche",
                "Ku\u0308che",
                "'; DROP TABLE session; --",
                "z".repeat(65_535));
        SqliteStore store = files.open(folder);
        SqliteSessionStore sessions = new SqliteSessionStore(store);
        for (int i = 0; i < clientIds.size(); i++) {
            sessions.put(Facts.session(clientIds.get(i)));
            sessions.queued(clientIds.get(i), Facts.message(i + 1, 10));
        }
        sessions.remove("x");
        SqliteSessionStore again = new SqliteSessionStore(files.reopen(store));

        Map<String, SessionRecord> kept = Facts.sessions(again);
        assertEquals(clientIds.size() - 1, kept.size());
        for (int i = 0; i < clientIds.size(); i++) {
            if (!clientIds.get(i).equals("x")) {
                assertEquals(List.of(Facts.message(i + 1, 10)), Facts.page(again, clientIds.get(i), 0));
            }
        }
        try (Stream<Path> entries = Files.list(folder)) {
            assertEquals(
                    List.of("mortise.db", "mortise.db-shm", "mortise.db-wal"),
                    entries.map(entry -> entry.getFileName().toString())
                            .sorted()
                            .toList());
        }
    }

    @Test
    @DisplayName("SEC-52: nobody else can look into it")
    void shouldKeepFolderAndFilesToItsOwner() throws Exception {
        SqliteStore store = files.open(folder);
        new SqliteSessionStore(store).put(Facts.session("fridge"));
        new SqliteSessionStore(store).barrier().toCompletableFuture().join();

        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)));
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path entry : entries.toList()) {
                assertEquals(
                        "rw-------",
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(entry)),
                        entry.toString());
            }
        }
    }

    @Test
    @DisplayName(
            "SEC-52, DUR-04: whatever the file says, it opens; a damaged one is set aside and what is lost is said")
    void shouldOpenWhateverTheFileSays() throws Exception {
        byte[] whole = wholeFile();
        Random random = new Random(52);
        int setAside = 0;
        for (int round = 0; round < 120; round++) {
            byte[] bytes = whole.clone();
            switch (round % 4) {
                case 0 -> bytes = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
                case 1 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                case 2 -> {
                    byte[] noise = new byte[1 + random.nextInt(5_000)];
                    random.nextBytes(noise);
                    int at = random.nextInt(bytes.length - noise.length);
                    System.arraycopy(noise, 0, bytes, at, noise.length);
                }
                default -> {
                    int at = random.nextInt(bytes.length / 4096) * 4096;
                    java.util.Arrays.fill(bytes, at, at + 4096, (byte) 0);
                }
            }
            Path each = files.folder();
            PrivateFiles.folder(each);
            Files.write(each.resolve("mortise.db"), bytes);
            SqliteStore store;
            try {
                store = new SqliteStore(each, Durability.PROCESS);
            } catch (RefusedStore notOurs) { // its head says so
                assertTrue(Files.exists(each.resolve("mortise.db")));
                continue;
            }
            SqliteSessionStore sessions = new SqliteSessionStore(store);
            sessions.put(Facts.session("new"));
            sessions.queued("new", Facts.message(1, 10));
            sessions.barrier().toCompletableFuture().join();
            for (String clientId : Facts.sessions(sessions).keySet()) {
                Facts.page(sessions, clientId, 0);
            }
            assertEquals(1, Facts.page(sessions, "new", 0).size());
            if (store.status().level() == Health.Level.DEGRADED) {
                setAside++;
                assertTrue(
                        store.status().reason().contains(".corrupt-"),
                        store.status().reason());
                try (Stream<Path> entries = Files.list(each)) {
                    assertTrue(entries.anyMatch(entry -> entry.toString().contains(".corrupt-")));
                }
            }
            store.close();
        }
        assertTrue(setAside > 30, setAside + " were set aside");
    }

    @Test
    @DisplayName("DUR-04: what can be read of a damaged file is kept")
    void shouldKeepWhatCanBeReadOfADamagedFile() throws Exception {
        SqliteStore store = files.open(folder);
        fill(store);
        store.writer()
                .ask((database, numbers) -> database.update("UPDATE message SET body = x'0107' WHERE id = 3"))
                .join();
        SqliteStore again = files.reopen(store);

        assertEquals(Health.Level.UP, again.status().level()); // nobody has looked at it yet
        assertEquals(
                299,
                Facts.page(new SqliteSessionStore(again), "client 0", 0).size()
                        + Facts.page(new SqliteSessionStore(again), "client 1", 0)
                                .size()
                        + Facts.page(new SqliteSessionStore(again), "client 2", 0)
                                .size());
    }

    @Test
    void shouldReportWhatIsLostAndKeepTheRest() throws Exception {
        SqliteStore store = files.open(folder);
        fill(store);
        store.writer()
                .ask((database, numbers) -> database.update("UPDATE retained SET body = x'0107' WHERE id = 3"))
                .join();
        SqliteStore again = files.reopen(store);

        assertTrue(
                again.status()
                        .reason()
                        .endsWith("kept: 3 session, 0 subscription, 0 inbound, 300 message, 300 outbound, 19 retained,"
                                + " lost: 1 damaged rows of retained"),
                again.status().reason());
        List<Message> retained = new ArrayList<>();
        new SqliteRetainedStore(again).forEach(retained::add);
        assertEquals(19, retained.size());
        assertEquals(
                100, Facts.page(new SqliteSessionStore(again), "client 0", 0).size());
    }

    @Test
    void shouldRefuseALaterVersionAndLeaveItAlone() throws Exception {
        SqliteStore store = files.open(folder);
        fill(store);
        store.writer()
                .ask((database, numbers) -> database.update("PRAGMA user_version = 3"))
                .join();
        files.close(store);
        RefusedStore refusal = assertThrows(RefusedStore.class, () -> new SqliteStore(folder, Durability.DISK));

        assertTrue(refusal.getMessage().contains("version 3"), refusal.getMessage());
        try (Stream<Path> entries = Files.list(folder)) {
            assertFalse(entries.anyMatch(entry -> entry.toString().contains(".corrupt-")));
        }
    }

    @Test
    void shouldMakeAStoreOfVersion1OneOfThisVersionWithAllThatItHas() throws Exception {
        SqliteStore store = files.open(folder);
        fill(store);
        store.writer()
                .ask((database, numbers) -> database.update("UPDATE outbound SET packet_id = 9 WHERE position = 1"))
                .join();
        Map<String, SessionRecord> before = Facts.sessions(new SqliteSessionStore(store));
        store.writer()
                .ask((database, numbers) -> database.update("ALTER TABLE outbound DROP COLUMN shared")
                        + database.update("PRAGMA user_version = 1"))
                .join();
        SqliteStore upgraded = files.reopen(store);
        SqliteSessionStore sessions = new SqliteSessionStore(upgraded);

        assertEquals(Health.Status.UP, upgraded.status());
        assertEquals(before, Facts.sessions(sessions));
        sessions.queued("client 0", Facts.shared(1_000));
        SqliteSessionStore again = new SqliteSessionStore(files.reopen(upgraded));
        assertEquals(List.of(Facts.shared(1_000)), Facts.page(again, "client 0", 1_000));
        assertEquals(1, Facts.sessions(again).get("client 0").backlog().shared());
    }

    @Test
    void shouldSetAsideWhatHasATopicFilterThatCannotBe() throws Exception {
        SqliteStore store = files.open(folder);
        SqliteSessionStore sessions = new SqliteSessionStore(store);
        sessions.put(Facts.session("fridge"));
        sessions.subscribed("fridge", new Subscription(TopicFilter.of("a/#"), Qos.AT_LEAST_ONCE));
        sessions.subscribed("fridge", new Subscription(TopicFilter.of("b"), Qos.AT_LEAST_ONCE));
        sessions.queued("fridge", Facts.shared(1));
        sessions.queued("fridge", Facts.shared(2));
        store.writer()
                .ask((database, numbers) -> database.update("UPDATE subscription SET filter = 'a#' WHERE filter = 'b'")
                        + database.update("UPDATE outbound SET shared = '$share/g' WHERE position = 2"))
                .join();
        SqliteStore again = files.reopen(store);

        assertTrue(
                again.status()
                        .reason()
                        .endsWith("lost: 1 damaged rows of subscription, 1 damaged rows of outbound,"
                                + " 1 damaged rows of message"),
                again.status().reason());
        assertEquals(List.of(Facts.shared(1)), Facts.page(new SqliteSessionStore(again), "fridge", 0));
    }

    @Test
    void shouldRefuseAFileThatIsSomebodyElses() throws Exception {
        PrivateFiles.folder(folder);
        try (var connection = org.sqlite.JDBC.createConnection(
                        "jdbc:sqlite:" + folder.resolve("mortise.db"), new java.util.Properties());
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE recipes (name TEXT)");
        }
        assertThrows(RefusedStore.class, () -> new SqliteStore(folder, Durability.DISK));
    }

    @Test
    @DisplayName("DUR-01, DUR-05: while the disk is full nothing is acknowledged, and it goes on by itself")
    void shouldHoldBarriersWhileTheDiskIsFullAndGoOnByItself() throws Exception {
        SqliteStore store = files.open(folder, Durability.DISK);
        SqliteSessionStore sessions = new SqliteSessionStore(store);
        sessions.put(Facts.session("subscriber"));
        sessions.put(Facts.session("publisher"));
        Database database = store.writer().ask((it, numbers) -> it).join();
        pragma(database, "max_page_count = 40");
        List<CompletionStage<Void>> safe = new ArrayList<>();
        for (int unit = 1; sessions.isAccepting(); unit++) {
            sessions.begin();
            sessions.inbound("publisher", unit);
            sessions.queued("subscriber", Facts.message(unit, 1_000));
            sessions.end();
            CompletableFuture<Void> barrier = sessions.barrier().toCompletableFuture();
            safe.add(barrier);
            await().until(() -> barrier.isDone() || !sessions.isAccepting());
        }
        int acknowledged = (int)
                safe.stream().filter(it -> it.toCompletableFuture().isDone()).count();
        assertEquals(safe.size() - 1, acknowledged);
        assertEquals(Health.Level.DOWN, store.status().level());
        assertTrue(store.status().reason().contains("full"), store.status().reason());
        sessions.done("subscriber", 1);
        CompletableFuture<Void> later = sessions.barrier().toCompletableFuture();
        assertFalse(later.isDone());

        pragma(database, "max_page_count = 1000000");
        await().atMost(Duration.ofSeconds(5)).until(later::isDone);
        later.join();
        safe.forEach(it -> it.toCompletableFuture().join());
        assertTrue(sessions.isAccepting());
        assertEquals(Health.Status.UP, store.status());
        SqliteSessionStore again = new SqliteSessionStore(files.reopen(store));
        assertEquals(safe.size() - 1, Facts.page(again, "subscriber", 0).size());
        assertEquals(
                safe.size(),
                Facts.sessions(again).get("publisher").inboundPacketIds().size());
    }

    @Test
    void shouldFailTheBarrierWhenItIsClosedWhileTheDiskIsFull() throws Exception {
        SqliteStore store = files.open(folder, Durability.DISK);
        SqliteSessionStore sessions = new SqliteSessionStore(store);
        sessions.put(Facts.session("subscriber"));
        Database database = store.writer().ask((it, numbers) -> it).join();
        pragma(database, "max_page_count = 1");
        sessions.queued("subscriber", Facts.message(1, 100_000));
        CompletableFuture<Void> barrier = sessions.barrier().toCompletableFuture();
        await().until(() -> !sessions.isAccepting());
        assertFalse(barrier.isDone());
        files.close(store);

        assertTrue(barrier.isCompletedExceptionally());
        assertTrue(sessions.barrier().toCompletableFuture().isCompletedExceptionally()
                || sessions.barrier().toCompletableFuture().isDone());
        assertThrows(Exception.class, () -> sessions.forEach(session -> {}));
    }

    @Test
    @DisplayName("DUR-06: an empty store is small, and an idle one writes nothing")
    void shouldMoveTheLogToTheFileOnceAndThenBeSilent() throws Exception {
        SqliteStore store = files.open(folder, Durability.DISK);
        SqliteSessionStore sessions = new SqliteSessionStore(store);
        sessions.put(Facts.session("subscriber"));
        for (int position = 1; position <= 3_000; position++) {
            sessions.queued("subscriber", Facts.message(position, 1_000));
        }
        sessions.barrier().toCompletableFuture().join();
        assertTrue(size() > 3_000_000, size() + " bytes");
        for (int position = 1; position <= 3_000; position++) {
            sessions.done("subscriber", position);
        }
        sessions.barrier().toCompletableFuture().join();

        await().atMost(Duration.ofSeconds(30)).until(() -> size() < 200_000);
        Thread writer = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("mortise-store-sqlite"))
                .findFirst()
                .orElseThrow();
        // not TIMED_WAITING: until somebody hands something over, it does nothing
        await().until(() -> writer.getState() == Thread.State.WAITING);
    }

    @Test
    void shouldWriteNothingForAMessageThatCameAndWasAcknowledgedInOneBatch() {
        SqliteStore store = files.open(folder);
        SqliteSessionStore sessions = new SqliteSessionStore(store);
        sessions.put(Facts.session("subscriber"));
        sessions.begin(); // one batch
        sessions.queued("subscriber", Facts.message(1, 100));
        sessions.sent("subscriber", 1, 1);
        sessions.done("subscriber", 1);
        sessions.end();

        assertEquals(List.of(), Facts.page(sessions, "subscriber", 0));
        assertNull(store.writer()
                .ask((database, numbers) -> numbers.nextMessage() == 1 ? null : "written")
                .join());
    }

    @Test
    void shouldGoOnWhereAnotherHasWrittenMeanwhile() throws Exception {
        SqliteStore first = files.open(folder);
        SqliteSessionStore one = new SqliteSessionStore(first);
        SqliteStore second = files.open(folder);
        SqliteSessionStore other = new SqliteSessionStore(second);
        one.put(Facts.session("a"));
        one.put(Facts.session("b"));
        long position = 0;
        for (int round = 0; round < 6; round++) { // a new version comes, and is taken back, and comes again
            SqliteSessionStore store = round % 2 == 0 ? one : other;
            store.put(Facts.session("c" + round));
            store.begin();
            position++;
            for (String client : List.of("a", "b", "c" + round / 2)) {
                store.queued(client, Facts.message(position, 10));
            }
            store.end();
            if (round > 0) {
                store.done("a", position - 1);
            }
            store.barrier().toCompletableFuture().join();
        }
        files.close(second);
        assertEquals(
                List.of(6L),
                Facts.page(one, "a", 0).stream().map(OutboundMessage::position).toList());
        assertEquals(
                List.of(1L, 2L, 3L, 4L, 5L, 6L),
                Facts.page(one, "b", 0).stream().map(OutboundMessage::position).toList());
        for (int session = 0; session < 3; session++) {
            assertEquals(2, Facts.page(one, "c" + session, 0).size(), "c" + session);
        }
        assertEquals("", first.status().reason());
    }

    @Test
    void shouldTakeTheFileOverWhileAnotherStillHasIt() throws Exception {
        SqliteStore before = files.open(folder);
        SqliteSessionStore old = new SqliteSessionStore(before);
        old.put(Facts.session("a"));
        SqliteStore after = files.open(folder);
        SqliteSessionStore next = new SqliteSessionStore(after);
        assertEquals(old.identity(), next.identity());
        old.put(Facts.session("b"));
        old.queued("b", Facts.message(1, 10));
        old.barrier().toCompletableFuture().join();

        next.put(Facts.session("c"));
        next.queued("b", Facts.message(2, 10));
        files.close(before);
        next.queued("c", Facts.message(1, 10));
        next.barrier().toCompletableFuture().join();
        assertEquals(new TreeSet<>(List.of("a", "b", "c")), Facts.sessions(next).keySet());
        assertEquals(2, Facts.page(next, "b", 0).size());
    }

    private void fill(SqliteStore store) {
        SqliteSessionStore sessions = new SqliteSessionStore(store);
        for (int client = 0; client < 3; client++) {
            sessions.put(Facts.session("client " + client));
            for (int position = 1; position <= 100; position++) {
                sessions.queued("client " + client, Facts.message(position, 500));
            }
        }
        SqliteRetainedStore retained = new SqliteRetainedStore(store);
        for (int topic = 0; topic < 20; topic++) {
            retained.put(new Message(Topic.of("topic/" + topic), Payload.of("value"), Qos.AT_LEAST_ONCE, true));
        }
        sessions.barrier().toCompletableFuture().join();
    }

    private byte[] wholeFile() throws IOException {
        Path model = files.folder();
        SqliteStore store = files.open(model);
        fill(store);
        files.close(store); // moves the log to the file
        return Files.readAllBytes(model.resolve("mortise.db"));
    }

    private long size() throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> !entry.toString().endsWith("-shm"))
                    .collect(Collectors.summingLong(entry -> entry.toFile().length()));
        }
    }

    private static void pragma(Database database, String assignment) throws SQLException {
        try (Statement statement = database.connection().createStatement()) {
            statement.execute("PRAGMA " + assignment);
        }
    }
}
