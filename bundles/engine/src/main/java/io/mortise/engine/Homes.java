// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The home threads of all connections and sessions: what is to be done on each of them is done when a call returns.
 *
 * <p>On a thread that is nobody's home. What does not come to its end in time is gone on without, and that is logged.
 */
final class Homes {
    private static final Logger LOG = LoggerFactory.getLogger(Homes.class);
    private static final long PATIENCE_SECONDS = 10;
    private static final CompletionStage<?> NOTHING_MORE = CompletableFuture.completedFuture(Boolean.TRUE);

    private final Executor awayFromHome;
    private final Collection<ClientConnection> clients;
    private final Sessions sessions;

    /**
     * Of these.
     *
     * @param awayFromHome where sessions are at home that have no connection
     */
    Homes(Executor awayFromHome, Collection<ClientConnection> clients, Sessions sessions) {
        this.awayFromHome = awayFromHome;
        this.clients = clients;
        this.sessions = sessions;
    }

    /** Does something to each connection on its home thread. */
    void forEach(Consumer<ClientConnection> action, String what) {
        forEachUntil(
                client -> {
                    action.accept(client);
                    return NOTHING_MORE;
                },
                what);
    }

    /** Does something to each connection on its home thread, until it is complete. */
    void forEachUntil(Function<ClientConnection, CompletionStage<?>> action, String what) {
        Map<Executor, List<ClientConnection>> byHome = new HashMap<>();
        clients.forEach(client -> byHome.computeIfAbsent(client.connection().executor(), home -> new ArrayList<>())
                .add(client));
        List<CompletableFuture<?>> homes = new ArrayList<>();
        byHome.forEach((home, inhabitants) -> homes.add(run(home, () -> toEach(inhabitants, action))));
        await(homes.stream(), what);
    }

    /** What fails for one is done for the others all the same. */
    private static CompletionStage<?> toEach(
            List<ClientConnection> clients, Function<ClientConnection, CompletionStage<?>> action) {
        List<CompletableFuture<?>> open = new ArrayList<>();
        for (ClientConnection client : clients) {
            try {
                CompletableFuture<?> done = action.apply(client).toCompletableFuture();
                if (!done.isDone() || done.isCompletedExceptionally()) {
                    open.add(done);
                }
            } catch (Throwable failure) {
                open.add(CompletableFuture.failedFuture(failure));
            }
        }
        return CompletableFuture.allOf(open.toArray(CompletableFuture<?>[]::new));
    }

    /** Each home thread does what it was doing, and what was scheduled there. */
    void passThrough(String why) {
        Set<Executor> homes = new HashSet<>();
        homes.add(awayFromHome);
        clients.forEach(client -> homes.add(client.connection().executor()));
        sessions.all().forEach(session -> homes.add(session.mailbox().home()));
        await(homes.stream().map(home -> run(home, () -> NOTHING_MORE)), why);
    }

    /** Nobody publishes any more: what was published reaches its sessions. */
    void emptyMailboxes() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (sessions.all().stream().anyMatch(session -> session.mailbox().size() > 0 && session.mayRun())
                && System.nanoTime() < deadline) {
            passThrough("mailboxes to empty");
        }
    }

    private static CompletableFuture<?> run(Executor home, Supplier<CompletionStage<?>> task) {
        try {
            return CompletableFuture.supplyAsync(task, home).thenCompose(stage -> stage);
        } catch (RejectedExecutionException homeIsGone) {
            return CompletableFuture.completedFuture(null);
        }
    }

    private static void await(Stream<CompletableFuture<?>> all, String what) {
        try {
            CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new)).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException late) {
            LOG.error("Waited {} s for {}, going on without", PATIENCE_SECONDS, what);
        } catch (ExecutionException failure) {
            LOG.error("Waited for {}", what, failure.getCause());
        }
    }
}
