// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.auth.AuthenticationMethod;
import io.mortise.api.auth.ConnectAttempt;
import io.mortise.api.auth.Exchange;
import io.mortise.api.auth.Step;
import io.mortise.api.auth.Verdict;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.ReasonCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a sum: {@code alice} is challenged with "2+3" and gets in with "5", as does who shows "5" at once. What else is said
 * is refused, until a test says otherwise.
 */
final class TestMethod implements AuthenticationMethod {
    static final String NAME = "SUM";

    final AtomicInteger begun = new AtomicInteger();
    final AtomicInteger open = new AtomicInteger();
    volatile Function<String, CompletionStage<Step>> answers = TestMethod::answer;
    volatile boolean throwing;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Exchange begin(ConnectAttempt attempt) {
        if (throwing) {
            throw new NoClassDefFoundError("a plugin's dependency");
        }
        begun.incrementAndGet();
        open.incrementAndGet();
        return new Exchange() {
            @Override
            public CompletionStage<Step> proceed(@Nullable Payload data) {
                return answers.apply(data == null ? "" : data.toText());
            }

            @Override
            public void close() {
                open.decrementAndGet();
            }
        };
    }

    static CompletionStage<Step> answer(String data) {
        return CompletableFuture.completedFuture(
                switch (data) {
                    case "alice" -> new Step.Challenge(Payload.of("2+3"));
                    case "5" -> accepted("alice");
                    default ->
                        new Step.Outcome(
                                new Verdict.Refuse(ReasonCode.NOT_AUTHORIZED, "the sum of " + data + " is wrong"));
                });
    }

    static Step accepted(String principal) {
        return new Step.Outcome(new Verdict.Accept(principal), Payload.of("right"));
    }
}
