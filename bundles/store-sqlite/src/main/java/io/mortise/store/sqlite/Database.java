// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.sqlite;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.Topic;
import io.mortise.api.store.SessionState;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sqlite.JDBC;

/**
 * The file, and one connection to it. Used by the writer's thread once it is open.
 *
 * <p>A batch is one transaction. Written a second time, because it is not known whether the first time worked, it changes
 * nothing.
 */
final class Database implements AutoCloseable {

    /** Pages in the log before SQLite moves them to the file: the more, the fewer writes, and the longer the log. */
    private static final int CHECKPOINT_PAGES = 1_000;

    /** Pages that are given back to the file system at a time. */
    private static final int VACUUM_PAGES = 512;

    private static final long UNKNOWN = -1;

    private final Connection connection;
    private final String identity;
    private final Map<String, PreparedStatement> statements = new HashMap<>();
    private long dataVersion = UNKNOWN;

    private Database(Connection connection, String identity) {
        this.connection = connection;
        this.identity = identity;
    }

    /**
     * Opens the file, or makes it.
     *
     * @throws SQLException if that does not work, or if the file is damaged
     * @throws RefusedStore if it is somebody else's
     */
    static Database open(Path file, Durability durability) throws SQLException, RefusedStore, IOException {
        PrivateFiles.file(file);
        Connection connection = JDBC.createConnection("jdbc:sqlite:" + file, new java.util.Properties());
        try {
            try (Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA busy_timeout = 5000");
                // before WAL: it cannot be changed afterwards
                statement.execute("PRAGMA auto_vacuum = INCREMENTAL");
                statement.execute("PRAGMA journal_mode = WAL");
                statement.execute("PRAGMA synchronous = " + durability.synchronous());
                statement.execute("PRAGMA wal_autocheckpoint = " + CHECKPOINT_PAGES);
                statement.execute("PRAGMA journal_size_limit = " + CHECKPOINT_PAGES * 4096L);
                statement.execute("PRAGMA cell_size_check = ON");
                statement.execute("PRAGMA temp_store = MEMORY");
            }
            return new Database(connection, Schema.prepare(connection));
        } catch (SQLException | RefusedStore | RuntimeException failure) {
            connection.close();
            throw failure;
        }
    }

    String identity() {
        return identity;
    }

    Connection connection() {
        return connection;
    }

