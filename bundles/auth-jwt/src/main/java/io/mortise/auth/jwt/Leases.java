// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.jwt;

import io.mortise.api.auth.Authorization;
import io.mortise.api.auth.Identity;
import io.mortise.api.auth.Permissions;
import io.mortise.api.auth.TopicRules;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What clients may do as long as their tokens say so. When a token ends, its client may do nothing any more, and its connection
 * ends, unless it has authenticated anew with another token before. Any thread.
 */
final class Leases {
    private static final Logger LOG = LoggerFactory.getLogger(Leases.class);

    private final TokenRules rules;
    private final int skewSeconds;
    private final ScheduledExecutorService timer;
    private final InstantSource clock;
    private final Consumer<String> end;

    /**
     * Nobody has one yet.
     *
     * @param end ends the connection of the client with this client identifier
     */
    Leases(
            TokenRules rules,
            int skewSeconds,
            ScheduledExecutorService timer,
            InstantSource clock,
            Consumer<String> end) {
        this.rules = rules;
        this.skewSeconds = skewSeconds;
        this.timer = timer;
        this.clock = clock;
        this.end = end;
    }

    Authorization enter(Identity client, Consumer<Permissions> grant) {
        String expiry = client.attributes().get(Claims.EXPIRY);
        if (expiry == null) { // it came without a token; nothing is allowed, and nothing denied that another one allows
            grant.accept(TopicRules.NONE.permissionsOf(client));
            return () -> {};
        }
        try {
            long millis =
                    Math.multiplyExact(Math.addExact(Long.parseLong(expiry), skewSeconds), 1_000L) - clock.millis();
            Permissions permissions = millis <= 0
                    ? TopicRules.nothing()
                    : rules.of(client.attributes()).permissionsOf(client);
            grant.accept(permissions);
            Lease lease = new Lease(client.clientId(), grant);
            lease.endIn(millis);
            return lease;
        } catch (IllegalArgumentException | ArithmeticException unusable) {
            LOG.warn("What the token of a client allows cannot be understood; it may do nothing", unusable);
            grant.accept(TopicRules.nothing());
            return () -> {};
        }
    }

    private final class Lease implements Authorization {
        private final String clientId;
        private final Consumer<Permissions> grant;
        private Future<?> ending = CompletableFuture.completedFuture(null);
        private boolean closed;

        Lease(String clientId, Consumer<Permissions> grant) {
            this.clientId = clientId;
            this.grant = grant;
        }

        synchronized void endIn(long millis) {
            try {
                ending = timer.schedule(this::end, Math.max(0, millis), TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException stopping) {
                grant.accept(TopicRules.nothing());
            }
        }

        private void end() {
            synchronized (this) {
                if (closed) {
                    return;
                }
                grant.accept(TopicRules.nothing());
            }
            try {
                Leases.this.end.accept(clientId);
            } catch (RuntimeException failure) {
                LOG.error("The connection of a client whose token has ended does not end; it may do nothing", failure);
            }
        }

        @Override
        public synchronized void close() {
            closed = true;
            ending.cancel(false);
        }
    }
}
