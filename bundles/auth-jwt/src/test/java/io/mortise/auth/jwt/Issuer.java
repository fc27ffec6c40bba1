// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.jwt;

import com.auth0.jwt.JWT;
import com.auth0.jwt.JWTCreator;
import com.auth0.jwt.algorithms.Algorithm;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;

/** Issues tokens, by a library that is not the one which verifies them, and serves its keys over HTTP. */
final class Issuer implements AutoCloseable {
    static final String NAME = "https://issuer.example";
    static final String AUDIENCE = "mqtt";

    /** Now, for tokens and for whoever verifies them. */
    static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

    final KeyPair rsa = rsa();
    final KeyPair ec = ec();
    final AtomicInteger asked = new AtomicInteger();
    volatile int status = 200;
    volatile String keys = set(key("rsa-1", (RSAPublicKey) rsa.getPublic()), key("ec-1", (ECPublicKey) ec.getPublic()));
    private final HttpServer server;

    Issuer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/keys", exchange -> {
            asked.incrementAndGet();
            byte[] answer = keys.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/keys";
    }

    /** A token with everything that is expected of one, to be signed. */
    static JWTCreator.Builder token() {
        return JWT.create()
                .withIssuer(NAME)
                .withAudience("web", AUDIENCE)
                .withSubject("alice")
                .withExpiresAt(NOW.plusSeconds(600));
    }

    String signed(JWTCreator.Builder token) {
        return token.withKeyId("rsa-1").sign(byRsa(rsa));
    }

    static Algorithm byRsa(KeyPair keys) {
        return Algorithm.RSA256((RSAPublicKey) keys.getPublic(), (RSAPrivateKey) keys.getPrivate());
    }

    static Algorithm byEc(KeyPair keys) {
        return Algorithm.ECDSA256((ECPublicKey) keys.getPublic(), (ECPrivateKey) keys.getPrivate());
    }

    static KeyPair rsa() {
        return generate("RSA", generator -> generator.initialize(2048));
    }

    static KeyPair ec() {
        return generate("EC", generator -> generator.initialize(new ECGenParameterSpec("secp256r1")));
    }

    private interface Size {
        void set(KeyPairGenerator generator) throws GeneralSecurityException;
    }

    private static KeyPair generate(String algorithm, Size size) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            size.set(generator);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static String set(String... keys) {
        return "{\"keys\":[" + String.join(",", keys) + "]}";
    }

    static String key(String id, RSAPublicKey key) {
        return "{\"kty\":\"RSA\",\"use\":\"sig\",\"kid\":\"" + id + "\",\"n\":\"" + base64(key.getModulus(), 256)
                + "\",\"e\":\"" + base64(key.getPublicExponent(), 3) + "\"}";
    }

    static String key(String id, ECPublicKey key) {
        return "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"" + id + "\",\"x\":\""
                + base64(key.getW().getAffineX(), 32) + "\",\"y\":\""
                + base64(key.getW().getAffineY(), 32) + "\"}";
    }

    private static String base64(BigInteger number, int bytes) {
        byte[] all = number.toByteArray();
        byte[] exact = new byte[bytes];
        int length = Math.min(all.length, bytes);
        System.arraycopy(all, all.length - length, exact, bytes - length, length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(exact);
    }

    /** The same token with one bit of its signature turned. */
    static String turned(String token) {
        int dot = token.lastIndexOf('.');
        byte[] signature = Base64.getUrlDecoder().decode(token.substring(dot + 1));
        byte[] turned = Arrays.copyOf(signature, signature.length);
        turned[7] ^= 1;
        return token.substring(0, dot + 1)
                + Base64.getUrlEncoder().withoutPadding().encodeToString(turned);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
