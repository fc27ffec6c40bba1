// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.sqlite;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The numbers by which sessions, messages and retained messages are known in the store. Used by the writer's thread. */
final class Numbers {
    private final Map<String, Long> sessions = new HashMap<>();
    private long lastSession;
    private long lastMessage;
    private long lastRetained;

    /** What a store has, and nothing else. */
    void restore(long highestSession, long highestMessage, long highestRetained) {
        sessions.clear();
        lastSession = highestSession;
        lastMessage = highestMessage;
        lastRetained = highestRetained;
    }

    /** What a store has. */
    void restore(String clientId, long session) {
        sessions.put(clientId, session);
    }

    @Nullable
    Long of(String clientId) {
        return sessions.get(clientId);
    }

    long begin(String clientId) {
        sessions.put(clientId, ++lastSession);
        return lastSession;
    }

    @Nullable
    Long end(String clientId) {
        return sessions.remove(clientId);
    }

    long nextMessage() {
        return ++lastMessage;
    }

    long nextRetained() {
        return ++lastRetained;
    }
}
