// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.http;

import io.mortise.api.auth.Authenticator;
import io.mortise.api.auth.Authorization;
import io.mortise.api.auth.Authorizer;
import io.mortise.api.auth.ConnectAttempt;
import io.mortise.api.auth.Identity;
import io.mortise.api.auth.Permissions;
import io.mortise.api.auth.TopicRules;
import io.mortise.api.auth.Verdict;
import io.mortise.api.health.Health;
import io.mortise.api.protocol.ReasonCode;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a web service who clients are and what they may do. Any thread; nobody waits on one for the service.
 */
@Component(
        configurationPid = HttpAuth.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        service = {Authenticator.class, Authorizer.class, Health.class},
        property = Authenticator.NAME + "=http")
@Designate(ocd = HttpAuth.Config.class)
public final class HttpAuth implements Authenticator, Authorizer, Health {
    static final String PID = "io.mortise.auth.http";

    private static final Logger LOG = LoggerFactory.getLogger(HttpAuth.class);
    private static final long END_SECONDS = 10;
    private static final int RETRY_SECONDS = 1;

    private final @Nullable URI authenticating;
    private final @Nullable URI authorizing;
    private final FollowedClient.Pace pace;
    private final ScheduledThreadPoolExecutor timer;
    private final Webhook webhook;
    private final VerdictCache cache;

    @ObjectClassDefinition(
            name = "Webhook",
            description =
                    "Who may connect and what they may do, by the answers of a web service to questions in JSON. A"
                            + " service that does not answer lets nobody in. Without a configuration nobody is asked.")
    @interface Config {
        @AttributeDefinition(
                name = "URL of authentication",
                description =
                        "Where it is asked by POST who a client is: {clientId, username, password, version, listener,"
                                + " address, certificate}. It answers {result: accept, refuse or abstain, principal, attributes}."
                                + " Empty: it is left to others")
        String authenticate_url() default "";

        @AttributeDefinition(
                name = "URL of authorization",
                description = "Where it is asked what a client may do: {clientId, principal, username, attributes}. It"
                        + " answers {rules: [ACCESS TOPIC, ...], refreshSeconds}. Empty: it is left to others")
        String authorize_url() default "";

        @AttributeDefinition(
                name = "Header Authorization",
                description = "What the service is shown as Authorization, as 'Bearer ...'; empty for nothing",
                type = AttributeType.PASSWORD)
        String authorization() default "";

        @AttributeDefinition(
                name = "Deadline",
                description =
                        "How long, in milliseconds, an answer may take, second tries included; less than the broker's"
                                + " auth.deadline.millis",
                min = "1",
                max = "600000")
        int timeout_millis() default 1_500;

        @AttributeDefinition(
                name = "Second tries",
                description = "How many questions in a hundred may be asked again when the service does not answer",
                min = "0",
                max = "100")
        int retry_percent() default 10;

        @AttributeDefinition(
                name = "Questions at once",
                description =
                        "How many questions may be under way; clients beyond that are told that the broker is busy",
                min = "1",
                max = "100000")
        int questions_maximum() default 64;

        @AttributeDefinition(
                name = "Failures",
                description =
                        "After how many failures in a row the service is left alone for a while, and everybody refused",
                min = "1",
                max = "100000")
        int breaker_failures() default 5;

        @AttributeDefinition(
                name = "Time alone",
                description = "For how long, in milliseconds; then one question finds out whether it answers again",
                min = "1",
                max = "3600000")
        int breaker_open_millis() default 5_000;

        @AttributeDefinition(
                name = "Memory for those let in",
                description =
                        "For how long, in seconds, a client that was let in is let in again without a question; 0 for"
                                + " not at all",
                min = "0",
                max = "86400")
        int cache_accepted_seconds() default 30;

        @AttributeDefinition(
                name = "Memory for those refused",
                description = "For how long, in seconds, one that was refused is refused again; 0 for not at all",
                min = "0",
                max = "86400")
        int cache_refused_seconds() default 3;

        @AttributeDefinition(
                name = "Size of the memory",
                description = "How many clients are remembered",
                min = "1",
                max = "10000000")
        int cache_maximum() default 10_000;

