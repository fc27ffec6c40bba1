// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.auth.Authenticator;
import io.mortise.api.auth.Canary;
import io.mortise.api.auth.Canary.Outcome;
import io.mortise.api.auth.Canary.Version;
import io.mortise.api.auth.ConnectAttempt;
import io.mortise.api.auth.Verdict;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Two versions of an authenticator, of which one is tried out. Any thread.
 *
 * @param inForce the one that counts where the canary does not say otherwise
 * @param next the one that is tried out
 */
record CanaryAuthenticator(Authenticator inForce, Authenticator next, Canary canary) implements Authenticator {

    @Override
    public CompletionStage<Verdict> authenticate(ConnectAttempt attempt) {
        if (!canary.asksBoth()) {
            return ask(canary.decides(attempt.clientId()), attempt);
        }
        CompletionStage<Verdict> counts = ask(Version.IN_FORCE, attempt);
        counts.handle((verdict, failure) -> said(verdict))
                .thenCombine(
                        beside(attempt).handle((verdict, failure) -> said(verdict)),
                        (first, other) -> differ(attempt, first, other));
        return counts;
    }

    private CompletionStage<Verdict> ask(Version version, ConnectAttempt attempt) {
        canary.asked(version);
        try {
            return (version == Version.NEXT ? next : inForce)
                    .authenticate(attempt)
                    .whenComplete((verdict, failure) -> canary.answered(version, outcome(verdict)));
        } catch (Throwable failure) {
            canary.answered(version, Outcome.FAILED);
            throw failure;
        }
    }

    /** What the new version says when nothing depends on it. */
    private CompletionStage<Verdict> beside(ConnectAttempt attempt) {
        try {
            return ask(Version.NEXT, attempt);
        } catch (Throwable failure) {
            return CompletableFuture.failedStage(failure);
        }
    }

    private boolean differ(ConnectAttempt attempt, String first, String other) {
        boolean differ = !first.equals(other);
        if (differ) {
            canary.differed(attempt.clientId(), first, other);
        }
        return differ;
    }

    private static Outcome outcome(@Nullable Verdict verdict) {
        if (verdict instanceof Verdict.Accept) {
            return Outcome.ACCEPTED;
        }
        if (verdict instanceof Verdict.Refuse) {
            return Outcome.REFUSED;
        }
        return verdict == null ? Outcome.FAILED : Outcome.ABSTAINED;
    }

    /** In whose name a client acts is a part of who may; why one may not is none. */
    private static String said(@Nullable Verdict verdict) {
        if (verdict instanceof Verdict.Accept accept) {
            return "accepted as '" + accept.principal() + "'";
        }
        return outcome(verdict).name().toLowerCase(Locale.ROOT);
    }
}