    /**
     * Reads what a broker reads when it starts.
     *
     * @param all whether every page of the file is looked at
     * @throws Damaged if something is wrong
     */
    void inspect(boolean all) throws SQLException {
        if (all) {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("PRAGMA quick_check(1)")) {
                if (row.next() && !row.getString(1).equals("ok")) {
                    throw new Damaged(row.getString(1));
                }
            }
        }
        try {
            Reader.sessions(this, clientId -> false);
            Reader.RetainedPage page;
            long last = 0;
            do {
                page = Reader.retained(this, last, 256);
                last = page.last();
            } while (!page.messages().isEmpty());
        } catch (IllegalArgumentException | ProtocolViolation nonsense) {
            throw new Damaged("a row that cannot be: " + nonsense.getMessage(), nonsense);
        }
    }

    /** The numbers that were given so far. */
    void readNumbers(Numbers numbers) throws SQLException {
        numbers.restore(highest("session"), highest("message"), highest("retained"));
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT client_id, id FROM session")) {
            while (row.next()) {
                numbers.restore(row.getString(1), row.getLong(2));
            }
        }
    }

    private long highest(String table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT max(id) FROM " + table)) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    /** What is done in one transaction. */
    interface Work {
        void run() throws SQLException;
    }

    /** All of it or nothing; nobody else writes meanwhile. */
    void transaction(Work work) throws SQLException {
        boolean complete = false;
        try {
            execute("BEGIN IMMEDIATE");
            work.run();
            execute("COMMIT");
            complete = true;
        } finally {
            if (!complete) {
                rollBack();
            }
        }
    }

    /** Whether another connection has written since this was asked last. Within a transaction. */
    boolean wasChangedElsewhere() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA data_version")) {
            long before = dataVersion;
            dataVersion = row.next() ? row.getLong(1) : UNKNOWN;
            return before != UNKNOWN && before != dataVersion;
        }
    }

    /** Writes it, within a transaction. */
    void write(Batch batch) throws SQLException {
        for (Long session : batch.removed) {
            remove(session);
        }
        for (Batch.StoredMessage message : batch.messages()) {
            update(
                    "INSERT OR REPLACE INTO message (id, refs, body) VALUES (?, ?, ?)",
                    message.id,
                    message.references,
                    MessageFormat.bytes(message.message));
        }
        Map<Long, Integer> done = new LinkedHashMap<>();
        for (SessionChanges session : batch.sessions()) {
            write(session, batch, done);
        }
        for (Map.Entry<Long, Integer> message : done.entrySet()) {
            release(message.getKey(), message.getValue());
        }
        for (Map.Entry<Topic, Batch.RetainedChange> topic : batch.retained.entrySet()) {
            write(topic.getKey(), topic.getValue());
        }
    }

    private void write(SessionChanges session, Batch batch, Map<Long, Integer> done) throws SQLException {
        SessionState state = session.state;
        if (state != null) {
            byte[] will = state.will() == null ? null : MessageFormat.bytes(state.will());
            if (session.begins != null) {
                update(
                        "INSERT OR REPLACE INTO session (id, client_id, principal, expiry_seconds, disconnected_at, will)"
                                + " VALUES (?, ?, ?, ?, ?, ?)",
                        session.id,
                        session.begins,
                        state.principal(),
                        state.expiryIntervalSeconds(),
                        state.disconnectedAtMillis(),
                        will);
            } else {
                update(
                        "UPDATE session SET principal = ?, expiry_seconds = ?, disconnected_at = ?, will = ? WHERE id = ?",
                        state.principal(),
                        state.expiryIntervalSeconds(),
                        state.disconnectedAtMillis(),
                        will,
                        session.id);
            }
        }
        for (var change : session.subscriptions.entrySet()) {
            write(session.id, change.getKey().text(), change.getValue());
        }
        for (SessionChanges.Queued queued : session.queued.values()) {
            update(
                    "INSERT OR REPLACE INTO outbound (session, position, message, options, packet_id, size, identifiers,"
                            + " shared) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    session.id,
                    queued.position,
                    batch.number(queued.message),
                    Columns.options(queued.qos, queued.retain, queued.received),
                    queued.packetId,
                    size(queued.message),
                    Columns.identifiers(queued.subscriptionIdentifiers),
                    queued.shared == null ? null : queued.shared.text());
        }
        for (var entry : session.progress.entrySet()) {
            SessionChanges.Progress progress = entry.getValue();
            update(
                    "UPDATE outbound SET packet_id = CASE WHEN ?1 = 0 THEN packet_id ELSE ?1 END, options = options | ?2"
                            + " WHERE session = ?3 AND position = ?4",
                    progress.packetId,
                    progress.received ? Columns.RECEIVED : 0,
                    session.id,
                    entry.getKey());
        }
        for (Long position : session.done) {
            Long message = removed(
                    "DELETE FROM outbound WHERE session = ? AND position = ? RETURNING message", session.id, position);
            if (message != null) {
                done.merge(message, 1, Integer::sum);
            }
        }
        for (Map.Entry<Integer, Boolean> packetId : session.inbound.entrySet()) {
            update(
                    packetId.getValue()
                            ? "INSERT OR IGNORE INTO inbound (session, packet_id) VALUES (?, ?)"
                            : "DELETE FROM inbound WHERE session = ? AND packet_id = ?",
                    session.id,
                    packetId.getKey());
        }
    }

    private void write(long session, String filter, SessionChanges.SubscriptionChange change) throws SQLException {
        if (change.afresh()) {
            update("DELETE FROM subscription WHERE session = ? AND filter = ?", session, filter);
        }
        if (change.subscription() != null) {
            update(
                    "INSERT INTO subscription (session, filter, options, identifiers) VALUES (?, ?, ?, ?)"
                            + " ON CONFLICT (session, filter)"
                            + " DO UPDATE SET options = excluded.options, identifiers = excluded.identifiers",
                    session,
                    filter,
                    Columns.options(change.subscription()),
                    Columns.identifiers(change.subscription().identifiers()));
        }
    }

    private void write(Topic topic, Batch.RetainedChange change) throws SQLException {
        Message message = change.message();
        if (message == null) {
            update("DELETE FROM retained WHERE topic = ?", topic.name());
        } else {
            update(
                    "INSERT INTO retained (id, topic, body) VALUES (?, ?, ?)"
                            + " ON CONFLICT (topic) DO UPDATE SET body = excluded.body",
                    change.id(),
                    topic.name(),
                    MessageFormat.bytes(message));
        }
    }

    /** That many sessions of those that have the message are done with it. */
    private void release(long message, int references) throws SQLException {
        if (update("DELETE FROM message WHERE id = ? AND refs <= ?", message, references) == 0) {
            update("UPDATE message SET refs = refs - ? WHERE id = ?", references, message);
        }
    }

    private void remove(long session) throws SQLException {
        update(
                "UPDATE message SET refs = refs - waiting.count FROM (SELECT message, count(*) AS count FROM outbound"
                        + " WHERE session = ? GROUP BY message) AS waiting WHERE id = waiting.message",
                session);
        update(
                "DELETE FROM message WHERE id IN (SELECT message FROM outbound WHERE session = ?) AND refs <= 0",
                session);
        update("DELETE FROM outbound WHERE session = ?", session);
        update("DELETE FROM inbound WHERE session = ?", session);
        update("DELETE FROM subscription WHERE session = ?", session);
        update("DELETE FROM session WHERE id = ?", session);
    }

    private static int size(Message message) {
        return message.payload().size() + message.topic().utf8Length();
    }

    /** Moves what is in the log to the file, and gives what is free there back to the file system. */
    void tidyUp() throws SQLException {
        long free = number("PRAGMA freelist_count");
        if (free > VACUUM_PAGES && free > number("PRAGMA page_count") / 2) {
            for (long rest = free; rest > 0; rest -= VACUUM_PAGES) {
                try (Statement statement = connection.createStatement()) {
                    statement.executeUpdate("PRAGMA incremental_vacuum(" + VACUUM_PAGES + ")");
                }
            }
        }
        number("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    private long number(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            long last = 0;
            if (statement.execute(sql)) {
                try (ResultSet row = statement.getResultSet()) {
                    while (row.next()) {
                        last = row.getLong(1);
                    }
                }
            }
            return last;
        }
    }

    void execute(String sql) throws SQLException {
        prepared(sql).executeUpdate();
    }

    int update(String sql, @Nullable Object... values) throws SQLException {
        return bound(sql, values).executeUpdate();
    }

    private @Nullable Long removed(String sql, @Nullable Object... values) throws SQLException {
        try (ResultSet row = bound(sql, values).executeQuery()) {
            Long removed = null;
            while (row.next()) { // to its end: only then is it removed
                removed = row.getLong(1);
            }
            return removed;
        }
    }

    /** A statement with values in the place of its question marks. */
    PreparedStatement bound(String sql, @Nullable Object... values) throws SQLException {
        PreparedStatement statement = prepared(sql);
        for (int i = 0; i < values.length; i++) {
            Object value = values[i];
            if (value instanceof Long number) {
                statement.setLong(i + 1, number);
            } else if (value instanceof Integer number) {
                statement.setInt(i + 1, number);
            } else if (value instanceof byte[] bytes) {
                statement.setBytes(i + 1, bytes);
            } else {
                statement.setString(i + 1, (String) value);
            }
        }
        return statement;
    }

    private PreparedStatement prepared(String sql) throws SQLException {
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            statements.put(sql, statement);
        }
        return statement;
    }

    private void rollBack() {
        for (PreparedStatement statement : statements.values()) {
            closeQuietly(statement);
        }
        statements.clear(); // the driver does not use one again that has failed
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("ROLLBACK");
        } catch (SQLException alreadyRolledBack) {
            return; // by SQLite itself, as it does after some failures
        }
    }

    private static void closeQuietly(PreparedStatement statement) {
        try {
            statement.close();
        } catch (SQLException nothingToLose) {
            return; // it is not used again in any case
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
