// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.auth.Authenticator;
import io.mortise.api.auth.Authorization;
import io.mortise.api.auth.Authorizer;
import io.mortise.api.auth.ConnectAttempt;
import io.mortise.api.auth.Identity;
import io.mortise.api.auth.Permissions;
import io.mortise.api.auth.Verdict;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Lets everybody in, in the name of the user, and allows everything, until a test says otherwise. */
final class TestAuth implements Authenticator, Authorizer {
    volatile Function<ConnectAttempt, CompletionStage<Verdict>> verdict = attempt ->
            CompletableFuture.completedFuture(new Verdict.Accept(attempt.username() == null ? "" : attempt.username()));
    volatile Permissions permissions = new OnTopics(topic -> true);
    volatile boolean granting = true;
    volatile boolean throwing;
    volatile @Nullable Consumer<Permissions> lastGrant;
    volatile @Nullable Identity lastClient;
    final AtomicInteger attempts = new AtomicInteger();
    final AtomicInteger open = new AtomicInteger();

    /** The same answer for publishing, subscribing and receiving. */
    record OnTopics(Predicate<String> allowed) implements Permissions {
        @Override
        public boolean mayPublish(Topic topic, Qos qos, boolean retain) {
            return allowed.test(topic.name());
        }

        @Override
        public boolean maySubscribe(TopicFilter filter) {
            return allowed.test(filter.text());
        }

        @Override
        public boolean mayReceive(Topic topic) {
            return allowed.test(topic.name());
        }
    }

    @Override
    public CompletionStage<Verdict> authenticate(ConnectAttempt attempt) {
        attempts.incrementAndGet();
        return verdict.apply(attempt);
    }

    @Override
    public Authorization authorize(Identity client, Consumer<Permissions> grant) {
        if (throwing) {
            throw new NoClassDefFoundError("a plugin's dependency");
        }
        open.incrementAndGet();
        lastGrant = grant;
        lastClient = client;
        if (granting) {
            grant.accept(permissions);
        }
        return open::decrementAndGet;
    }
}
