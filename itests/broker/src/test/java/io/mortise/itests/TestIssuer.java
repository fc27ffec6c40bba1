// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;

/** Issues tokens to alice, by a library that is not the one which verifies them. */
final class TestIssuer {
    private final KeyPair pair;

    TestIssuer() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        pair = generator.generateKeyPair();
    }

    /** Its key set, as it would publish it. */
    String keys() {
        RSAPublicKey key = (RSAPublicKey) pair.getPublic();
        return "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"one\",\"n\":\"" + base64(key.getModulus()) + "\",\"e\":\""
                + base64(key.getPublicExponent()) + "\"}]}";
    }

    private static String base64(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int from = bytes[0] == 0 ? 1 : 0;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOfRange(bytes, from, bytes.length));
    }

    /** For an hour. */
    String token() {
        return token("acme", Instant.now().plusSeconds(3600));
    }

    String token(String tenant, Instant end) {
        return JWT.create()
                .withKeyId("one")
                .withIssuer("https://issuer.example")
                .withAudience("mqtt")
                .withSubject("alice")
                .withClaim("tenant", tenant)
                .withExpiresAt(end)
                .sign(Algorithm.RSA256((RSAPublicKey) pair.getPublic(), (RSAPrivateKey) pair.getPrivate()));
    }
}
