// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Looks at every page and every row of a store: is the file whole, does everything refer to something that is there, can it be
 * read? Used by the writer's thread, or by the only one that there is.
 */
final class Verification {
    private static final int STEP = 10_000;

    private final Database database;
    private final Consumer<String> progress;
    private final List<String> problems = new ArrayList<>();
    private long rows;

    Verification(Database database, Consumer<String> progress) {
        this.database = database;
        this.progress = progress;
    }

    /** What is wrong, a line each; empty if nothing is. */
    List<String> run() {
        try {
            progress.accept("the pages of the file");
            integrity();
            progress.accept("what refers to something");
            references();
            progress.accept("the rows");
            each("session", "SELECT client_id, will FROM session", row -> {
                byte[] will = row.getBytes(2);
                return will == null ? "" : MessageFormat.will(will);
            });
            each(
                    "subscription",
                    "SELECT session, filter, options, identifiers FROM subscription",
                    row -> Columns.subscription(row.getString(2), row.getInt(3), row.getString(4)));
            each("message", "SELECT id, body FROM message", row -> MessageFormat.message(row.getBytes(2)));
            each("outbound", "SELECT position, identifiers, shared FROM outbound", row -> {
                Columns.shared(row.getString(3));
                return Columns.identifiers(row.getString(2));
            });
            each("retained", "SELECT topic, body FROM retained", row -> MessageFormat.message(row.getBytes(2)));
        } catch (SQLException failure) {
            problems.add("it cannot be read to its end: " + failure.getMessage());
        }
        return problems;
    }

    /** How many rows were looked at. */
    long rows() {
        return rows;
    }

    private void integrity() throws SQLException {
        try (Statement statement = database.connection().createStatement();
                ResultSet row = statement.executeQuery("PRAGMA integrity_check(20)")) {
            while (row.next()) {
                if (!row.getString(1).equals("ok")) {
                    problems.add(row.getString(1));
                }
            }
        }
    }

    private void references() throws SQLException {
        for (String table : List.of("subscription", "inbound", "outbound")) {
            count(
                    "SELECT count(*) FROM " + table + " WHERE session NOT IN (SELECT id FROM session)",
                    " rows of " + table + " belong to no session");
        }
        count(
                "SELECT count(*) FROM outbound WHERE message NOT IN (SELECT id FROM message)",
                " messages that wait for somebody are not there");
        count(
                "SELECT count(*) FROM message AS m LEFT JOIN (SELECT message, count(*) AS count FROM outbound GROUP BY message)"
                        + " AS o ON o.message = m.id WHERE m.refs <> coalesce(o.count, 0)",
                " messages are counted wrongly");
    }

    private void count(String sql, String problem) throws SQLException {
        try (Statement statement = database.connection().createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            if (row.next() && row.getLong(1) > 0) {
                problems.add(row.getLong(1) + problem);
            }
        }
    }

    private void each(String table, String sql, Reading reading) throws SQLException {
        try (Statement statement = database.connection().createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                try {
                    reading.read(row);
                } catch (RuntimeException damage) {
                    problems.add(table + " " + row.getString(1) + ": " + damage.getMessage());
                }
                if (++rows % STEP == 0) {
                    progress.accept(rows + " rows");
                }
            }
        }
    }

    private interface Reading {
        Object read(ResultSet row) throws SQLException;
    }
}
