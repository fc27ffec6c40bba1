// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.connection.SessionStatus;
import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.TopicFilter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Answers an operator, as {@link io.mortise.api.connection.BrokerAdmin} says.
 *
 * <p>Any thread that is nobody's home. Sessions are asked in their mailboxes, all at once; one that does not answer in time
 * is left out.
 */
final class Admin {
    private static final long PATIENCE_SECONDS = 5;

    private final Engine engine;

    Admin(Engine engine) {
        this.engine = engine;
    }

    List<SessionStatus> sessions() {
        List<CompletableFuture<SessionStatus>> answers = new ArrayList<>();
        for (Session session : engine.sessions().all()) {
            answers.add(ask(session));
        }
        List<SessionStatus> statuses = new ArrayList<>(answers.size());
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        for (CompletableFuture<SessionStatus> answer : answers) {
            SessionStatus status = await(answer, deadline);
            if (status != null) {
                statuses.add(status);
            }
        }
        statuses.sort(Comparator.comparing(SessionStatus::clientId));
        return statuses;
    }

    @Nullable
    SessionStatus session(String clientId) {
        Session session = engine.sessions().get(clientId);
        return session == null
                ? null
                : await(ask(session), System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS));
    }

    boolean disconnect(String clientId, ReasonCode reasonCode) {
        Session session = engine.sessions().get(clientId);
        ClientConnection client = session == null ? null : session.client();
        if (client == null) {
            return false;
        }
        client.connection().executor().execute(() -> client.end(reasonCode, "an operator disconnected it"));
        return true;
    }

    int move(@Nullable String clientId, String serverReference, boolean permanent) {
        if (serverReference.isBlank()) {
            throw new IllegalArgumentException("a server reference expected, got a blank one");
        }
        Referral referral = new Referral(serverReference, permanent);
        int moved = 0;
        for (Session session : engine.sessions().all()) {
            ClientConnection client = session.client();
            if (client != null && !client.isInternal() && (clientId == null || clientId.equals(session.clientId()))) {
                client.onHome(() -> client.refer(referral));
                moved++;
            }
        }
        return moved;
    }

    List<Message> retained(TopicFilter filter) {
        List<Message> messages = new ArrayList<>();
        engine.retained().cursor(filter).advance(Integer.MAX_VALUE, messages::add);
        return messages;
    }

    void changeStores(Consumer<Set<String>> change) {
        engine.changeStores(change);
    }

    Map<String, Long> statistics() {
        return new Statistics(engine).all();
    }

    private static CompletableFuture<SessionStatus> ask(Session session) {
        CompletableFuture<SessionStatus> answer = new CompletableFuture<>();
        session.mailbox().post(() -> answer.complete(session.status()));
        return answer;
    }

    private static @Nullable SessionStatus await(CompletableFuture<SessionStatus> answer, long deadlineNanos) {
        try {
            return answer.get(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return null;
        } catch (TimeoutException tooLate) {
            return null;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
