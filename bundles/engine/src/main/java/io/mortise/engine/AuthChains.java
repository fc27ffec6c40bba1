// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.auth.Authenticator;
import io.mortise.api.auth.Authorizer;
import io.mortise.api.auth.Canary;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The auth providers that come and go, and what the engine makes of them: one chain of authenticators and one of authorizers
 * for each listener.
 *
 * <p>Any thread that is nobody's home.
 */
final class AuthChains implements AutoCloseable {
    private static final long END_SECONDS = 10;

    private final ScheduledThreadPoolExecutor timer;
    private final ProviderChain<Authenticator> authenticators;
    private final ProviderChain<Authorizer> authorizers;

    /**
     * Chains without any provider yet.
     *
     * @param gapMillis how long a provider may be away before its chains refuse
     */
    AuthChains(Engine engine, ChainNames authenticatorNames, ChainNames authorizerNames, long gapMillis) {
        timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "mortise-engine-auth");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        authenticators = new ProviderChain<>(
                "The authenticator",
                authenticatorNames,
                gapMillis,
                timer,
                System::nanoTime,
                CanaryAuthenticator::new,
                links -> engine.useAuthenticator(links == null ? null : new AuthenticatorChain(links)));
        authorizers = new ProviderChain<>(
                "The authorizer",
                authorizerNames,
                gapMillis,
                timer,
                System::nanoTime,
                AuthChains::pair,
                links -> engine.useAuthorizers(links == null ? null : AuthorizerChain.of(links)));
    }

    void add(Authenticator next, Map<String, ?> properties) {
        authenticators.add(
                next, name(properties), ServiceProperties.ranking(properties), ServiceProperties.bundle(properties));
    }

    void remove(Authenticator gone) {
        authenticators.remove(gone);
    }

    void add(Authorizer next, Map<String, ?> properties) {
        authorizers.add(
                next, name(properties), ServiceProperties.ranking(properties), ServiceProperties.bundle(properties));
    }

    void remove(Authorizer gone) {
        authorizers.remove(gone);
    }

    /** By which name a provider calls itself; {@link ChainNames#ANY} if by none. */
    static String name(Map<String, ?> properties) {
        return properties.get(Authenticator.NAME) instanceof String name ? name : ChainNames.ANY;
    }

    /** A new version of a provider is tried out. */
    void tryOut(Canary canary) {
        authenticators.tryOut(canary);
        authorizers.tryOut(canary);
    }

    /** That is over. */
    void endTrial(Canary over) {
        authenticators.endTrial(over);
        authorizers.endTrial(over);
    }

    /** Who is only compared grants nothing. */
    private static Authorizer pair(Authorizer inForce, Authorizer next, Canary canary) {
        return canary.asksBoth() ? inForce : new CanaryAuthorizer(inForce, next, canary);
    }

    /** What the chains name that is not here, in words. */
    List<String> missing() {
        return Stream.concat(authenticators.missing().stream(), authorizers.missing().stream())
                .toList();
    }

    /** Nothing changes any more. */
    @Override
    public void close() {
        timer.shutdownNow();
        try {
            if (!timer.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the thread mortise-engine-auth does not end");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
