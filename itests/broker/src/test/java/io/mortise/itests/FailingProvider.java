// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import io.mortise.api.auth.Authenticator;
import io.mortise.api.auth.Authorization;
import io.mortise.api.auth.Authorizer;
import io.mortise.api.auth.ConnectAttempt;
import io.mortise.api.auth.Identity;
import io.mortise.api.auth.Permissions;
import io.mortise.api.auth.Verdict;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * A provider that fails in the way that its client asks for by its user name: of a bundle that {@link FailingBundle} makes. As an
 * authorizer it does so for the clients that it has let in by {@code authorizer-} and the same way.
 */
public final class FailingProvider implements Authenticator, Authorizer {
    private static final String AUTHORIZER = "authorizer-";

    @Override
    public CompletionStage<Verdict> authenticate(ConnectAttempt attempt) {
        String way = String.valueOf(attempt.username());
        if (way.startsWith(AUTHORIZER) || way.equals("well")) {
            return CompletableFuture.completedFuture(new Verdict.Accept(way));
        }
        return switch (way) {
            case "throws" -> throw new IllegalStateException("of the test");
            case "misses a class" -> throw new NoClassDefFoundError("of the test");
            case "runs out of stack" -> endless(attempt);
            case "answers null" -> null;
            case "completes with null" -> CompletableFuture.completedFuture(null);
            case "fails" -> CompletableFuture.failedFuture(new IllegalStateException("of the test"));
            case "never answers" -> new CompletableFuture<>();
            case "abstains" -> CompletableFuture.completedFuture(new Verdict.Abstain());
            case "accepts in the broker's name" ->
                CompletableFuture.completedFuture(new Verdict.Accept("$internal/sys"));
            default -> throw new IllegalArgumentException(way);
        };
    }

    private CompletionStage<Verdict> endless(ConnectAttempt attempt) {
        return endless(attempt).thenApply(verdict -> verdict);
    }

    @Override
    public Authorization authorize(Identity client, Consumer<Permissions> grant) {
        switch (client.principal()) {
            case "authorizer-throws" -> throw new IllegalStateException("of the test");
            case "authorizer-misses a class" -> throw new NoClassDefFoundError("of the test");
            case "authorizer-grants null" -> grant.accept(null);
            case "authorizer-never grants" -> {
                return () -> {};
            }
            default -> grant.accept(new Everything());
        }
        return () -> {};
    }
}
