// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.sqlite;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.Will;
import io.mortise.api.store.Backlog;
import io.mortise.api.store.OutboundMessage;
import io.mortise.api.store.SessionRecord;
import io.mortise.api.store.SessionState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what a broker asks for out of the {@link Database}. Used by the writer's thread. */
final class Reader {
    private static final Logger LOG = LoggerFactory.getLogger(Reader.class);

    private static final String OUTBOUND = "SELECT o.session, o.position, o.options, o.packet_id, o.identifiers,"
            + " o.message, m.body, o.shared FROM outbound AS o LEFT JOIN message AS m ON m.id = o.message";

    private Reader() {}

    /** All sessions, without what waits and was never sent; those that are known without subscriptions and packet identifiers. */
    static List<SessionRecord> sessions(Database database, Predicate<String> known) throws SQLException {
        Map<Long, List<OutboundMessage>> inflight = new HashMap<>();
        try (ResultSet row = database.bound(OUTBOUND + " WHERE o.packet_id <> 0 ORDER BY o.session, o.position")
                .executeQuery()) {
            while (row.next()) {
                inflight.computeIfAbsent(row.getLong(1), session -> new ArrayList<>())
                        .add(outbound(row));
            }
        }
        Map<Long, Backlog> backlogs = new HashMap<>();
        try (ResultSet row = database.bound("SELECT session, count(*), sum(size), min(position), max(position),"
                        + " count(shared) FROM outbound WHERE packet_id = 0 GROUP BY session")
                .executeQuery()) {
            while (row.next()) {
                backlogs.put(
                        row.getLong(1),
                        new Backlog(row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5), row.getLong(6)));
            }
        }
        List<SessionRecord> sessions = new ArrayList<>();
        try (ResultSet row = database.bound(
                        "SELECT id, client_id, principal, expiry_seconds, disconnected_at, will FROM session ORDER BY id")
                .executeQuery()) {
            while (row.next()) {
                long id = row.getLong(1);
                boolean whole = !known.test(row.getString(2));
                sessions.add(new SessionRecord(
                        row.getString(2),
                        new SessionState(row.getString(3), row.getLong(4), row.getLong(5), will(row.getBytes(6))),
                        whole ? subscriptions(database, id) : List.of(),
                        inflight.getOrDefault(id, List.of()),
                        backlogs.getOrDefault(id, Backlog.NONE),
                        whole ? inbound(database, id) : Set.of()));
            }
        }
        return sessions;
    }

    /** What waits for a session and was never sent, from a position on. */
    static List<OutboundMessage> page(
            Database database, long session, long fromPosition, int maximumMessages, int maximumBytes)
            throws SQLException {
        List<OutboundMessage> page = new ArrayList<>();
        long bytes = 0;
        try (ResultSet row = database.bound(
                        OUTBOUND + " WHERE o.session = ? AND o.position >= ? AND o.packet_id = 0"
                                + " ORDER BY o.position LIMIT ?",
                        session,
                        fromPosition,
                        maximumMessages)
                .executeQuery()) {
            while (row.next()) {
                OutboundMessage waiting = readable(row);
                if (waiting == null) {
                    continue;
                }
                Message message = waiting.message();
                bytes += message.payload().size() + message.topic().utf8Length();
                if (!page.isEmpty() && bytes > maximumBytes) {
                    break;
                }
                page.add(waiting);
            }
        }
        return page;
    }

    /** The message, or {@code null}, and a word about it, if it is damaged: those behind it do not wait for it. */
    private static @Nullable OutboundMessage readable(ResultSet row) throws SQLException {
        try {
            return outbound(row);
        } catch (Damaged damage) {
            LOG.error(
                    "The message at position {} of session {} is lost: {}",
                    row.getLong(2),
                    row.getLong(1),
                    damage.getMessage());
            return null;
        }
    }

    /** The retained messages behind that one, by number: the last of them says where to go on. */
    static RetainedPage retained(Database database, long after, int maximum) throws SQLException {
        List<Message> messages = new ArrayList<>();
        long last = after;
        try (ResultSet row = database.bound(
                        "SELECT id, body FROM retained WHERE id > ? ORDER BY id LIMIT ?", after, maximum)
                .executeQuery()) {
            while (row.next()) {
                last = row.getLong(1);
                messages.add(MessageFormat.message(row.getBytes(2)));
            }
        }
        return new RetainedPage(messages, last);
    }

    /** Some retained messages, and the number of the last. */
    record RetainedPage(List<Message> messages, long last) {}

    private static OutboundMessage outbound(ResultSet row) throws SQLException {
        byte[] body = row.getBytes(7);
        if (body == null) {
            throw new Damaged("message " + row.getLong(6) + ", which session " + row.getLong(1) + " has at position "
                    + row.getLong(2) + ", is not there");
        }
        int options = row.getInt(3);
        return new OutboundMessage(
                row.getLong(2),
                MessageFormat.message(body),
                Columns.qos(options),
                Columns.retain(options),
                Columns.identifiers(row.getString(5)),
                Columns.shared(row.getString(8)),
                row.getInt(4),
                Columns.received(options));
    }

    private static List<Subscription> subscriptions(Database database, long session) throws SQLException {
        List<Subscription> subscriptions = new ArrayList<>();
        try (ResultSet row = database.bound(
                        "SELECT filter, options, identifiers FROM subscription WHERE session = ? ORDER BY id", session)
                .executeQuery()) {
            while (row.next()) {
                subscriptions.add(Columns.subscription(row.getString(1), row.getInt(2), row.getString(3)));
            }
        }
        return subscriptions;
    }

    private static Set<Integer> inbound(Database database, long session) throws SQLException {
        Set<Integer> packetIds = new HashSet<>();
        try (ResultSet row = database.bound("SELECT packet_id FROM inbound WHERE session = ?", session)
                .executeQuery()) {
            while (row.next()) {
                packetIds.add(row.getInt(1));
            }
        }
        return packetIds;
    }

    private static @Nullable Will will(byte @Nullable [] bytes) {
        return bytes == null ? null : MessageFormat.will(bytes);
    }
}
