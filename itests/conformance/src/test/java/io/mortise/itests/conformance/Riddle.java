// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance;

import io.mortise.api.auth.AuthenticationMethod;
import io.mortise.api.auth.ConnectAttempt;
import io.mortise.api.auth.Exchange;
import io.mortise.api.auth.Step;
import io.mortise.api.auth.Verdict;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.ReasonCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The authentication method that tests install in their broker: it asks a riddle until the answer is right, and gives up when
 * that is {@code wrong}. It knows nothing but {@code api}.
 */
public final class Riddle implements AuthenticationMethod {

    @Override
    public String name() {
        return "RIDDLE";
    }

    @Override
    public Exchange begin(ConnectAttempt attempt) {
        return new Exchange() {
            @Override
            public CompletionStage<Step> proceed(@Nullable Payload data) {
                return CompletableFuture.completedFuture(step(data == null ? "" : data.toText(), attempt.clientId()));
            }
        };
    }

    private static Step step(String said, String clientId) {
        return switch (said) {
            case "right" -> new Step.Outcome(new Verdict.Accept(clientId), Payload.of("well done"));
            case "wrong" -> new Step.Outcome(new Verdict.Refuse(ReasonCode.NOT_AUTHORIZED, "wrong"));
            default -> new Step.Challenge(Payload.of("riddle"));
        };
    }
}
