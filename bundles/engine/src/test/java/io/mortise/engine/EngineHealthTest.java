// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.auth.Authenticator;
import io.mortise.api.health.Health.Level;
import io.mortise.api.health.Health.Status;
import io.mortise.api.protocol.ReasonCode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an operator is told when a part is missing, or fails. SEC-37. */
@Timeout(30)
class EngineHealthTest {
    private final Harness harness =
            new Harness(new TestSettings().authDeadlineMillis(100).build());
    private final ChainNames names = ChainNames.parse(new String[] {"ldap"}, new String[0], "listener.authenticators");
    private final AuthChains chains = new AuthChains(harness.engine, names, names, 0);
    private final InterceptorRoll interceptors = new InterceptorRoll(List.of("units"), next -> {});
    private final Stores stores = new Stores("disk", next -> {}, next -> {});
    private final EngineHealth health = new EngineHealth(harness.engine, stores, chains, interceptors);

    @AfterEach
    void end() {
        chains.close();
        harness.close();
    }

    private void complete() {
        chains.add((Authenticator) harness.auth, Map.of(Authenticator.NAME, "ldap"));
        chains.add((io.mortise.api.auth.Authorizer) harness.auth, Map.of(Authenticator.NAME, "ldap"));
    }

    private static EngineHealth without(Harness harness, AuthChains chains) {
        Stores any = new Stores(StoreChoice.ANY, next -> {}, next -> {});
        return new EngineHealth(harness.engine, any, chains, new InterceptorRoll(List.of(), next -> {}));
    }

    @Test
    void shouldNameWhatEverythingWaitsFor() {
        complete();
        harness.engine.loseRouter(harness.router);
        assertEquals(
                new Status(Level.DOWN, "everything waits for a router, the store disk, the interceptor units"),
                health.status());
    }

    @Test
    void shouldNameAProviderThatIsMissing() {
        Status status = without(harness, chains).status();
        assertEquals(Level.DOWN, status.level());
        assertEquals(
                "the authenticator ldap, the authorizer ldap is missing: clients that need it wait, or are refused",
                status.reason());
        complete();
        assertEquals(Status.UP, without(harness, chains).status());
    }

    @Test
    void shouldTellOfAProviderThatFails() {
        complete();
        harness.auth.verdict = attempt -> CompletableFuture.failedFuture(new IllegalStateException("broken"));
        assertEquals(
                ReasonCode.SERVER_UNAVAILABLE,
                harness.open(harness.opening("c")).connAck().reasonCode());
        Status status = without(harness, chains).status();
        assertEquals(Level.DEGRADED, status.level());
        assertTrue(status.reason().startsWith("the authenticator ldap failed (once"), status.reason());
    }

    @Test
    void shouldTellOfAProviderThatExceedsItsDeadline() {
        complete();
        harness.auth.verdict = attempt -> new CompletableFuture<>();
        harness.open(harness.opening("c")).connAck();
        await().until(() -> without(harness, chains).status().reason().startsWith("authentication took too long"));
    }

    @Test
    void shouldForgetAFaultInTime() {
        AtomicLong clock = new AtomicLong();
        Faults faults = new Faults(clock::get);
        faults.happened("one");
        clock.addAndGet(TimeUnit.SECONDS.toNanos(30));
        faults.happened("two");
        clock.addAndGet(TimeUnit.SECONDS.toNanos(60));
        assertEquals(
                "two (2 times without a minute between, last 60 s ago); what it was asked about was refused",
                faults.status().reason());
        clock.addAndGet(1);
        assertEquals(Status.UP, faults.status());
    }
}
