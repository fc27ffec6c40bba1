// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.mortise.api.auth.Authenticator;
import io.mortise.api.auth.ConnectAttempt;
import io.mortise.api.auth.Verdict;
import io.mortise.api.connection.Connection;
import io.mortise.api.protocol.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What every authenticator does, whomever it asks.
 *
 * <p>A provider's test extends it and says how its provider is started and ended, whom it knows, and what can go wrong with what it
 * depends on.
 */
public abstract class AuthenticatorContract {
    private static final long PATIENCE_SECONDS = 60;
    private static final int MANY = 50;

    private final List<Authenticator> opened = new ArrayList<>();
    private @Nullable ProviderThreads threads;

    /** The provider, started as the framework starts it, with everything that it depends on in order. */
    protected abstract Authenticator open() throws Exception;

    /** Ends it as the framework does. */
    protected abstract void close(Authenticator authenticator) throws Exception;

    /** An attempt of a client that it accepts. */
    protected abstract ConnectAttempt known() throws Exception;

    /** An attempt that it does not accept; {@code null} for a provider that accepts everybody. */
    protected abstract @Nullable ConnectAttempt wrong() throws Exception;

    /** Whether what is known of a client depends on its user name. */
    protected boolean looksAtUserNames() {
        return true;
    }

    /** Whether it depends on its password. */
    protected boolean looksAtPasswords() {
        return true;
    }

    /**
     * What can go wrong with what it depends on, each with a way to start the provider when it has: a file that is missing, one that
     * is cut off, a server that is down, silent, or answers garbage. A start that fails is as good an answer as any.
     */
    protected Map<String, Callable<Authenticator>> failures() {
        return Map.of();
    }

    @BeforeEach
    void look() {
        threads = new ProviderThreads();
    }

    @AfterEach
    void shouldLeaveNoThread() throws Exception {
        for (Authenticator each : opened) {
            close(each);
        }
        if (threads != null) {
            threads.assertEnded();
        }
    }

    private Authenticator start() throws Exception {
        return remember(open());
    }

    private Authenticator remember(Authenticator authenticator) {
        opened.add(authenticator);
        return authenticator;
    }

    private static CompletableFuture<Verdict> ask(Authenticator authenticator, ConnectAttempt attempt) {
        CompletableFuture<Verdict> verdict = authenticator.authenticate(attempt).toCompletableFuture();
        assertNotNull(verdict, "a stage expected");
        return verdict;
    }

    private static Verdict verdict(Authenticator authenticator, ConnectAttempt attempt) throws Exception {
        Verdict verdict = ask(authenticator, attempt).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertNotNull(verdict, "a verdict expected");
        return verdict;
    }

    private static void assertNotAccepted(Verdict verdict, String whom) {
        assertFalse(verdict instanceof Verdict.Accept, whom + " is accepted: " + verdict);
    }

    @Test
    void shouldAcceptWhomItKnows() throws Exception {
        Authenticator authenticator = start();
        Verdict.Accept first = assertInstanceOf(Verdict.Accept.class, verdict(authenticator, known()));
        assertFalse(first.principal().startsWith(Connection.INTERNAL), "a principal of the broker's own");
        Verdict.Accept again = assertInstanceOf(Verdict.Accept.class, verdict(authenticator, known()));
        assertEquals(first.principal(), again.principal(), "the same client is the same principal");
    }

    @Test
    void shouldNotAcceptAnybodyElse() throws Exception {
        ConnectAttempt wrong = wrong();
        if (wrong != null) {
            assertNotAccepted(verdict(start(), wrong), "who is wrong");
        }
    }

    @Test
    void shouldNotAcceptWhoLeavesSomethingOut() throws Exception {
        Authenticator authenticator = start();
        if (wrong() == null) {
            return;
        }
        if (looksAtUserNames()) {
            assertNotAccepted(verdict(authenticator, Attempts.named(known(), null)), "who has no user name");
            assertNotAccepted(verdict(authenticator, Attempts.named(known(), "")), "whose user name is empty");
        }
        if (looksAtPasswords()) {
            for (Payload password : new Payload[] {
                null, Payload.EMPTY, Payload.of((byte) 0xC3), Payload.of((byte) 0), Payload.of(new byte[65_535])
            }) {
                assertNotAccepted(verdict(authenticator, Attempts.with(known(), password)), "who has no such password");
            }
        }
    }

    /** SEC-30: a name is a name, whatever it means in a filter, an expression, a path or a topic. */
    @Test
    void shouldNotAcceptHostileNames() throws Exception {
        Authenticator authenticator = start();
        if (wrong() != null && looksAtUserNames()) {
            for (String name : Hostile.names().toList()) {
                assertNotAccepted(verdict(authenticator, Attempts.named(known(), name)), name);
            }
        }
    }

    @Test
    void shouldAnswerManyAtTheSameTime() throws Exception {
        Authenticator authenticator = start();
        ConnectAttempt wrong = wrong();
        List<CompletableFuture<Verdict>> verdicts = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            verdicts.add(ask(authenticator, i % 2 == 0 || wrong == null ? known() : wrong));
        }
        for (int i = 0; i < MANY; i++) {
            Verdict verdict = verdicts.get(i).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertNotNull(verdict);
            if (i % 2 == 1 && wrong != null) {
                assertNotAccepted(verdict, "who is wrong");
            }
        }
    }

    /** SEC-37: whatever goes wrong, the door is closed. */
    @TestFactory
    Stream<DynamicTest> shouldAcceptNobodyWhen() {
        return failures().entrySet().stream()
                .map(failure -> DynamicTest.dynamicTest(failure.getKey(), () -> failed(failure.getValue())));
    }

    private void failed(Callable<Authenticator> way) throws Exception {
        Authenticator authenticator;
        try {
            authenticator = remember(way.call());
        } catch (RuntimeException doesNotStart) {
            return;
        }
        Verdict verdict;
        try {
            verdict = verdict(authenticator, known());
        } catch (ExecutionException | RuntimeException fails) {
            return; // the broker refuses then
        }
        assertNotAccepted(verdict, "somebody");
    }
}
