// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.sqlite;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;

/**
 * The tables, and how to recognise them.
 *
 * <p>What clients call themselves and their topics are values, never names of anything. {@code outbound} is narrow, so that a
 * pass over all that waits is quick; a message is in {@code message} once, however many sessions it waits for, and goes with the
 * last of them. A store of an earlier version is made one of this version when it is opened, in one step; one of a later version is
 * refused.
 */
final class Schema {
    static final int VERSION = 2;

    /** "Mrts". */
    private static final int APPLICATION = 0x4D72_7473;

    private static final List<String> TABLES = List.of(
            "CREATE TABLE store (identity TEXT NOT NULL)",
            "CREATE TABLE session (id INTEGER PRIMARY KEY, client_id TEXT NOT NULL UNIQUE, principal TEXT NOT NULL,"
                    + " expiry_seconds INTEGER NOT NULL, disconnected_at INTEGER NOT NULL, will BLOB)",
            "CREATE TABLE subscription (id INTEGER PRIMARY KEY, session INTEGER NOT NULL, filter TEXT NOT NULL,"
                    + " options INTEGER NOT NULL, identifiers TEXT, UNIQUE (session, filter))",
            "CREATE TABLE inbound (session INTEGER NOT NULL, packet_id INTEGER NOT NULL,"
                    + " PRIMARY KEY (session, packet_id)) WITHOUT ROWID",
            "CREATE TABLE outbound (session INTEGER NOT NULL, position INTEGER NOT NULL, message INTEGER NOT NULL,"
                    + " options INTEGER NOT NULL, packet_id INTEGER NOT NULL, size INTEGER NOT NULL, identifiers TEXT,"
                    + " shared TEXT, PRIMARY KEY (session, position)) WITHOUT ROWID",
            "CREATE TABLE message (id INTEGER PRIMARY KEY, refs INTEGER NOT NULL, body BLOB NOT NULL)",
            "CREATE TABLE retained (id INTEGER PRIMARY KEY, topic TEXT NOT NULL UNIQUE, body BLOB NOT NULL)");

    /** What makes of each version the one behind it: the first statement, of version 1 version 2. */
    private static final List<String> STEPS = List.of("ALTER TABLE outbound ADD COLUMN shared TEXT");

    private Schema() {}

    /**
     * Makes the tables if there are none, and those of an earlier version what they are now.
     *
     * @return the identity of the store
     * @throws RefusedStore if it is a store of a later version, or none of ours
     */
    static String prepare(Connection connection) throws SQLException, RefusedStore {
        try (Statement statement = connection.createStatement()) {
            int version = number(statement, "PRAGMA user_version");
            int application = number(statement, "PRAGMA application_id");
            if (version == 0 && number(statement, "SELECT count(*) FROM sqlite_schema") == 0) {
                create(statement);
            } else if (application != APPLICATION) {
                throw new RefusedStore("it is not a store of Mortise: its application id is " + application
                        + ", expected " + APPLICATION);
            } else if (version > VERSION) {
                throw new RefusedStore("it was written by a later Mortise, as version " + version
                        + "; this one reads up to version " + VERSION + ": run the later one");
            } else if (version < VERSION) {
                upgrade(statement, version);
            }
            try (ResultSet row = statement.executeQuery("SELECT identity FROM store")) {
                if (!row.next()) {
                    throw new Damaged("a store without an identity");
                }
                return row.getString(1);
            }
        }
    }

    private static void create(Statement statement) throws SQLException {
        statement.execute("PRAGMA auto_vacuum = INCREMENTAL");
        statement.execute("BEGIN IMMEDIATE");
        for (String table : TABLES) {
            statement.execute(table);
        }
        statement.execute("INSERT INTO store VALUES ('" + UUID.randomUUID() + "')");
        statement.execute("PRAGMA application_id = " + APPLICATION);
        statement.execute("PRAGMA user_version = " + VERSION);
        statement.execute("COMMIT");
    }

    private static void upgrade(Statement statement, int from) throws SQLException {
        if (from < 1) {
            throw new Damaged("a store of version " + from);
        }
        statement.execute("BEGIN IMMEDIATE");
        for (String step : STEPS.subList(from - 1, VERSION - 1)) {
            statement.execute(step);
        }
        statement.execute("PRAGMA user_version = " + VERSION);
        statement.execute("COMMIT");
    }

    private static int number(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getInt(1) : 0;
        }
    }
}
