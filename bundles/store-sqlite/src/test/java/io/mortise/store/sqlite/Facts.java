// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.sqlite;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.store.OutboundMessage;
import io.mortise.api.store.SessionRecord;
import io.mortise.api.store.SessionState;
import io.mortise.api.store.SessionStore;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What tests hand over and read again. */
final class Facts {
    private static final SessionState CONNECTED =
            new SessionState("alice", SessionState.FOR_EVER, SessionState.CONNECTED, null);

    private Facts() {}

    static SessionRecord session(String clientId) {
        return new SessionRecord(clientId, CONNECTED, List.of(), List.of(), Set.of());
    }

    static OutboundMessage message(long position, int size) {
        Message message =
                new Message(Topic.of("Kitchen/Fridge"), Payload.owning(new byte[size]), Qos.EXACTLY_ONCE, false);
        return new OutboundMessage(position, message, Qos.EXACTLY_ONCE, false, List.of(), 0, false);
    }

    /** A message that came by a shared subscription. */
    static OutboundMessage shared(long position) {
        return new OutboundMessage(
                position,
                new Message(Topic.of("Kitchen/Fridge"), Payload.of("4.5"), Qos.EXACTLY_ONCE, false),
                Qos.EXACTLY_ONCE,
                false,
                List.of(),
                TopicFilter.of("$share/kitchen/#"),
                0,
                false);
    }

    static Map<String, SessionRecord> sessions(SessionStore store) {
        Map<String, SessionRecord> sessions = new TreeMap<>();
        store.forEach(session -> sessions.put(session.clientId(), session));
        return sessions;
    }

    static List<OutboundMessage> page(SessionStore store, String clientId, long from) {
        return store.page(clientId, from, 100_000, Integer.MAX_VALUE)
                .toCompletableFuture()
                .join();
    }
}
