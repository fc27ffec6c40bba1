// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.auth.Identity;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.Will;
import io.mortise.api.store.SessionRecord;
import io.mortise.api.store.SessionStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All sessions by client identifier: opens, resumes, takes over (MQTT 5.0, 3.1.4).
 *
 * <p>Any thread. A client identifier has one session at a time; what happens to it happens in its mailbox, so that two
 * clients that come at once take the session one after the other.
 */
final class Sessions {
    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

    private final ConcurrentHashMap<String, Session> byClientId = new ConcurrentHashMap<>();
    private final Engine engine;

    Sessions(Engine engine) {
        this.engine = engine;
    }

    Collection<Session> all() {
        return byClientId.values();
    }

    @Nullable
    Session get(String clientId) {
        return byClientId.get(clientId);
    }

    /** Gives a connection its session: {@link ClientConnection#opened} is called on its home thread, or it is refused. */
    void open(ClientConnection client, Identity identity, boolean cleanStart) {
        String clientId = identity.clientId();
        Session existing = byClientId.get(clientId);
        if (existing == null) {
            if (byClientId.size() >= engine.settings().broker().sessionsMaximum()) {
                client.refuse(ReasonCode.QUOTA_EXCEEDED, "there are " + byClientId.size() + " sessions already");
                return;
            }
            Executor home = client.connection().executor();
            Session session = new Session(engine, clientId, identity.principal(), home);
            existing = byClientId.putIfAbsent(clientId, session);
            if (existing == null) {
                session.mailbox().post(() -> open(session, client, false));
                return;
            }
        }
        Session session = existing;
        session.mailbox().post(() -> {
            try {
                take(session, client, identity, cleanStart);
            } catch (Throwable failure) {
                client.failed(failure); // it waits for an answer
            }
        });
    }

    /** In the mailbox of a session that exists, wherever that is at home. */
    private void take(Session session, ClientConnection client, Identity identity, boolean cleanStart) {
        Runnable openAnother = () -> client.onHome(() -> open(client, identity, cleanStart));
        if (session.hasEnded()) {
            if (!engine.isLeaving()) { // the next broker has it
                session.whenForgotten(openAnother);
            }
            return;
        }
        if (!session.principal().equals(identity.principal())) {
            client.onHome(() -> client.refuse(
                    ReasonCode.NOT_AUTHORIZED, "the session of this client identifier belongs to somebody else"));
            return;
        }
        ClientConnection before = session.client();
        Will due = before == null ? null : before.willToPublish();
        if (before != null) {
            before.end(ReasonCode.SESSION_TAKEN_OVER, "another connection took the session over");
        }
        // 3.1.2.11.2: a session whose expiry interval is 0 ends with its connection
        if (cleanStart || session.expiryInterval() == 0) {
            // 3.1.3.2.2: the will is due when the session ends
            if (before == null) {
                session.endAway();
            } else {
                session.end(due);
            }
            session.whenForgotten(openAnother);
            return;
        }
        if (before != null && due != null && due.delaySeconds() == 0) {
            session.publish(due);
        }
        session.mailbox().moveTo(client.connection().executor(), () -> open(session, client, true));
    }

    /** In the mailbox of a session that is at home on the connection's thread, if that still takes tasks. */
    private static void open(Session session, ClientConnection client, boolean present) {
        try {
            session.attach(client, present);
            client.opened(session, present);
        } catch (Throwable failure) {
            client.failed(failure);
            session.detach(client, false);
        }
    }

    /** A session that another broker handed over with its connection. */
    Session adopt(SessionRecord record, Executor home) {
        Session session = new Session(engine, record.clientId(), record.state().principal(), home);
        session.restore(record);
        byClientId.put(record.clientId(), session);
        return session;
    }

    /** Takes up those that a store has and that are not here, and gives it those that it does not have. The gate is closed. */
    void load(SessionStore store) {
        long now = engine.clock().millis();
        Set<String> known = new HashSet<>();
        List<String> ending = new ArrayList<>();
        store.forEach(byClientId::containsKey, record -> {
            known.add(record.clientId());
            Session here = byClientId.get(record.clientId());
            if (here != null) {
                here.restore(record.backlog());
            } else {
                try {
                    adopt(record, engine.scheduler()).lost(now);
                } catch (Throwable failure) { // the others are taken up
                    LOG.error("The session of {} cannot be taken up", Printable.text(record.clientId()), failure);
                }
            }
            if (record.state().expiryIntervalSeconds() == 0 && record.backlog().messages() == 0) {
                ending.add(record.clientId()); // it was left with its will, and ends at once
            }
        });
        for (String clientId : ending) {
            try {
                store.remove(clientId);
            } catch (Throwable failure) {
                LOG.error("The store failed to remove the session of {}", Printable.text(clientId), failure);
            }
        }
        save(store, session -> !known.contains(session.clientId()));
    }

    /** Takes up those that a store has and that are not here, and answers which. The gate is closed. */
    List<Session> takeUp(SessionStore store) {
        long now = engine.clock().millis();
        List<Session> taken = new ArrayList<>();
        store.forEach(byClientId::containsKey, record -> {
            if (!byClientId.containsKey(record.clientId())) {
                try {
                    Session session = adopt(record, engine.scheduler());
                    session.lost(now);
                    taken.add(session);
                } catch (Throwable failure) { // the others are taken up
                    LOG.error("The session of {} cannot be taken up", Printable.text(record.clientId()), failure);
                }
            }
        });
        return taken;
    }

    /** Whose sessions there are, at this moment. */
    Set<String> clientIds() {
        return Set.copyOf(byClientId.keySet());
    }

    /**
     * Gives those that outlive their connections to a store that does not have them. The gate is closed.
     *
     * @param before the store that had them; {@code null} if it is gone
     */
    void save(SessionStore store, @Nullable SessionStore before) {
        save(store, session -> true);
        for (Session session : byClientId.values()) {
            if (session.leavesBacklog()) {
                session.outbound().queue().move(before, store);
            }
        }
    }

    /**
     * Takes into memory what was left to a store that is in use no more, for one that does not last. The gate is closed.
     *
     * @param before where it was left
     */
    void takeBacklogs(SessionStore before) {
        for (Session session : byClientId.values()) {
            if (session.leavesBacklog()) {
                session.outbound().queue().takeBacklog(before);
            }
        }
    }

    private void save(SessionStore store, Predicate<Session> which) {
        for (Session session : byClientId.values()) {
            if (session.isPersistent() && which.test(session)) {
                try {
                    store.put(session.toRecord(Qos.AT_LEAST_ONCE));
                } catch (Throwable failure) {
                    session.failed(failure); // the store does not have it, and has the others
                }
            }
        }
    }

    void remove(Session session) {
        byClientId.remove(session.clientId(), session);
    }
}
