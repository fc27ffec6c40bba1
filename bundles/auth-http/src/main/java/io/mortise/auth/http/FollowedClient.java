// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.http;

import io.mortise.api.auth.Authorization;
import io.mortise.api.auth.Identity;
import io.mortise.api.auth.Permissions;
import io.mortise.api.auth.TopicRules;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connected client, about which the service is asked again from time to time. When there is no answer, what was said before
 * holds for a while; then the client may do nothing until there is one. Any thread.
 */
final class FollowedClient implements Authorization {
    private static final Logger LOG = LoggerFactory.getLogger(FollowedClient.class);

    private final Identity client;
    private final Consumer<Permissions> grant;
    private final Supplier<CompletableFuture<Webhook.Answer>> question;
    private final ScheduledExecutorService timer;
    private final Pace pace;

    /** Guarded by this, all of them. */
    private long lastAnswer;

    private boolean answered;
    private boolean closed;
    private @Nullable Future<?> next;

    /**
     * How often the service is asked, in seconds.
     *
     * @param refresh when it has answered
     * @param retry when it has not
     * @param grace how long an answer holds when there is no newer one
     */
    record Pace(int refresh, int retry, int grace) {}

    FollowedClient(
            Identity client,
            Consumer<Permissions> grant,
            Supplier<CompletableFuture<Webhook.Answer>> question,
            ScheduledExecutorService timer,
            Pace pace) {
        this.client = client;
        this.grant = grant;
        this.question = question;
        this.timer = timer;
        this.pace = pace;
    }

    void ask() {
        question.get().whenComplete(this::received);
    }

    private synchronized void received(Webhook.@Nullable Answer answer, @Nullable Throwable failure) {
        if (closed) {
            return;
        }
        Throwable reason = failure instanceof CompletionException ? failure.getCause() : failure;
        if (answer != null) {
            try {
                TopicRules rules = Questions.rules(answer);
                lastAnswer = System.nanoTime();
                answered = true;
                grant.accept(rules.permissionsOf(client));
                askIn(Questions.refreshSeconds(answer, pace.refresh));
                return;
            } catch (Unanswered garbage) {
                reason = garbage;
            }
        }
        boolean holds =
                answered && System.nanoTime() - lastAnswer < TimeUnit.SECONDS.toNanos(pace.refresh + (long) pace.grace);
        if (!holds) {
            LOG.warn("It is not known what a client may do, so it may do nothing: {}", String.valueOf(reason));
            grant.accept(TopicRules.nothing());
        }
        askIn(pace.retry);
    }

    private void askIn(int seconds) {
        try {
            next = timer.schedule(this::ask, seconds, TimeUnit.SECONDS);
        } catch (RejectedExecutionException stopping) {
            next = null;
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (next != null) {
            next.cancel(false);
        }
    }
}
