// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.auth.Identity;
import io.mortise.api.intercept.Decision;
import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.ReasonCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What interceptors are asked about on its way to one client: the message whose turn it is, which stays where it is until that is
 * decided.
 *
 * <p>Used in its session's mailbox.
 */
final class OutboundInterception {
    private static final Logger LOG = LoggerFactory.getLogger(OutboundInterception.class);

    private final Session session;
    private final Engine engine;

    // valid while something is asked or decided, and not taken
    private @Nullable Delivery asked;
    private @Nullable InterceptorChain<Identity, Message> by;
    private @Nullable CompletableFuture<Decision<Message>> question;
    private @Nullable Decision<Message> decision;
    private @Nullable Future<?> deadline;
    private @Nullable CompletableFuture<@Nullable Void> whenDecided;

    private boolean failed;

    OutboundInterception(Session session, Engine engine) {
        this.session = session;
        this.engine = engine;
    }

    /**
     * What is decided about a message.
     *
     * @param receiver the client that it is for
     * @return {@code null} if that is not known yet: when it is, what the mailbox does after each item brings it here again
     */
    @Nullable
    Decision<Message> about(Delivery delivery, InterceptorChain<Identity, Message> interceptors, Identity receiver) {
        if (asked == delivery && by == interceptors) {
            Decision<Message> known = decision;
            if (known != null) {
                forget();
            }
            return known;
        }
        forget();
        CompletableFuture<Decision<Message>> answer = interceptors.ask(receiver, delivery.message);
        if (answer.isDone()) {
            return answer.handle(this::judged).join();
        }
        int deadlineMillis = engine.settings().connection().interceptDeadlineMillis();
        asked = delivery;
        by = interceptors;
        question = answer;
        deadline = session.after(
                deadlineMillis,
                () -> decided(answer, null, new TimeoutException("no decision within " + deadlineMillis + " ms")));
        answer.whenComplete((said, failure) -> session.mailbox().post(() -> decided(answer, said, failure)));
        return null;
    }

    private void decided(
            CompletableFuture<Decision<Message>> answer,
            @Nullable Decision<Message> said,
            @Nullable Throwable failure) {
        if (question == answer && decision == null) {
            decision = judged(said, failure);
            told();
        }
    }

    private Decision<Message> judged(@Nullable Decision<Message> said, @Nullable Throwable failure) {
        if (said instanceof Decision.Refuse<Message>
                || said instanceof Decision.Proceed<Message> proceed && Rewritten.isSound(proceed.value())) {
            return said;
        }
        engine.faults().happened("an interceptor failed on a message for a client");
        if (!failed) { // there may be one for each message
            failed = true;
            LOG.error(
                    "An interceptor failed on a message for {}, which is dropped; further faults until its next connection are"
                            + " not logged",
                    Printable.text(session.clientId()),
                    failure);
        }
        return new Decision.Refuse<>(ReasonCode.UNSPECIFIED_ERROR, "an interceptor has failed");
    }

    /** Completes when it is decided what is asked now, in the mailbox. */
    CompletionStage<@Nullable Void> whenDecided() {
        if (question == null || decision != null) {
            return CompletableFuture.completedFuture(null);
        }
        if (whenDecided == null) {
            whenDecided = new CompletableFuture<>();
        }
        return whenDecided;
    }

    /** Nobody waits for a decision any more. */
    void forget() {
        asked = null;
        by = null;
        question = null;
        decision = null;
        told();
    }

    /** Another connection is there: what fails is told again. */
    void begin() {
        forget();
        failed = false;
    }

    private void told() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
        CompletableFuture<@Nullable Void> waiting = whenDecided;
        whenDecided = null;
        if (waiting != null) {
            waiting.complete(null);
        }
    }
}
