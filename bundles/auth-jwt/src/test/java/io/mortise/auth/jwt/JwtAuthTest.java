// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.jwt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.auth0.jwt.algorithms.Algorithm;
import io.mortise.api.auth.Authorization;
import io.mortise.api.auth.ConnectAttempt;
import io.mortise.api.auth.Identity;
import io.mortise.api.auth.Permissions;
import io.mortise.api.auth.Step;
import io.mortise.api.auth.Verdict;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.interfaces.RSAPublicKey;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JwtAuthTest {
    @TempDir
    private Path folder;

    private Issuer issuer;
    private final Settings settings = new Settings();
    private final List<String> ended = new CopyOnWriteArrayList<>();
    private final List<JwtAuth> started = new ArrayList<>();

    @BeforeEach
    void setUp() throws Exception {
        issuer = new Issuer();
        settings.keys = issuer.url();
    }

    @AfterEach
    void tearDown() {
        started.forEach(JwtAuth::close);
        issuer.close();
        Awaitility.await()
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("mortise-auth-jwt")));
    }

    private JwtAuth start() {
        return start(InstantSource.fixed(Issuer.NOW));
    }

    private JwtAuth start(InstantSource clock) {
        JwtAuth auth = new JwtAuth(folder, settings, clock, ended::add);
        started.add(auth);
        return auth;
    }

    private static ConnectAttempt attempt(@Nullable String password) {
        return new ConnectAttempt(
                "phone",
                "whoever",
                password == null ? null : Payload.of(password),
                ProtocolVersion.MQTT_5,
                "tcp",
                new InetSocketAddress("127.0.0.1", 1),
                new InetSocketAddress("127.0.0.1", 2));
    }

    private static Verdict verdict(JwtAuth auth, @Nullable String password) throws Exception {
        return auth.authenticate(attempt(password)).toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private static Verdict.Accept accepted(Verdict verdict) {
        return assertInstanceOf(Verdict.Accept.class, verdict, verdict.toString());
    }

    private static void assertRefused(Verdict verdict, String reason) {
        Verdict.Refuse refusal = assertInstanceOf(Verdict.Refuse.class, verdict, verdict.toString());
        assertTrue(refusal.reason().contains(reason), refusal.reason());
    }

    private static Identity identity(Verdict.Accept accepted) {
        return new Identity("phone", accepted.principal(), "whoever", accepted.attributes());
    }

    /** The last that was granted. */
    private static final class Granted {
        private final List<Permissions> all = new CopyOnWriteArrayList<>();

        void accept(Permissions permissions) {
            all.add(permissions);
        }

        Permissions last() {
            return all.get(all.size() - 1);
        }

        boolean mayPublish(String topic) {
            return last().mayPublish(Topic.of(topic), Qos.AT_LEAST_ONCE, false);
        }
    }

    @Test
    void shouldLetInWhoBringsATokenThatAnotherLibraryMade() throws Exception {
        JwtAuth auth = start();
        String byRsa = Issuer.token().withKeyId("rsa-1").sign(Issuer.byRsa(issuer.rsa));
        String byEc = Issuer.token()
                .withKeyId("ec-1")
                .withHeader(Map.of("typ", "at+jwt"))
                .withClaim("tenant", "acme")
                .withClaim("realm", Map.of("roles", List.of("a", "b")))
                .sign(Issuer.byEc(issuer.ec));
        String nameless = Issuer.token().sign(Issuer.byRsa(issuer.rsa));

        assertEquals("alice", accepted(verdict(auth, byRsa)).principal());
        assertEquals("alice", accepted(verdict(auth, nameless)).principal(), "whichever key it is");
        Map<String, String> attributes = accepted(verdict(auth, byEc)).attributes();
        assertEquals("acme", attributes.get("jwt.tenant"));
        assertEquals("a\nb\n", attributes.get("jwt.realm.roles"));
        assertEquals(Long.toString(Issuer.NOW.plusSeconds(600).getEpochSecond()), attributes.get("jwt.exp"));
    }

    @Test
    void shouldTakeATokenAsAuthenticationDataToo() throws Exception {
        JwtAuth auth = start();
        assertEquals("JWT", auth.name());
        for (int time = 0; time < 2; time++) { // when it connects, and anew
            Step step = auth.begin(attempt(null))
                    .proceed(Payload.of(issuer.signed(Issuer.token())))
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
            accepted(assertInstanceOf(Step.Outcome.class, step).verdict());
        }
        for (Payload data : new Payload[] {null, Payload.EMPTY, Payload.of("secret")}) {
            Step step = auth.begin(attempt(null))
                    .proceed(data)
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
            assertInstanceOf(
                    Verdict.Refuse.class,
                    assertInstanceOf(Step.Outcome.class, step).verdict());
        }
    }

    @Test
    void shouldLeaveWhatIsNoTokenToOthers() throws Exception {
        JwtAuth auth = start();
        for (String password : new String[] {null, "", "secret", "a.b.c", "eyJ", "eyJ..", "eyJ.x", "eyJ.a.b.c.d"}) {
            assertEquals(new Verdict.Abstain(), verdict(auth, password), password);
        }
    }

    @Test
    void shouldRefuseATokenThatIsNotRight() throws Exception {
        JwtAuth auth = start();
        String good = issuer.signed(Issuer.token());
        accepted(verdict(auth, good));

        assertRefused(
                verdict(auth, issuer.signed(Issuer.token().withExpiresAt(Issuer.NOW.minusSeconds(31)))), "Expired");
        assertRefused(
                verdict(auth, issuer.signed(Issuer.token().withNotBefore(Issuer.NOW.plusSeconds(31)))), "before use");
        assertRefused(verdict(auth, issuer.signed(Issuer.token().withIssuer("https://other.example"))), "iss");
        assertRefused(verdict(auth, issuer.signed(Issuer.token().withAudience("web"))), "aud");
        assertRefused(verdict(auth, issuer.signed(Issuer.token().withSubject(""))), "no claim sub");
        assertRefused(verdict(auth, issuer.signed(Issuer.token().withSubject("a\u0000b"))), "no claim sub");
        String withoutExpiry = issuer.signed(com.auth0
                .jwt
                .JWT
                .create()
                .withIssuer(Issuer.NAME)
                .withAudience(Issuer.AUDIENCE)
                .withSubject("alice"));
        assertRefused(verdict(auth, withoutExpiry), "exp");
        assertRefused(verdict(auth, Issuer.turned(good)), "not right");
        String[] parts = good.split("\\.");
        String other = issuer.signed(Issuer.token().withSubject("admin"));
        assertRefused(verdict(auth, parts[0] + "." + other.split("\\.")[1] + "." + parts[2]), "not right");
        assertRefused(verdict(auth, "eyJ.eyJ.x"), "none");
        assertRefused(verdict(auth, Issuer.token().withKeyId("rsa-1").sign(Issuer.byRsa(Issuer.rsa()))), "not right");
        assertRefused(verdict(auth, issuer.signed(Issuer.token().withHeader(Map.of("typ", "logout+jwt")))), "typ");
        assertRefused(verdict(auth, good + "x".repeat(8_192)), "longer than");
    }

    /** RFC 8725, 2.1 and 3.1: the token does not choose by what it is verified. */
    @Test
    void shouldNotLetATokenChooseItsAlgorithm() throws Exception {
        JwtAuth auth = start();
        byte[] publicKey = issuer.rsa.getPublic().getEncoded();
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(publicKey)
                + "\n-----END PUBLIC KEY-----\n";

        for (byte[] secret : new byte[][] {publicKey, pem.getBytes(StandardCharsets.UTF_8)}) {
            assertRefused(verdict(auth, Issuer.token().withKeyId("rsa-1").sign(Algorithm.HMAC256(secret))), "HS256");
        }
        String none = Issuer.token().sign(Algorithm.none());
        assertFalse(verdict(auth, none) instanceof Verdict.Accept);
        assertFalse(verdict(auth, none + "AAAA") instanceof Verdict.Accept);
        String rs384 = Issuer.token()
                .withKeyId("rsa-1")
                .sign(Algorithm.RSA384((RSAPublicKey) issuer.rsa.getPublic(), (java.security.interfaces.RSAPrivateKey)
                        issuer.rsa.getPrivate()));
        assertRefused(verdict(auth, rs384), "RS384");
    }

    @Test
    void shouldBindTheClientIdentifierToAClaim() throws Exception {
        settings.client_id_claim = "device";
        JwtAuth auth = start();

        accepted(verdict(auth, issuer.signed(Issuer.token().withClaim("device", "phone"))));
        for (String token :
                List.of(issuer.signed(Issuer.token().withClaim("device", "other")), issuer.signed(Issuer.token()))) {
            assertEquals(
                    ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
                    assertInstanceOf(Verdict.Refuse.class, verdict(auth, token)).reasonCode());
        }
    }

    /** A key that was put in is used as soon as a token comes by it; one that was taken out is not. */
    @Test
    void shouldFollowTheKeysWhenTheyAreRotated() throws Exception {
        JwtAuth auth = start();
        String old = issuer.signed(Issuer.token());
        accepted(verdict(auth, old));

        KeyPair next = Issuer.rsa();
        issuer.keys = Issuer.set(Issuer.key("rsa-2", (RSAPublicKey) next.getPublic()));
        String fresh = Issuer.token().withKeyId("rsa-2").sign(Issuer.byRsa(next));
        Awaitility.await().until(() -> verdict(auth, fresh) instanceof Verdict.Accept);
        assertRefused(verdict(auth, old), "a key that is not known");
    }

    /** Tokens by keys that nobody has do not make the broker ask each time. */
    @Test
    void shouldNotAskForEachUnknownKey() throws Exception {
        JwtAuth auth = start();
        accepted(verdict(auth, issuer.signed(Issuer.token())));
        int before = issuer.asked.get();
        KeyPair stranger = Issuer.rsa();
        for (int i = 0; i < 50; i++) {
            assertRefused(
                    verdict(auth, Issuer.token().withKeyId("k" + i).sign(Issuer.byRsa(stranger))),
                    "a key that is not known");
        }
        assertTrue(issuer.asked.get() - before <= 10, "asked " + (issuer.asked.get() - before) + " times");
    }

    /** SEC-37: without keys no token is believed. */
    @ParameterizedTest
    @ValueSource(
            strings = {"", "{}", "[]", "{\"keys\":[]}", "{\"keys\":7}", "<html>", "{\"keys\":[{\"kty\":\"RSA\"}]}"})
    void shouldLetNobodyInWithoutKeys_SEC37(String keys) throws Exception {
        issuer.keys = keys;
        JwtAuth auth = start();
        Verdict.Refuse refusal = assertInstanceOf(Verdict.Refuse.class, verdict(auth, issuer.signed(Issuer.token())));
        assertEquals(ReasonCode.SERVER_UNAVAILABLE, refusal.reasonCode());
    }

    @Test
    void shouldLetNobodyInWhileTheServerIsDown_SEC37() throws Exception {
        issuer.status = 503;
        settings.keys_interval_seconds = 1;
        JwtAuth auth = start();
        assertInstanceOf(Verdict.Refuse.class, verdict(auth, issuer.signed(Issuer.token())));

        issuer.status = 200;
        Awaitility.await().until(() -> verdict(auth, issuer.signed(Issuer.token())) instanceof Verdict.Accept);
        issuer.status = 500; // those that were read last are in force for a while
        int before = issuer.asked.get();
        Awaitility.await().until(() -> issuer.asked.get() > before + 1);
        accepted(verdict(auth, issuer.signed(Issuer.token())));
    }

    @Test
    void shouldNotBelieveKeysForEverWhenTheyCannotBeReadAgain() throws Exception {
        settings.keys_lifetime_seconds = 1;
        settings.keys_interval_seconds = 1;
        JwtAuth auth = start();
        Awaitility.await().until(() -> verdict(auth, issuer.signed(Issuer.token())) instanceof Verdict.Accept);
        issuer.status = 500;
        Awaitility.await().until(() -> verdict(auth, issuer.signed(Issuer.token())) instanceof Verdict.Refuse);
    }

    @Test
    void shouldReadKeysFromAFileAndFollowIt() throws Exception {
        settings.keys = "keys.json";
        JwtAuth auth = start();
        assertInstanceOf(Verdict.Refuse.class, verdict(auth, issuer.signed(Issuer.token())));
        Files.writeString(folder.resolve("keys.json"), issuer.keys);
        Awaitility.await().until(() -> verdict(auth, issuer.signed(Issuer.token())) instanceof Verdict.Accept);
        Files.writeString(folder.resolve("keys.json"), "{");
        accepted(verdict(auth, issuer.signed(Issuer.token())));
    }

    @Test
    void shouldAllowWhatRulesAndClaimsSay() throws Exception {
        settings.rules = new String[] {"readwrite %{jwt.tenant}/%u/#", "read news", "deny %{jwt.tenant}/alice/secret"};
        settings.read_claim = "acl.read";
        settings.write_claim = "topics";
        JwtAuth auth = start();
        Verdict.Accept accepted = accepted(verdict(
                auth,
                issuer.signed(Issuer.token()
                        .withClaim("tenant", "acme")
                        .withClaim("acl", Map.of("read", List.of("lamp with blanks/+", "a/#")))
                        .withClaim("topics", "b/1 b/2"))));
        Granted granted = new Granted();
        auth.authorize(identity(accepted), granted::accept);

        assertTrue(granted.mayPublish("acme/alice/x"));
        assertFalse(granted.mayPublish("acme/bob/x"));
        assertFalse(granted.mayPublish("acme/alice/secret"));
        assertTrue(granted.last().mayReceive(Topic.of("news")));
        assertTrue(granted.last().maySubscribe(TopicFilter.of("lamp with blanks/+")));
        assertTrue(granted.last().maySubscribe(TopicFilter.of("a/#")));
        assertFalse(granted.last().maySubscribe(TopicFilter.of("#")));
        assertTrue(granted.mayPublish("b/2"));
        assertFalse(granted.mayPublish("b/3"));
    }

    /** SEC-30: a claim is a level, whatever it says; one that is to be a list of topics and is none refuses its client. */
    @Test
    void shouldTakeClaimsLiterally_SEC30() throws Exception {
        settings.rules = new String[] {"readwrite %{jwt.tenant}/#"};
        settings.read_claim = "topics";
        JwtAuth auth = start();
        for (String tenant : List.of("+", "#", "a/b", "%c", "%{jwt.sub}", "$SYS")) {
            Granted granted = new Granted();
            auth.authorize(
                    identity(accepted(verdict(auth, issuer.signed(Issuer.token().withClaim("tenant", tenant))))),
                    granted::accept);
            for (String topic : List.of("acme/x", "alice/x", "phone/x", "a/x", "$SYS/x")) {
                assertFalse(granted.mayPublish(topic), tenant + " in " + topic);
            }
            assertFalse(granted.last().maySubscribe(TopicFilter.of("#")));
        }
        assertRefused(
                verdict(auth, issuer.signed(Issuer.token().withClaim("topics", List.of("a/#/b")))),
                "no list of topics");
    }

    @Test
    void shouldAllowNothingToWhoCameWithoutAToken() {
        settings.rules = new String[] {"readwrite #"};
        Granted granted = new Granted();
        start().authorize(new Identity("phone", "alice", "alice"), granted::accept);

        assertFalse(granted.mayPublish("a"));
        assertFalse(granted.last().deniesPublish(Topic.of("a"), Qos.AT_MOST_ONCE, false), "others may allow it");
    }

    /** When the token ends, its client may do nothing, and is sent away; one that has a new token by then is not. */
    @Test
    void shouldEndWhatATokenAllowsWithTheToken() throws Exception {
        settings.rules = new String[] {"readwrite #"};
        JwtAuth auth = start(() -> Issuer.NOW.plusSeconds(630).minusMillis(300)); // 600 and the skew
        Verdict.Accept first = accepted(verdict(auth, issuer.signed(Issuer.token())));
        Verdict.Accept second =
                accepted(verdict(auth, issuer.signed(Issuer.token().withExpiresAt(Issuer.NOW.plusSeconds(9_000)))));
        Granted ending = new Granted();
        Granted going = new Granted();
        auth.authorize(identity(first), ending::accept);
        Authorization renewed =
                auth.authorize(new Identity("renewed", "alice", "", first.attributes()), new Granted()::accept);
        renewed.close();
        auth.authorize(new Identity("renewed", "alice", "", second.attributes()), going::accept);
        assertTrue(ending.all.get(0).mayPublish(Topic.of("a"), Qos.AT_MOST_ONCE, false));

        Awaitility.await().until(() -> !ended.isEmpty());
        assertFalse(ending.mayPublish("a"));
        assertTrue(ending.last().deniesReceive(Topic.of("a")), "whatever another authorizer allows");
        assertEquals(List.of("phone"), ended);
        assertTrue(going.mayPublish("a"));
    }

    @Test
    void shouldAllowNothingByATokenThatHasEnded() throws Exception {
        settings.rules = new String[] {"readwrite #"};
        Identity alice = identity(accepted(verdict(start(), issuer.signed(Issuer.token()))));
        Granted granted = new Granted();
        start(InstantSource.fixed(Issuer.NOW.plusSeconds(631))).authorize(alice, granted::accept);

        assertFalse(granted.all.get(0).mayPublish(Topic.of("a"), Qos.AT_MOST_ONCE, false));
        Awaitility.await().until(() -> ended.equals(List.of("phone")));
    }

    @Test
    void shouldNotStartWithAConfigurationThatIsWrong() {
        settings.keys = "";
        assertThrows(IllegalArgumentException.class, this::start);
        settings.keys = "ftp://host/keys";
        assertThrows(IllegalArgumentException.class, this::start);
        settings.keys = issuer.url();
        settings.rules = new String[] {"readwirte a"};
        assertThrows(IllegalArgumentException.class, this::start);
        settings.rules = new String[0];
        settings.algorithms = new String[] {"none"};
        assertThrows(IllegalArgumentException.class, this::start);
    }
}