        @AttributeDefinition(
                name = "Interval of questions",
                description =
                        "How often, in seconds, it is asked again what a connected client may do, unless the answer"
                                + " says otherwise",
                min = "1",
                max = "86400")
        int refresh_seconds() default 60;

        @AttributeDefinition(
                name = "Grace",
                description =
                        "For how long, in seconds, the last answer about a connected client holds beyond that when the"
                                + " service does not answer",
                min = "0",
                max = "86400")
        int grace_seconds() default 60;
    }

    /** Asks nobody yet. */
    @Activate
    public HttpAuth(Config config) {
        authenticating = url("authenticate.url", config.authenticate_url());
        authorizing = url("authorize.url", config.authorize_url());
        if (authenticating == null && authorizing == null) {
            throw new IllegalArgumentException(PID + ": expected authenticate.url or authorize.url, got neither");
        }
        pace = new FollowedClient.Pace(config.refresh_seconds(), RETRY_SECONDS, config.grace_seconds());
        timer = new ScheduledThreadPoolExecutor(1, named("mortise-auth-http-timer"));
        timer.setRemoveOnCancelPolicy(true);
        webhook = new Webhook(
                new Webhook.Settings(
                        config.timeout_millis(),
                        config.authorization(),
                        config.retry_percent(),
                        config.questions_maximum(),
                        config.breaker_failures(),
                        config.breaker_open_millis()),
                timer,
                named("mortise-auth-http"));
        cache = new VerdictCache(
                config.cache_accepted_seconds(),
                config.cache_refused_seconds(),
                config.cache_maximum(),
                System::nanoTime);
    }

    private static @Nullable URI url(String key, String text) {
        if (text.isBlank()) {
            return null;
        }
        URI url = URI.create(text);
        if (url.getHost() == null || !("https".equals(url.getScheme()) || "http".equals(url.getScheme()))) {
            throw new IllegalArgumentException(PID + ": " + key + ": expected a URL with https, got " + text);
        }
        if ("http".equals(url.getScheme()) && !url.getHost().matches("localhost|127\\..*|\\[::1]")) {
            LOG.warn("{}: passwords go to {} over plain HTTP: who is on the way can read them", PID, text);
        }
        return url;
    }

    private static ThreadFactory named(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    @Deactivate
    void close() {
        webhook.close();
        timer.shutdownNow();
        try {
            if (!timer.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                LOG.error("The timer of the webhook does not end");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public CompletionStage<Verdict> authenticate(ConnectAttempt attempt) {
        if (authenticating == null) {
            return CompletableFuture.completedStage(new Verdict.Abstain());
        }
        String question = Questions.about(attempt);
        String key = cache.key(question);
        Verdict known = cache.get(key);
        if (known != null) {
            return CompletableFuture.completedStage(known);
        }
        return webhook.ask(authenticating, question).handle((answer, failure) -> {
            if (answer != null) {
                try {
                    Verdict verdict = Questions.verdict(answer, attempt);
                    cache.put(key, verdict);
                    return verdict;
                } catch (Unanswered garbage) {
                    return unavailable(garbage);
                }
            }
            return unavailable(failure instanceof CompletionException ? failure.getCause() : failure);
        });
    }

    private static Verdict unavailable(@Nullable Throwable failure) {
        boolean busy = failure instanceof Unanswered unanswered && unanswered.isBusy();
        return new Verdict.Refuse(
                busy ? ReasonCode.SERVER_BUSY : ReasonCode.SERVER_UNAVAILABLE,
                failure instanceof Unanswered unanswered ? unanswered.getMessage() : String.valueOf(failure));
    }

    @Override
    public Authorization authorize(Identity client, Consumer<Permissions> grant) {
        URI url = authorizing;
        if (url == null) {
            grant.accept(TopicRules.NONE.permissionsOf(client));
            return () -> {};
        }
        String question = Questions.about(client);
        FollowedClient followed = new FollowedClient(client, grant, () -> webhook.ask(url, question), timer, pace);
        followed.ask();
        return followed;
    }

    @Override
    public String name() {
        return "auth-http";
    }

    @Override
    public Status status() {
        return webhook.isOpen()
                ? new Status(Level.DOWN, "the web service does not answer; clients are refused until it does")
                : Status.UP;
    }
}
