// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.auth.Authenticator;
import io.mortise.api.auth.Authorization;
import io.mortise.api.auth.Authorizer;
import io.mortise.api.auth.ConnectAttempt;
import io.mortise.api.auth.Identity;
import io.mortise.api.auth.Verdict;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.ReasonCode;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class CanaryTest {
    private static final Authenticator ACCEPTS = attempt -> CompletableFuture.completedStage(new Verdict.Accept("p"));
    private static final Authenticator REFUSES =
            attempt -> CompletableFuture.completedStage(new Verdict.Refuse(ReasonCode.NOT_AUTHORIZED, "no"));
    private static final Authenticator ABSTAINS = attempt -> CompletableFuture.completedStage(new Verdict.Abstain());
    private static final Authenticator THROWS = attempt -> {
        throw new IllegalStateException("broken on purpose");
    };
    private static final Authenticator FAILS =
            attempt -> CompletableFuture.failedStage(new IllegalStateException("broken on purpose"));

    private final TestCanary share = new TestCanary(2);
    private final TestCanary shadow = new TestCanary(2, true);

    @Test
    void shouldAskTheOneVersionThatDecides() {
        Authenticator both = new CanaryAuthenticator(ACCEPTS, ABSTAINS, share);
        assertEquals(new Verdict.Accept("p"), ask(both, "c"));
        assertEquals(new Verdict.Abstain(), ask(both, "next"));
        assertEquals(List.of("asked IN_FORCE", "IN_FORCE ACCEPTED", "asked NEXT", "NEXT ABSTAINED"), share.told());
    }

    @Test
    void shouldTellThatAVersionFails() {
        assertThrows(IllegalStateException.class, () -> ask(new CanaryAuthenticator(ACCEPTS, THROWS, share), "next"));
        assertThrows(CompletionException.class, () -> ask(new CanaryAuthenticator(ACCEPTS, FAILS, share), "next"));
        assertEquals(List.of("asked NEXT", "NEXT FAILED", "asked NEXT", "NEXT FAILED"), share.told());
    }

    @Test
    void shouldCompareWithoutAnyConsequence() {
        for (Authenticator next : List.of(REFUSES, ABSTAINS, THROWS, FAILS)) {
            assertEquals(new Verdict.Accept("p"), ask(new CanaryAuthenticator(ACCEPTS, next, shadow), "next"));
        }
        assertEquals(
                List.of(
                        "next: accepted as 'p', refused",
                        "next: accepted as 'p', abstained",
                        "next: accepted as 'p', failed",
                        "next: accepted as 'p', failed"),
                shadow.told().stream().filter(line -> line.contains(":")).toList());
    }

    @Test
    void shouldTellThatAClientWouldActInAnotherName() {
        Authenticator other = attempt -> CompletableFuture.completedStage(new Verdict.Accept("q"));
        ask(new CanaryAuthenticator(ACCEPTS, other, shadow), "c");
        ask(new CanaryAuthenticator(ACCEPTS, ACCEPTS, shadow), "same");
        assertTrue(shadow.told().contains("c: accepted as 'p', accepted as 'q'"));
        assertTrue(shadow.told().stream().noneMatch(line -> line.startsWith("same")));
    }

    @Test
    void shouldHaveAnAnswerThatNeverComesFromTheOtherHoldNobodyUp() {
        Authenticator silent = attempt -> new CompletableFuture<>();
        assertEquals(new Verdict.Accept("p"), ask(new CanaryAuthenticator(ACCEPTS, silent, shadow), "c"));
    }

    @Test
    void shouldGrantWhatTheVersionGrantsThatDecides() {
        Authorization first = () -> {};
        Authorization other = () -> {};
        Authorizer both = new CanaryAuthorizer((client, grant) -> first, (client, grant) -> other, share);
        assertSame(first, both.authorize(identity("c"), permissions -> {}));
        assertSame(other, both.authorize(identity("next"), permissions -> {}));

        Authorizer failing = new CanaryAuthorizer(
                (client, grant) -> first,
                (client, grant) -> {
                    throw new IllegalStateException("broken on purpose");
                },
                share);
        assertThrows(IllegalStateException.class, () -> failing.authorize(identity("next"), permissions -> {}));
        assertEquals(List.of("NEXT FAILED"), share.told());
    }

    private static Identity identity(String clientId) {
        return new Identity(clientId, "p", null, Map.of());
    }

    private static Verdict ask(Authenticator authenticator, String clientId) {
        InetSocketAddress nowhere = InetSocketAddress.createUnresolved("test", 1);
        return authenticator
                .authenticate(
                        new ConnectAttempt(clientId, null, null, ProtocolVersion.MQTT_5, "test", nowhere, nowhere))
                .toCompletableFuture()
                .join();
    }
}
