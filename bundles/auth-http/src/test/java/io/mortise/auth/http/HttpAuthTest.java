// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.mortise.api.auth.Authorization;
import io.mortise.api.auth.ConnectAttempt;
import io.mortise.api.auth.Identity;
import io.mortise.api.auth.Permissions;
import io.mortise.api.auth.Verdict;
import io.mortise.api.health.Health.Level;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpAuthTest {
    private Service service;
    private final Settings settings = new Settings();
    private final List<HttpAuth> started = new ArrayList<>();

    @BeforeEach
    void setUp() throws IOException {
        service = new Service();
        settings.authenticate = service.url("/who");
        settings.authorize = service.url("/may");
    }

    @AfterEach
    void tearDown() {
        started.forEach(HttpAuth::close);
        started.clear();
        service.close();
        Awaitility.await().until(() -> !isThere("mortise-auth-http"));
    }

    private static boolean isThere(String thread) {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(each -> each.getName().startsWith(thread));
    }

    @Test
    void shouldEndWithAllItsThreads() throws Exception {
        service.answer = "{\"result\":\"accept\"}";
        verdict(start(), "alice");
        assertTrue(isThere("HttpClient"));
        started.remove(0).close();
        Awaitility.await().atMost(1, TimeUnit.MINUTES).until(() -> {
            System.gc(); // before Java 21 a client ends when nobody refers to it
            return !isThere("HttpClient");
        });
    }

    private HttpAuth start() {
        HttpAuth auth = new HttpAuth(settings);
        started.add(auth);
        return auth;
    }

    private static ConnectAttempt attempt(@Nullable String username, @Nullable Payload password) {
        return new ConnectAttempt(
                "phone",
                username,
                password,
                ProtocolVersion.MQTT_5,
                "tcp",
                new InetSocketAddress("127.0.0.1", 1),
                new InetSocketAddress("127.0.0.1", 2));
    }

    private static CompletableFuture<Verdict> ask(HttpAuth auth, String username) {
        return auth.authenticate(attempt(username, Payload.of("secret"))).toCompletableFuture();
    }

    private static Verdict verdict(HttpAuth auth, String username) throws Exception {
        return ask(auth, username).get(20, TimeUnit.SECONDS);
    }

    private static void assertRefused(ReasonCode reasonCode, Verdict verdict) {
        assertEquals(
                reasonCode,
                assertInstanceOf(Verdict.Refuse.class, verdict, verdict.toString())
                        .reasonCode());
    }

    private static final class Granted {
        private final List<Permissions> all = new CopyOnWriteArrayList<>();

        boolean mayReceive(String topic) {
            return !all.isEmpty() && all.get(all.size() - 1).mayReceive(Topic.of(topic));
        }

        boolean isDenied(String topic) {
            return !all.isEmpty() && all.get(all.size() - 1).deniesReceive(Topic.of(topic));
        }
    }

    @Test
    void shouldAskWhoAClientIs() throws Exception {
        settings.authorization = "Bearer of-the-broker";
        service.answer =
                "{\"result\":\"accept\",\"principal\":\"alice@acme\",\"attributes\":{\"tenant\":\"acme\"},\"more\":[1]}";
        assertEquals(new Verdict.Accept("alice@acme", Map.of("http.tenant", "acme")), verdict(start(), "alice"));

        JsonObject question = service.questions.get(0);
        assertEquals("phone", question.get("clientId").getAsString());
        assertEquals("alice", question.get("username").getAsString());
        assertEquals("secret", question.get("password").getAsString());
        assertEquals("tcp", question.get("listener").getAsString());
        assertEquals("127.0.0.1", question.get("address").getAsString());
        assertEquals("Bearer of-the-broker", service.authorizations.get(0));
    }

    @Test
    void shouldAskAboutWhatIsNoText() throws Exception {
        service.answer = "{\"result\":\"abstain\"}";
        HttpAuth auth = start();
        assertEquals(
                new Verdict.Abstain(),
                auth.authenticate(attempt(null, Payload.of((byte) 0xFF)))
                        .toCompletableFuture()
                        .get(20, TimeUnit.SECONDS));
        assertEquals("/w==", service.questions.get(0).get("passwordBase64").getAsString());
        assertTrue(service.questions.get(0).get("username").isJsonNull());
        assertFalse(service.questions.get(0).has("password"));
    }

    @Test
    void shouldSayWhatTheServiceSays() throws Exception {
        settings.cacheRefused = 0;
        HttpAuth auth = start();
        service.answer = "{\"result\":\"accept\"}";
        assertEquals(new Verdict.Accept("alice"), verdict(auth, "alice"), "the user name, if it does not say another");
        service.answer = "{\"result\":\"refuse\",\"reason\":\"gone\"}";
        assertRefused(ReasonCode.BAD_USER_NAME_OR_PASSWORD, verdict(auth, "bob"));
        service.answer = "{\"result\":\"abstain\"}";
        assertEquals(new Verdict.Abstain(), verdict(auth, "bob"));
        for (int status : new int[] {401, 403}) {
            service.status = status;
            assertRefused(ReasonCode.BAD_USER_NAME_OR_PASSWORD, verdict(auth, "bob"));
        }
    }

    /** SEC-37: whatever else it answers, nobody is let in. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "true",
                "[]",
                "{}",
                "{\"result\":true}",
                "{\"result\":\"yes\"}",
                "{\"result\":\"ACCEPT\"}",
                "{\"result\":\"accept\",\"principal\":\"\"}",
                "{\"result\":\"accept\",\"principal\":7}",
                "{\"result\":\"accept\",\"principal\":\"a\\u0000b\"}",
                "{\"result\":\"accept\",\"attributes\":{\"a\":{}}}",
                "{\"result\":\"accept\"",
                "<html>accept</html>"
            })
    void shouldRefuseWhenTheAnswerIsGarbage_SEC37(String answer) throws Exception {
        service.answer = answer;
        assertRefused(ReasonCode.SERVER_UNAVAILABLE, verdict(start(), "alice"));
    }

    @Test
    void shouldRefuseWhenTheAnswerIsHuge() throws Exception {
        service.answer = "{\"result\":\"accept\",\"x\":\"" + "x".repeat(300_000) + "\"}";
        assertRefused(ReasonCode.SERVER_UNAVAILABLE, verdict(start(), "alice"));
        service.answer = "[".repeat(200_000);
        assertRefused(ReasonCode.SERVER_UNAVAILABLE, verdict(start(), "bob"));
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 302, 404, 429, 500, 503})
    void shouldRefuseWhenTheStatusIsAnother_SEC37(int status) throws Exception {
        service.answer = status == 204 ? "" : "{\"result\":\"accept\"}";
        service.status = status;
        assertRefused(ReasonCode.SERVER_UNAVAILABLE, verdict(start(), "alice"));
    }

    @Test
    void shouldRefuseWhenNobodyListens_SEC37() throws Exception {
        service.close();
        assertRefused(ReasonCode.SERVER_UNAVAILABLE, verdict(start(), "alice"));
    }

    @Test
    void shouldRefuseWhenTheAnswerTakesTooLong_SEC37() throws Exception {
        settings.timeout = 200;
        service.held = new CountDownLatch(1);
        assertRefused(ReasonCode.SERVER_UNAVAILABLE, verdict(start(), "alice"));
    }

    @Test
    void shouldTellWhoIsTooManyThatTheBrokerIsBusy() throws Exception {
        settings.questions = 2;
        settings.timeout = 60_000;
        service.answer = "{\"result\":\"accept\"}";
        service.held = new CountDownLatch(1);
        HttpAuth auth = start();
        CompletableFuture<Verdict> first = ask(auth, "alice");
        CompletableFuture<Verdict> second = ask(auth, "bob");
        assertRefused(ReasonCode.SERVER_BUSY, verdict(auth, "carol"));

        service.held.countDown();
        assertEquals(new Verdict.Accept("alice"), first.get(20, TimeUnit.SECONDS));
        assertEquals(new Verdict.Accept("bob"), second.get(20, TimeUnit.SECONDS));
    }

    @Test
    void shouldAskASecondTimeWithinItsBudgetOnly() throws Exception {
        settings.breakerFailures = 1_000;
        settings.retryPercent = 10;
        service.status = 500;
        HttpAuth auth = start();
        for (int i = 0; i < 60; i++) {
            assertRefused(ReasonCode.SERVER_UNAVAILABLE, verdict(auth, "user-" + i));
        }
        // ten were saved up at first, and each ten questions save another one
        assertTrue(service.questions.size() > 60, "some are asked again");
        assertTrue(service.questions.size() <= 60 + 10 + 6 + 1, "asked " + service.questions.size() + " times");
    }

    @Test
    void shouldLeaveAServiceAloneThatFailsAgainAndAgain() throws Exception {
        settings.breakerFailures = 3;
        settings.retryPercent = 0;
        settings.breakerOpen = 300;
        service.status = 500;
        HttpAuth auth = start();
        assertEquals(Level.UP, auth.status().level());
        for (int i = 0; i < 10; i++) {
            assertRefused(ReasonCode.SERVER_UNAVAILABLE, verdict(auth, "user-" + i));
        }
        assertTrue(service.questions.size() < 10, "asked " + service.questions.size() + " times");
        assertEquals(Level.DOWN, auth.status().level());

        service.status = 200;
        service.answer = "{\"result\":\"accept\"}";
        Awaitility.await().until(() -> verdict(auth, "alice") instanceof Verdict.Accept);
        assertEquals(Level.UP, auth.status().level());
    }

    @Test
    void shouldRememberForAWhileWhatItWasTold() throws Exception {
        service.answer = "{\"result\":\"accept\"}";
        HttpAuth auth = start();
        for (int i = 0; i < 5; i++) {
            assertEquals(new Verdict.Accept("alice"), verdict(auth, "alice"));
        }
        assertEquals(1, service.questions.size());
        assertInstanceOf(
                Verdict.Accept.class,
                auth.authenticate(attempt("alice", Payload.of("another password")))
                        .toCompletableFuture()
                        .get(20, TimeUnit.SECONDS));
        assertEquals(2, service.questions.size(), "another password is another question");
    }

    @Test
    void shouldAllowWhatTheServiceSays() {
        service.answer = "{\"rules\":[\"read home/%u/#\",\"write %{http.tenant}/x\",\"deny home/alice/safe\"]}";
        Granted granted = new Granted();
        start().authorize(new Identity("phone", "alice", "", Map.of("http.tenant", "acme")), granted.all::add);
        Awaitility.await().until(() -> !granted.all.isEmpty());

        Permissions permissions = granted.all.get(0);
        assertTrue(permissions.mayReceive(Topic.of("home/alice/lamp")));
        assertFalse(permissions.mayReceive(Topic.of("home/alice/safe")));
        assertTrue(permissions.mayPublish(Topic.of("acme/x"), Qos.AT_MOST_ONCE, false));
        assertFalse(permissions.maySubscribe(TopicFilter.of("#")));
        JsonObject question = service.questions.get(0);
        assertEquals("alice", question.get("principal").getAsString());
        assertEquals(
                "acme",
                question.get("attributes").getAsJsonObject().get("http.tenant").getAsString());
    }

    @Test
    void shouldFollowWhatTheServiceSays() {
        service.answer = "{\"rules\":[\"home/#\"],\"refreshSeconds\":1}";
        settings.grace = 0;
        Granted granted = new Granted();
        Authorization authorization = start().authorize(new Identity("phone", "alice", ""), granted.all::add);
        Awaitility.await().until(() -> granted.mayReceive("home/lamp"));
        service.answer = "{\"rules\":[\"office/#\"],\"refreshSeconds\":1}";
        Awaitility.await().until(() -> granted.mayReceive("office/lamp") && !granted.mayReceive("home/lamp"));
        service.status = 403;
        Awaitility.await().until(() -> granted.isDenied("office/lamp"));

        authorization.close();
        service.status = 200;
        int asked = granted.all.size();
        started.get(0).close();
        assertEquals(asked, granted.all.size(), "nothing is granted to who is gone");
    }

    /** SEC-37: without an answer a client may do nothing, whatever another authorizer allows; and it may again with one. */
    @ParameterizedTest
    @ValueSource(
            strings = {"", "{}", "{\"rules\":\"home/#\"}", "{\"rules\":[7]}", "{\"rules\":[\"a/#/b\"]}", "[\"#\"]"})
    void shouldAllowNothingWithoutAnAnswer_SEC37(String answer) {
        service.answer = answer;
        Granted granted = new Granted();
        start().authorize(new Identity("phone", "alice", ""), granted.all::add);
        Awaitility.await().until(() -> granted.isDenied("home/lamp"));
        assertFalse(granted.mayReceive("home/lamp"));

        service.answer = "{\"rules\":[\"home/#\"]}";
        Awaitility.await().until(() -> granted.mayReceive("home/lamp"));
    }

    @Test
    void shouldAnswerWhoWaitsWhenItEnds() throws Exception {
        settings.timeout = 60_000;
        service.held = new CountDownLatch(1);
        HttpAuth auth = start();
        CompletableFuture<Verdict> waiting = ask(auth, "alice");
        Awaitility.await().until(() -> service.questions.size() == 1);
        auth.close();
        assertRefused(ReasonCode.SERVER_UNAVAILABLE, waiting.get(20, TimeUnit.SECONDS));
    }

    @Test
    void shouldLeaveToOthersWhatItHasNoUrlFor() throws Exception {
        settings.authorize = "";
        Granted granted = new Granted();
        start().authorize(new Identity("phone", "alice", ""), granted.all::add);
        assertFalse(granted.mayReceive("a"));
        assertFalse(granted.isDenied("a"));
        settings.authorize = service.url("/may");
        settings.authenticate = "";
        assertEquals(new Verdict.Abstain(), verdict(start(), "alice"));
        settings.authorize = "";
        assertThrows(IllegalArgumentException.class, this::start);
        settings.authenticate = "ftp://host/";
        assertThrows(IllegalArgumentException.class, this::start);
    }
}
