// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.mortise.api.auth.Verdict;
import io.mortise.api.protocol.ReasonCode;
import java.text.ParseException;
import java.time.InstantSource;
import java.util.Date;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Finds out whether a token is right (RFC 7519, RFC 8725), and whose it is. Any thread. */
final class Tokens {
    private static final Verdict BUSY =
            new Verdict.Refuse(ReasonCode.SERVER_BUSY, "too many tokens wait to be verified");

    private final Expected expected;
    private final TokenRules rules;
    private final Keys keys;
    private final Executor threads;
    private final InstantSource clock;

    /**
     * What a token has to be.
     *
     * @param issuer who issued it; empty for anyone who has one of the keys
     * @param audiences for whom: one of these; none if that does not matter
     * @param principalClaim the claim with the principal of its client
     * @param clientIdClaim the claim that has to be the client identifier; empty for none
     */
    record Expected(
            Set<JWSAlgorithm> algorithms,
            String issuer,
            Set<String> audiences,
            String principalClaim,
            String clientIdClaim,
            int skewSeconds,
            int longestCharacters) {}

    /**
     * Verifies nothing yet.
     *
     * @param threads on which signatures are verified
     */
    Tokens(Expected expected, TokenRules rules, Keys keys, Executor threads, InstantSource clock) {
        this.expected = expected;
        this.rules = rules;
        this.keys = keys;
        this.threads = threads;
        this.clock = clock;
    }

    /** Whether a text looks like a signed token: another one is somebody's password. */
    static boolean isOne(String text) {
        int first = text.indexOf('.');
        int second = text.indexOf('.', first + 1);
        return text.startsWith("eyJ") && first > 0 && second > first + 1 && text.indexOf('.', second + 1) < 0;
    }

    /** Accepts the client that brings this token, or refuses it. */
    CompletionStage<Verdict> verify(String token, String clientId) {
        if (token.length() > expected.longestCharacters) {
            return CompletableFuture.completedStage(
                    refused("its token is longer than " + expected.longestCharacters + " characters"));
        }
        try {
            return CompletableFuture.supplyAsync(() -> verify(token, clientId, keys.inForce()), threads)
                    .thenCompose(verdict -> verdict != null
                            ? CompletableFuture.completedStage(verdict)
                            : keys.askAnew().thenApplyAsync(read -> decide(token, clientId), threads))
                    .exceptionally(Tokens::busy);
        } catch (RejectedExecutionException tooMany) {
            return CompletableFuture.completedStage(BUSY);
        }
    }

    private static Verdict busy(Throwable failure) {
        if (failure.getCause() instanceof RejectedExecutionException) {
            return BUSY;
        }
        throw new IllegalStateException("a token could not be verified", failure);
    }

    private Verdict decide(String token, String clientId) {
        JWKSet inForce = keys.inForce();
        if (inForce == null) {
            return new Verdict.Refuse(ReasonCode.SERVER_UNAVAILABLE, "there are no keys to verify its token with");
        }
        Verdict verdict = verify(token, clientId, inForce);
        return verdict == null ? refused("its token is by a key that is not known") : verdict;
    }

    /** {@code null} if there is no such key, or none at all. */
    private @Nullable Verdict verify(String token, String clientId, @Nullable JWKSet inForce) {
        if (inForce == null) {
            return null;
        }
        try {
            SignedJWT signed = SignedJWT.parse(token);
            if (!expected.algorithms.contains(signed.getHeader().getAlgorithm())) {
                return refused("the algorithm of its token is "
                        + signed.getHeader().getAlgorithm() + ", which is not among those allowed");
            }
            String key = signed.getHeader().getKeyID();
            if (key != null && inForce.getKeyByKeyId(key) == null) {
                return null;
            }
            return accepted(processor(inForce).process(signed, null), clientId);
        } catch (ParseException malformed) {
            return refused("its token is none: " + malformed.getMessage());
        } catch (BadJOSEException | JOSEException bad) {
            return refused("its token is not right: " + bad.getMessage());
        }
    }

    private DefaultJWTProcessor<SecurityContext> processor(JWKSet inForce) {
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(
                JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null)); // RFC 9068, 2.1
        processor.setJWSKeySelector(
                new JWSVerificationKeySelector<>(expected.algorithms, new ImmutableJWKSet<>(inForce)));
        JWTClaimsSet.Builder exactly = new JWTClaimsSet.Builder();
        if (!expected.issuer.isEmpty()) {
            exactly.issuer(expected.issuer);
        }
        DefaultJWTClaimsVerifier<SecurityContext> verifier =
                new DefaultJWTClaimsVerifier<>(
                        expected.audiences.isEmpty() ? null : expected.audiences,
                        exactly.build(),
                        Set.of("exp"),
                        null) {
                    @Override
                    protected Date currentTime() {
                        return Date.from(clock.instant());
                    }
                };
        verifier.setMaxClockSkew(expected.skewSeconds);
        processor.setJWTClaimsSetVerifier(verifier);
        return processor;
    }

    private Verdict accepted(JWTClaimsSet claims, String clientId) {
        Map<String, String> attributes = Claims.attributes(claims.getClaims());
        String principal = attributes.getOrDefault(Claims.name(expected.principalClaim), "");
        if (principal.isBlank() || principal.chars().anyMatch(Character::isISOControl)) {
            return refused("its token has no claim " + expected.principalClaim + " that can be a name");
        }
        if (!expected.clientIdClaim.isEmpty()
                && !clientId.equals(attributes.get(Claims.name(expected.clientIdClaim)))) {
            return new Verdict.Refuse(
                    ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
                    "its client identifier is not the claim " + expected.clientIdClaim + " of its token");
        }
        try {
            rules.of(attributes);
        } catch (IllegalArgumentException noFilter) {
            return refused("a claim of its token is no list of topics: " + noFilter.getMessage());
        }
        return new Verdict.Accept(principal, attributes);
    }

    private static Verdict refused(String reason) {
        return new Verdict.Refuse(ReasonCode.NOT_AUTHORIZED, reason);
    }
}
