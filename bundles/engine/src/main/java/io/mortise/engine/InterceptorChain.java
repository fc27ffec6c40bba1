// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.intercept.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Asks the interceptors of one kind one after the other: each gets what those before it have made of a packet. Immutable; any thread.
 *
 * @param <C> on whose behalf, or from where, the packet comes
 * @param <T> what is decided about
 */
final class InterceptorChain<C, T> {

    /** One interceptor. */
    interface Link<C, T> {
        CompletionStage<Decision<T>> ask(C context, T value);
    }

    private final List<Link<C, T>> links;

    /** Of at least one. */
    InterceptorChain(List<Link<C, T>> links) {
        this.links = List.copyOf(links);
    }

    /** Completes with the decision; exceptionally as soon as an interceptor fails. */
    CompletableFuture<Decision<T>> ask(C context, T value) {
        return askEach(context, List.of(value)).thenApply(decisions -> decisions.get(0));
    }

    /** As {@link #ask}, about several values one after the other; the decisions come in their order. */
    CompletableFuture<List<Decision<T>>> askEach(C context, List<T> values) {
        Round round = new Round(context, values);
        round.goOn(null, null);
        return round.answer;
    }

    /**
     * On its way through the values and the links. Used by one thread at a time: the one that began, then whichever completes a stage.
     * However many values and links there are, it does not go deeper into the stack as long as stages are complete when they come.
     */
    private final class Round {
        private final C context;
        private final List<T> values;
        private final List<Decision<T>> decisions = new ArrayList<>();
        private final CompletableFuture<List<Decision<T>>> answer = new CompletableFuture<>();
        private T value;
        private int link;

        Round(C context, List<T> values) {
            this.context = context;
            this.values = values;
            this.value = values.get(0);
        }

        /** Goes on with what the last link has said, if there is one that has. */
        void goOn(@Nullable Decision<T> said, @Nullable Throwable failure) {
            try {
                Decision<T> last = said;
                if (failure != null) {
                    throw failure;
                }
                while (true) {
                    if (last != null) {
                        take(last);
                        if (decisions.size() == values.size()) {
                            answer.complete(decisions);
                            return;
                        }
                    }
                    CompletableFuture<Decision<T>> stage =
                            links.get(link).ask(context, value).toCompletableFuture();
                    if (!stage.isDone()) {
                        stage.whenComplete(this::answered);
                        return;
                    }
                    last = present(stage.join());
                }
            } catch (Throwable fault) {
                answer.completeExceptionally(fault);
            }
        }

        private void answered(@Nullable Decision<T> said, @Nullable Throwable failure) {
            goOn(said, failure == null && said == null ? nothing() : failure);
        }

        private void take(Decision<T> said) {
            if (said instanceof Decision.Proceed<T> proceed) {
                value = proceed.value();
                link++;
                if (link < links.size()) {
                    return;
                }
            }
            decisions.add(said);
            link = 0;
            if (decisions.size() < values.size()) {
                value = values.get(decisions.size());
            }
        }

        private Decision<T> present(@Nullable Decision<T> said) {
            if (said == null) {
                throw nothing();
            }
            return said;
        }

        private IllegalStateException nothing() {
            return new IllegalStateException("an interceptor has to decide, got null");
        }
    }
}
