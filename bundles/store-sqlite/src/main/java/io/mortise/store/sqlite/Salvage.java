// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.sqlite.JDBC;

/**
 * Takes out of a damaged file what can be read, and puts it into a new one.
 *
 * <p>Used once. Each table is read from its beginning to the first damage, then from its end to the last. What cannot have been
 * written like this is left out, and so is what refers to something that is gone.
 */
final class Salvage {
    private static final Map<String, String> TABLES = tables();

    private final Path damaged;
    private final Database fresh;
    private final Map<String, Integer> kept = new LinkedHashMap<>();
    private final Map<String, Integer> refused = new LinkedHashMap<>();
    private final List<String> torn = new ArrayList<>();

    Salvage(Path damaged, Database fresh) {
        this.damaged = damaged;
        this.fresh = fresh;
    }

    private static Map<String, String> tables() {
        Map<String, String> columns = new LinkedHashMap<>();
        columns.put("session", "id, client_id, principal, expiry_seconds, disconnected_at, will");
        columns.put("subscription", "id, session, filter, options, identifiers");
        columns.put("inbound", "session, packet_id");
        columns.put("message", "id, refs, body");
        columns.put("outbound", "session, position, message, options, packet_id, size, identifiers, shared");
        columns.put("retained", "id, topic, body");
        return columns;
    }

    void run() throws SQLException {
        fresh.execute("BEGIN IMMEDIATE");
        try (Connection connection = JDBC.createConnection("jdbc:sqlite:" + damaged, new java.util.Properties())) {
            for (Map.Entry<String, String> table : TABLES.entrySet()) {
                copy(connection, table.getKey(), table.getValue());
            }
        }
        dropOrphans();
        fresh.execute("COMMIT");
    }

    /** What was kept and what is lost, in a sentence. */
    String report() {
        StringBuilder text = new StringBuilder("kept: ");
        kept.forEach(
                (table, rows) -> text.append(rows).append(' ').append(table).append(", "));
        text.append("lost: ");
        if (torn.isEmpty() && refused.isEmpty()) {
            return text.append("nothing that was readable").toString();
        }
        List<String> losses = new ArrayList<>();
        torn.forEach(table -> losses.add("a part of " + table + " that cannot be read"));
        refused.forEach((table, rows) -> losses.add(rows + " damaged rows of " + table));
        return text.append(String.join(", ", losses)).toString();
    }

    private void copy(Connection connection, String table, String columns) throws SQLException {
        int width = columns.split(",").length;
        String key = width == 2 ? columns : table.equals("outbound") ? "session, position" : "id";
        kept.put(table, 0);
        if (!copy(connection, table, columns, " ORDER BY " + key, width)) {
            torn.add(table);
            copy(connection, table, columns, " ORDER BY " + key.replace(",", " DESC,") + " DESC", width);
        }
    }

    /** Copies row by row; {@code false} if the end was not reached. */
    private boolean copy(Connection connection, String table, String columns, String order, int width)
            throws SQLException {
        String insert =
                "INSERT OR IGNORE INTO " + table + " (" + columns + ") VALUES (?" + ", ?".repeat(width - 1) + ")";
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT " + columns + " FROM " + table + order)) {
            while (row.next()) {
                @Nullable Object[] values = new @Nullable Object[width];
                for (int i = 0; i < width; i++) {
                    values[i] = row.getObject(i + 1);
                }
                if (isPlausible(table, values)) {
                    kept.merge(table, insert(insert, values), Integer::sum);
                } else {
                    refused.merge(table, 1, Integer::sum);
                }
            }
            return true;
        } catch (SQLException damage) {
            return false;
        }
    }

    private int insert(String sql, @Nullable Object[] values) {
        try {
            return fresh.update(sql, values);
        } catch (SQLException | ClassCastException notOfOurs) { // a value of another type than the column's
            return 0;
        }
    }

    private static boolean isPlausible(String table, @Nullable Object[] row) {
        return switch (table) {
            case "session" -> holds(row, it -> it[5] == null || MessageFormat.will((byte[]) it[5]) != null);
            case "subscription" ->
                holds(row, it -> Columns.subscription((String) it[2], (Integer) it[3], (String) it[4]) != null);
            case "message" -> holds(row, it -> MessageFormat.message((byte[]) it[2]) != null);
            case "retained" ->
                holds(
                        row,
                        it -> MessageFormat.message((byte[]) it[2])
                                .topic()
                                .name()
                                .equals(it[1]));
            case "outbound" ->
                holds(row, it -> {
                    Columns.shared((String) it[7]);
                    return Columns.qos((Integer) it[3]) != null && Columns.identifiers((String) it[6]) != null;
                });
            default -> true;
        };
    }

    private static boolean holds(@Nullable Object[] row, Predicate<@Nullable Object[]> condition) {
        try {
            return condition.test(row);
        } catch (RuntimeException nonsense) {
            return false;
        }
    }

    /** What belongs to nobody, or refers to nothing. */
    private void dropOrphans() throws SQLException {
        for (String table : List.of("subscription", "inbound", "outbound")) {
            dropped(table, "DELETE FROM " + table + " WHERE session NOT IN (SELECT id FROM session)");
        }
        dropped("outbound", "DELETE FROM outbound WHERE message NOT IN (SELECT id FROM message)");
        fresh.update("UPDATE message SET refs = 0");
        fresh.update("UPDATE message SET refs = waiting.count FROM (SELECT message, count(*) AS count FROM outbound"
                + " GROUP BY message) AS waiting WHERE id = waiting.message");
        dropped("message", "DELETE FROM message WHERE refs = 0");
    }

    private void dropped(String table, String sql) throws SQLException {
        int rows = fresh.update(sql);
        if (rows > 0) {
            kept.merge(table, -rows, Integer::sum);
            refused.merge(table, rows, Integer::sum);
        }
    }
}
