// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.mortise.api.auth.AuthenticationMethod;
import io.mortise.api.auth.Exchange;
import io.mortise.api.auth.Step;
import io.mortise.api.auth.Verdict;
import io.mortise.api.protocol.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every authentication method does, whatever it is about (MQTT 5.0, 4.12); see {@link AuthenticatorContract}. */
public abstract class AuthenticationMethodContract {
    private static final long PATIENCE_SECONDS = 60;
    private static final int MANY = 200;

    private final List<AuthenticationMethod> opened = new ArrayList<>();
    private @Nullable ProviderThreads threads;

    /** The provider, started as the framework starts it. */
    protected abstract AuthenticationMethod open() throws Exception;

    /** Ends it as the framework does. */
    protected abstract void close(AuthenticationMethod method) throws Exception;

    /** A client of this contract's own. */
    @FunctionalInterface
    public interface Client {

        /**
         * What it says next; {@code null} for nothing.
         *
         * @param challenge what it was asked; {@code null} at first, or if it was asked without a word
         */
        @Nullable
        Payload answer(@Nullable Payload challenge) throws Exception;
    }

    /** One that knows what it needs to know. */
    protected abstract Client known() throws Exception;

    /** One that does not. */
    protected abstract Client wrong() throws Exception;

    @BeforeEach
    void look() {
        threads = new ProviderThreads();
    }

    @AfterEach
    void shouldLeaveNoThread() throws Exception {
        for (AuthenticationMethod each : opened) {
            close(each);
        }
        if (threads != null) {
            threads.assertEnded();
        }
    }

    private AuthenticationMethod start() throws Exception {
        AuthenticationMethod method = open();
        opened.add(method);
        return method;
    }

    private static Step next(Exchange exchange, @Nullable Payload data) throws Exception {
        Step step = exchange.proceed(data).toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertNotNull(step, "a step expected");
        return step;
    }

    private static Verdict talk(AuthenticationMethod method, Client client) throws Exception {
        Exchange exchange = method.begin(Attempts.of(null, null));
        Payload challenge = null;
        try {
            for (int steps = 0; steps < 20; steps++) {
                Step step = next(exchange, client.answer(challenge));
                if (step instanceof Step.Outcome outcome) {
                    return outcome.verdict();
                }
                challenge = ((Step.Challenge) step).data();
            }
            throw new AssertionError("no outcome after twenty steps");
        } finally {
            exchange.close();
        }
    }

    @Test
    void shouldHaveAName() throws Exception {
        AuthenticationMethod method = start();
        assertFalse(method.name().isBlank());
        assertEquals(method.name(), method.name());
    }

    @Test
    void shouldAcceptWhoKnowsAndNobodyElse() throws Exception {
        AuthenticationMethod method = start();
        for (int time = 0; time < 2; time++) { // when it connects, and anew
            assertInstanceOf(Verdict.Accept.class, talk(method, known()));
            assertFalse(talk(method, wrong()) instanceof Verdict.Accept);
        }
    }

    /** Whatever is said, in whatever order, nobody is accepted by it. */
    @Test
    void shouldNotAcceptNoise() throws Exception {
        AuthenticationMethod method = start();
        Random random = new Random(4_12);
        for (int i = 0; i < MANY; i++) {
            Exchange exchange = method.begin(Attempts.of(null, null));
            try {
                Step step = new Step.Challenge(null);
                for (int steps = 0; steps < 4 && step instanceof Step.Challenge; steps++) {
                    step = next(exchange, noise(random));
                }
                assertFalse(step instanceof Step.Outcome outcome && outcome.verdict() instanceof Verdict.Accept);
            } catch (ExecutionException | RuntimeException failed) {
                continue; // the broker refuses then
            } finally {
                exchange.close();
            }
        }
    }

    private static @Nullable Payload noise(Random random) {
        int size = random.nextInt(80);
        if (size == 0) {
            return null;
        }
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        if (random.nextBoolean()) {
            for (int i = 0; i < size; i++) {
                bytes[i] = (byte) ("n,=rap+/:".charAt(random.nextInt(9)));
            }
        }
        return Payload.owning(bytes);
    }

    /** An answer is for its own exchange, and one challenge is not like another. */
    @Test
    void shouldNotAcceptWhatWasSaidInAnotherExchange() throws Exception {
        AuthenticationMethod method = start();
        Client known = known();
        Exchange first = method.begin(Attempts.of(null, null));
        Payload hello = known.answer(null);
        Step step = next(first, hello);
        if (step instanceof Step.Challenge challenge) {
            Payload answer = known.answer(challenge.data());
            Exchange second = method.begin(Attempts.of(null, null));
            if (next(second, hello) instanceof Step.Challenge) {
                Step replayed = next(second, answer);
                assertFalse(replayed instanceof Step.Outcome outcome && outcome.verdict() instanceof Verdict.Accept);
            }
            second.close();
        }
        first.close();
    }

    @Test
    void shouldLetAnExchangeEndInTheMiddle() throws Exception {
        AuthenticationMethod method = start();
        for (int i = 0; i < MANY; i++) {
            Exchange exchange = method.begin(Attempts.of(null, null));
            next(exchange, known().answer(null));
            exchange.close();
        }
        assertInstanceOf(Verdict.Accept.class, talk(method, known()));
    }
}
