// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.http;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the service questions in JSON, by POST. An answer comes within the time that is set, second tries and all, or it is none.
 * Any thread.
 */
final class Webhook implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Webhook.class);
    private static final int LARGEST_ANSWER_BYTES = 262_144;
    private static final int THREADS = 2;
    private static final int REFUSED = 403;
    private static final int UNKNOWN = 401;

    private final Settings settings;
    private final ScheduledExecutorService timer;
    private final CircuitBreaker breaker;
    private final RetryBudget budget;
    private final Semaphore free;
    private final ExecutorService threads;
    private final HttpClient client;
    private final Set<Future<?>> underWay = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * How it is asked.
     *
     * @param authorization what the header Authorization says; empty for none
     * @param mostAtOnce how many questions may be under way
     */
    record Settings(
            int timeoutMillis,
            String authorization,
            int retryPercent,
            int mostAtOnce,
            int breakerFailures,
            int breakerMillis) {}

    /** What the service says: {@code null} where it says by its status that it knows nobody like that (401 and 403). */
    record Answer(@Nullable JsonObject json) {}

    Webhook(Settings settings, ScheduledExecutorService timer, ThreadFactory threadFactory) {
        this.settings = settings;
        this.timer = timer;
        this.breaker = new CircuitBreaker(
                settings.breakerFailures, TimeUnit.MILLISECONDS.toNanos(settings.breakerMillis), System::nanoTime);
        this.budget = new RetryBudget(settings.retryPercent);
        this.free = new Semaphore(settings.mostAtOnce);
        this.threads = Executors.newFixedThreadPool(THREADS, threadFactory);
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofMillis(settings.timeoutMillis))
                .executor(threads)
                .build();
    }

    /** Whether it is not asked at the moment, because it has failed too often. */
    boolean isOpen() {
        return breaker.isOpen();
    }

    /** Asks; the stage fails with {@link Unanswered} if there is no answer, and with nothing else. */
    CompletableFuture<Answer> ask(URI url, String question) {
        if (!free.tryAcquire()) {
            return CompletableFuture.failedFuture(Unanswered.tooMany(settings.mostAtOnce));
        }
        if (!breaker.allows()) {
            free.release();
            return CompletableFuture.failedFuture(Unanswered.because("the service has failed "
                    + settings.breakerFailures + " times in a row and is left alone for a while"));
        }
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(settings.timeoutMillis);
        budget.asked();
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        CompletableFuture<Answer> told = new CompletableFuture<>(); // when all that it means here is known
        answer.whenComplete((given, failure) -> {
            free.release();
            if (failure == null) {
                breaker.succeeded();
                told.complete(given);
            } else {
                breaker.failed();
                told.completeExceptionally(failure);
            }
        });
        attempt(url, question, end, answer);
        return told;
    }

    private void attempt(URI url, String question, long end, CompletableFuture<Answer> answer) {
        try {
            threads.execute(() -> send(url, question, end, answer));
        } catch (RejectedExecutionException stopping) {
            answer.completeExceptionally(Unanswered.because("this provider is being stopped"));
        }
    }

    private void send(URI url, String question, long end, CompletableFuture<Answer> answer) {
        long rest = end - System.nanoTime();
        if (rest <= 0 || closed) {
            answer.completeExceptionally(tooLate());
            return;
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(url)
                .timeout(Duration.ofNanos(rest))
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .POST(BodyPublishers.ofString(question));
        if (!settings.authorization.isEmpty()) {
            request.header("Authorization", settings.authorization);
        }
        CompletableFuture<HttpResponse<byte[]>> sent =
                client.sendAsync(request.build(), head -> new LimitedBody(LARGEST_ANSWER_BYTES));
        underWay.add(sent);
        Future<?> tooLate = timer.schedule(() -> sent.cancel(true), rest, TimeUnit.NANOSECONDS); // of the body as well
        sent.whenComplete((response, failure) -> {
            tooLate.cancel(false);
            underWay.remove(sent);
            received(url, question, end, answer, response, failure);
        });
        if (closed) {
            sent.cancel(true);
        }
    }

    private void received(
            URI url,
            String question,
            long end,
            CompletableFuture<Answer> answer,
            @Nullable HttpResponse<byte[]> response,
            @Nullable Throwable failure) {
        boolean isWorthATry = response == null || response.statusCode() >= 500 || response.statusCode() == 429;
        if (isWorthATry && !closed && System.nanoTime() - end < 0 && budget.take()) {
            attempt(url, question, end, answer);
            return;
        }
        try {
            answer.complete(read(response, failure));
        } catch (Unanswered none) {
            answer.completeExceptionally(none);
        }
    }

    private Answer read(@Nullable HttpResponse<byte[]> response, @Nullable Throwable failure) throws Unanswered {
        if (response == null) {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            LOG.debug("The service does not answer", cause);
            throw cause instanceof java.util.concurrent.CancellationException
                    ? tooLate()
                    : Unanswered.because("the service does not answer: " + cause);
        }
        if (response.statusCode() == UNKNOWN || response.statusCode() == REFUSED) {
            return new Answer(null);
        }
        if (response.statusCode() != 200) {
            throw Unanswered.because("expected status 200, 401 or 403, got " + response.statusCode());
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(response.body()))
                    .toString();
            JsonElement json = JsonParser.parseString(text);
            if (json.isJsonObject()) {
                return new Answer(json.getAsJsonObject());
            }
            throw Unanswered.because("expected an object in JSON, got something else");
        } catch (CharacterCodingException | JsonParseException | StackOverflowError garbage) {
            throw Unanswered.because("expected an object in JSON, got something else");
        }
    }

    private Unanswered tooLate() {
        return Unanswered.because("the service has not answered within " + settings.timeoutMillis + " ms");
    }

    /** Ends what is under way; whoever waits for it learns that. */
    @Override
    public void close() {
        closed = true;
        underWay.forEach(each -> each.cancel(true));
        if (client instanceof AutoCloseable closeable) { // from Java 21 on; before, it ends when nobody refers to it
            try {
                closeable.close();
            } catch (Exception failure) {
                LOG.error("The HTTP client does not end", failure);
            }
        }
        threads.shutdown();
        try {
            if (!threads.awaitTermination(10, TimeUnit.SECONDS)) {
                LOG.error("A thread that asks the service does not end");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
