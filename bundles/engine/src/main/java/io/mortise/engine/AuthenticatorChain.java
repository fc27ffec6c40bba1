// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.auth.Authenticator;
import io.mortise.api.auth.ConnectAttempt;
import io.mortise.api.auth.Verdict;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.engine.Links.Link;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the authenticators of a listener one after the other. Any thread.
 *
 * <p>All are asked, unless one refuses: then nobody is asked any more, and it does not matter who accepted. Who accepts first
 * says in whose name the client acts. If nobody accepts, that is a refusal; and so is one that is missing or fails.
 */
final class AuthenticatorChain implements Authenticator {
    private static final Logger LOG = LoggerFactory.getLogger(AuthenticatorChain.class);

    private final Links<Authenticator> links;

    AuthenticatorChain(Links<Authenticator> links) {
        this.links = links;
    }

    /** The names of the providers in the chain of a listener: a client may authenticate by their methods, and no others. */
    List<String> providers(String listener) {
        return links.of(listener).stream()
                .filter(link -> link.provider() != null)
                .map(Link::ownName)
                .toList();
    }

    /** Whether a provider is missing that is in the chain of a listener: everybody is refused there. */
    boolean isIncomplete(String listener) {
        return links.of(listener).stream().anyMatch(link -> link.provider() == null);
    }

    @Override
    public CompletionStage<Verdict> authenticate(ConnectAttempt attempt) {
        return ask(links.of(attempt.listener()), 0, attempt, null);
    }

    private static CompletionStage<Verdict> ask(
            List<Link<Authenticator>> chain, int next, ConnectAttempt attempt, Verdict.@Nullable Accept accepted) {
        if (next == chain.size()) {
            return CompletableFuture.completedStage(accepted == null ? nobodyAccepts(attempt) : accepted);
        }
        return ask(chain.get(next), attempt).thenCompose(verdict -> {
            if (verdict instanceof Verdict.Refuse) {
                return CompletableFuture.completedStage(verdict);
            }
            boolean first = accepted == null && verdict instanceof Verdict.Accept;
            return ask(chain, next + 1, attempt, first ? (Verdict.Accept) verdict : accepted);
        });
    }

    private static CompletionStage<Verdict> ask(Link<Authenticator> link, ConnectAttempt attempt) {
        Authenticator authenticator = link.provider();
        if (authenticator == null) {
            return CompletableFuture.completedStage(unavailable("the authenticator " + link.title() + " is missing"));
        }
        try {
            return authenticator
                    .authenticate(attempt)
                    .handle((verdict, failure) -> verdict == null ? failed(link, attempt, failure) : verdict);
        } catch (Throwable failure) {
            return CompletableFuture.completedStage(failed(link, attempt, failure));
        }
    }

    private static Verdict failed(Link<Authenticator> link, ConnectAttempt attempt, @Nullable Throwable failure) {
        LOG.error(
                "The authenticator {} failed; {} is refused",
                link.title(),
                Printable.text(attempt.clientId()),
                failure);
        return unavailable("the authenticator " + link.title() + " failed");
    }

    private static Verdict unavailable(String reason) {
        return new Verdict.Refuse(ReasonCode.SERVER_UNAVAILABLE, reason);
    }

    /** As one that does not believe a password would say, so that nobody learns which user names there are. */
    private static Verdict nobodyAccepts(ConnectAttempt attempt) {
        boolean tried = attempt.username() != null || attempt.password() != null;
        return new Verdict.Refuse(
                tried ? ReasonCode.BAD_USER_NAME_OR_PASSWORD : ReasonCode.NOT_AUTHORIZED,
                "no authenticator accepts it");
    }
}
