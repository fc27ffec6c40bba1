// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.auth.Identity;
import io.mortise.api.auth.Step;
import io.mortise.api.auth.Verdict;
import io.mortise.api.protocol.Auth;
import io.mortise.api.protocol.ConnAck;
import io.mortise.api.protocol.Disconnect;
import io.mortise.api.protocol.Packet;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.PingReq;
import io.mortise.api.protocol.PingResp;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.ReasonCode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Enhanced authentication (MQTT 5.0, 4.12), and what may go wrong in it. */
@Timeout(60)
class ExchangeTest {
    private final Harness harness = new Harness();
    private final TestMethod method = new TestMethod();

    @BeforeEach
    void provide() {
        harness.engine.useAuthenticationMethod(method, Harness.PROVIDER);
    }

    @AfterEach
    void end() {
        harness.close();
        assertEquals(0, method.open.get(), "every exchange is closed");
    }

    private static TestClient.Opening by(String name, String data) {
        return new TestClient.Opening("c")
                .with(Property.AUTHENTICATION_METHOD, name)
                .with(Property.AUTHENTICATION_DATA, Payload.of(data));
    }

    private static Auth auth(ReasonCode reasonCode, String name, String data) {
        return new Auth(
                reasonCode, AuthExchange.properties(name, Payload.of(data)).build());
    }

    private static Auth answer(String data) {
        return auth(ReasonCode.CONTINUE_AUTHENTICATION, TestMethod.NAME, data);
    }

    private static Auth again(String data) {
        return auth(ReasonCode.REAUTHENTICATE, TestMethod.NAME, data);
    }

    private TestClient connected() {
        return harness.connect(by(TestMethod.NAME, "5"));
    }

    private TestClient challenged() {
        TestClient client = harness.open(by(TestMethod.NAME, "alice"));
        client.hear(Auth.class);
        return client;
    }

    private static String data(Packet packet) {
        Payload data = (packet instanceof Auth auth ? auth.properties() : ((ConnAck) packet).properties())
                .binary(Property.AUTHENTICATION_DATA);
        return data == null ? "" : data.toText();
    }

    private ReasonCode refusal(TestClient client) {
        ReasonCode reasonCode = client.connAck().reasonCode();
        await().until(client.wire::isClosed);
        assertNull(harness.session("c"));
        return reasonCode;
    }

    private ReasonCode farewell(TestClient client) {
        ReasonCode reasonCode = client.hear(Disconnect.class).reasonCode();
        await().until(client.wire::isClosed);
        return reasonCode;
    }

    @Test
    void shouldChallengeAndLetInWhoAnswers() {
        TestClient client = challenged();
        Auth challenge = client.hear(Auth.class);
        assertEquals(ReasonCode.CONTINUE_AUTHENTICATION, challenge.reasonCode());
        assertEquals(TestMethod.NAME, challenge.properties().text(Property.AUTHENTICATION_METHOD));
        assertEquals("2+3", data(challenge));
        client.say(answer("5"));
        ConnAck connAck = client.connAck();

        assertEquals(ReasonCode.SUCCESS, connAck.reasonCode());
        assertEquals(TestMethod.NAME, connAck.properties().text(Property.AUTHENTICATION_METHOD));
        assertEquals("right", data(connAck));
        assertEquals("alice", harness.session("c").principal());
        client.say(PingReq.INSTANCE).hear(PingResp.class);
        assertEquals(0, harness.auth.attempts.get(), "nobody else was asked");
    }

    @Test
    void shouldLetInWhoShowsEnoughAtOnce() {
        TestClient client = connected();
        assertEquals(ReasonCode.SUCCESS, client.connAck().reasonCode());
        assertTrue(client.heard(Auth.class).isEmpty());
    }

    @Test
    void shouldRefuseAWrongAnswerWithoutSayingWhy() {
        TestClient client = challenged().say(answer("6"));
        assertEquals(ReasonCode.NOT_AUTHORIZED, refusal(client));
        assertFalse(client.connAck().properties().has(Property.REASON_STRING));
    }

    @Test
    void shouldRefuseAMethodThatNobodyProvides() {
        assertEquals(ReasonCode.BAD_AUTHENTICATION_METHOD, refusal(harness.open(by("KERBEROS", ""))));
    }

    /** SEC-38: an authentication method is no way round the chain of a listener. */
    @Test
    void shouldRefuseTheMethodOfAProviderThatIsNotInTheChain_SEC38() {
        try (Harness closed = new Harness()) {
            TestMethod outside = new TestMethod();
            closed.engine.useAuthenticationMethod(outside, "another");
            closed.engine.useAuthenticationMethod(outside, "");

            assertEquals(ReasonCode.BAD_AUTHENTICATION_METHOD, refusal(closed.open(by(TestMethod.NAME, "5"))));
            assertEquals(0, outside.begun.get());
        }
    }

    @Test
    void shouldTakeTheMethodsOfTheListenersChainAndNoOthers_SEC38() {
        String listener = harness.wire().listener();
        TestMethod own = new TestMethod();
        own.answers = data -> CompletableFuture.completedFuture(TestMethod.accepted("own"));
        harness.engine.useAuthenticationMethod(own, "b");
        harness.engine.useAuthenticator(new AuthenticatorChain(new Links<>(
                List.of(new Links.Link<>(Harness.PROVIDER, harness.auth)),
                Map.of(listener, List.of(new Links.Link<>("b", harness.auth))))));
        connected();

        assertEquals("own", harness.session("c").principal());
        assertEquals(0, method.begun.get());
    }

    @Test
    void shouldKnowTheProviderThatThereIsByItsOwnName() {
        harness.engine.useAuthenticator(new AuthenticatorChain(
                new Links<>(List.of(new Links.Link<>(ChainNames.ANY, harness.auth, Harness.PROVIDER)), Map.of())));
        connected();
        assertEquals(1, method.begun.get());
    }

    @Test
    void shouldRefuseEverybodyWhileAnAuthenticatorIsMissing_SEC37() {
        harness.engine.useAuthenticator(new AuthenticatorChain(new Links<>(
                List.of(new Links.Link<>(Harness.PROVIDER, harness.auth), new Links.Link<>("missing", null)),
                Map.of())));
        assertEquals(ReasonCode.SERVER_UNAVAILABLE, refusal(harness.open(by(TestMethod.NAME, "5"))));
        assertEquals(0, method.begun.get());
    }

    @Test
    void shouldNotAuthenticateAnewByTheMethodOfAProviderThatLeftTheChain() {
        TestClient client = connected();
        harness.engine.useAuthenticator(
                new AuthenticatorChain(new Links<>(List.of(new Links.Link<>("another", harness.auth)), Map.of())));
        assertEquals(ReasonCode.BAD_AUTHENTICATION_METHOD, farewell(client.say(again("5"))));
    }

    @Test
    void shouldLetAClientWaitForAMethodThatWasThereAMomentAgo() {
        harness.engine.loseAuthenticationMethod(method);
        TestClient client = harness.open(by(TestMethod.NAME, "5"));
        harness.settle();
        assertTrue(client.wire.sent().isEmpty());

        harness.engine.useAuthenticationMethod(method, Harness.PROVIDER);
        assertEquals(ReasonCode.SUCCESS, client.connAck().reasonCode());
    }

    @Test
    void shouldUseTheVersionThatCameLast() {
        TestMethod next = new TestMethod();
        harness.engine.useAuthenticationMethod(next, Harness.PROVIDER);
        harness.engine.loseAuthenticationMethod(method);
        connected();

        assertEquals(1, next.begun.get());
        assertEquals(0, method.begun.get());
    }

    @Test
    void shouldReadNothingButAuthAndDisconnectBeforeTheConnAck() {
        TestClient hasty = challenged().say(PingReq.INSTANCE);
        assertEquals(ReasonCode.PROTOCOL_ERROR, refusal(hasty)); // MQTT-3.1.2-30

        TestClient leaving = challenged().disconnect();
        assertTrue(leaving.heard(ConnAck.class).isEmpty());
        assertTrue(harness.engine.clients().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"other", ""})
    void shouldRefuseAnAuthOfAnotherMethod(String name) {
        TestClient client = challenged().say(auth(ReasonCode.CONTINUE_AUTHENTICATION, name, "5"));
        assertEquals(ReasonCode.PROTOCOL_ERROR, refusal(client));
    }

    @Test
    void shouldRefuseAReauthenticationBeforeTheConnAck() {
        assertEquals(ReasonCode.PROTOCOL_ERROR, refusal(challenged().say(again("5"))));
    }

    @Test
    void shouldRefuseWhenTheProviderThrowsFailsOrAnswersNothing() {
        method.throwing = true;
        assertEquals(ReasonCode.SERVER_UNAVAILABLE, refusal(harness.open(by(TestMethod.NAME, "5"))));
        method.throwing = false;
        method.answers = data -> {
            throw new StackOverflowError();
        };
        assertEquals(ReasonCode.SERVER_UNAVAILABLE, refusal(harness.open(by(TestMethod.NAME, "5"))));
        method.answers = data -> CompletableFuture.failedFuture(new IllegalStateException("kdc"));
        assertEquals(ReasonCode.SERVER_UNAVAILABLE, refusal(harness.open(by(TestMethod.NAME, "5"))));
        try (Harness impatient =
                new Harness(new TestSettings().authDeadlineMillis(20).build())) {
            impatient.engine.useAuthenticationMethod(method, Harness.PROVIDER);
            method.answers = data -> new CompletableFuture<>();
            assertEquals(ReasonCode.SERVER_UNAVAILABLE, refusal(impatient.open(by(TestMethod.NAME, "5"))));
        }
    }

    @Test
    void shouldNotWaitForAClientForEver() {
        try (Harness impatient =
                new Harness(new TestSettings().authExchangeMillis(20).build())) {
            impatient.engine.useAuthenticationMethod(method, Harness.PROVIDER);
            TestClient client = impatient.open(by(TestMethod.NAME, "alice"));
            client.hear(Auth.class);
            assertEquals(ReasonCode.NOT_AUTHORIZED, refusal(client));
        }
    }

    @Test
    void shouldBeginAnewWhenAPartComesAndNobodyWasChallenged() {
        CompletableFuture<Step> late = new CompletableFuture<>();
        method.answers = data -> late;
        TestClient client = harness.open(by(TestMethod.NAME, "5"));
        await().until(() -> method.begun.get() == 1);
        method.answers = TestMethod::answer;
        harness.engine.useRouter(harness.router);

        assertEquals(ReasonCode.SUCCESS, client.connAck().reasonCode());
        assertEquals(2, method.begun.get());
        late.complete(TestMethod.accepted("mallory"));
        harness.settle();
        assertEquals("alice", harness.session("c").principal());
    }

    @Test
    void shouldSendAChallengedClientAwayWhenAPartOrTheBrokerIsReplaced() {
        TestClient client = challenged();
        harness.engine.useRouter(harness.router);
        assertEquals(ReasonCode.SERVER_BUSY, refusal(client));

        TestClient another = challenged();
        harness.swap();
        assertEquals(ReasonCode.SERVER_BUSY, refusal(another));
    }

    @Test
    void shouldSendAwayWhoIsHandedOverBetweenItsAnswerAndItsConnAck() {
        harness.sessions.barrier.hold();
        TestClient client = harness.open(by(TestMethod.NAME, "alice").expiry(100));
        client.hear(Auth.class);
        harness.auth.granting = false;
        client.say(answer("5"));
        await().until(() -> harness.auth.lastGrant != null);
        harness.swap();
        harness.sessions.barrier.pass();

        assertEquals(ReasonCode.SERVER_BUSY, client.connAck().reasonCode());
    }

    @Test
    void shouldAuthenticateAConnectedClientAnewWhileItGoesOn() {
        TestClient client = connected();
        client.say(again("alice")).hear(Auth.class);
        client.say(PingReq.INSTANCE).hear(PingResp.class);
        client.say(answer("5"));
        Auth last = client.hear(Auth.class, 2).get(1);

        assertEquals(ReasonCode.SUCCESS, last.reasonCode());
        assertEquals(TestMethod.NAME, last.properties().text(Property.AUTHENTICATION_METHOD));
        assertEquals("right", data(last));
        client.say(again("5")).hear(Auth.class, 3);
        assertEquals(0, method.open.get());
    }

    @Test
    void shouldAskTheAuthorizerAboutWhatIsKnownOfAClientAndAgainWhenThatChanges() {
        attributes(Map.of("tenant", "acme"));
        TestClient client = connected();
        assertEquals(new Identity("c", "alice", "", Map.of("tenant", "acme")), harness.auth.lastClient);

        harness.auth.lastClient = null;
        client.say(again("5")).hear(Auth.class);
        client.say(PingReq.INSTANCE).hear(PingResp.class);
        assertNull(harness.auth.lastClient, "nothing has changed");

        attributes(Map.of("tenant", "initech"));
        harness.auth.permissions = new TestAuth.OnTopics(topic -> topic.equals("initech"));
        client.say(again("5")).hear(Auth.class, 2);
        await().until(() -> harness.auth.lastClient != null);
        assertEquals(new Identity("c", "alice", "", Map.of("tenant", "initech")), harness.auth.lastClient);
        assertEquals(1, harness.auth.open.get());

        harness.auth.lastClient = null;
        harness.swap();
        await().until(() -> harness.auth.lastClient != null);
        assertEquals(new Identity("c", "alice", "", Map.of("tenant", "initech")), harness.auth.lastClient);
    }

    private void attributes(Map<String, String> attributes) {
        method.answers = data -> CompletableFuture.completedFuture(
                new Step.Outcome(new Verdict.Accept("alice", attributes), Payload.of("right")));
    }

    @Test
    void shouldDisconnectWhoFailsToAuthenticateAnew() {
        TestClient client = connected().say(again("6"));
        assertEquals(ReasonCode.NOT_AUTHORIZED, farewell(client));
        assertFalse(client.hear(Disconnect.class).properties().has(Property.REASON_STRING));
    }

    @Test
    void shouldDisconnectWhoIsSomebodyElseNow() {
        TestClient client = connected();
        method.answers = data -> CompletableFuture.completedFuture(TestMethod.accepted("bob"));
        assertEquals(ReasonCode.NOT_AUTHORIZED, farewell(client.say(again("5"))));
    }

    @Test
    void shouldDisconnectWhenTheProviderFailsAConnectedClient() {
        TestClient client = connected();
        method.answers = data -> CompletableFuture.failedFuture(new IllegalStateException("kdc"));
        assertEquals(ReasonCode.NOT_AUTHORIZED, farewell(client.say(again("5"))));
    }

    @Test
    void shouldTakeAnAuthThatNobodyAskedForAsAProtocolError() {
        assertEquals(ReasonCode.PROTOCOL_ERROR, farewell(connected().say(answer("5"))));
        TestClient twice = connected().say(again("alice"));
        twice.hear(Auth.class);
        assertEquals(ReasonCode.PROTOCOL_ERROR, farewell(twice.say(again("5"))));
        TestClient other = connected().say(auth(ReasonCode.REAUTHENTICATE, "other", "5"));
        assertEquals(ReasonCode.PROTOCOL_ERROR, farewell(other));
        TestClient plain = harness.connect("plain").say(again("5"));
        assertEquals(ReasonCode.PROTOCOL_ERROR, farewell(plain));
    }

    @Test
    void shouldAuthenticateAnewBehindAHandOver() {
        TestClient client = connected();
        harness.swap();
        harness.engine.useAuthenticationMethod(method, Harness.PROVIDER);
        client.say(again("5"));

        assertEquals(ReasonCode.SUCCESS, client.hear(Auth.class).reasonCode());
    }

    @Test
    void shouldEndWhatIsUnderWayWhenItsMethodOrTheBrokerIsReplaced() {
        TestClient client = connected().say(again("alice"));
        client.hear(Auth.class);
        harness.engine.loseAuthenticationMethod(method);
        assertEquals(ReasonCode.SERVER_BUSY, farewell(client));
        harness.engine.useAuthenticationMethod(method, Harness.PROVIDER);

        TestClient another = connected().say(again("alice"));
        another.hear(Auth.class);
        harness.swap();
        assertEquals(ReasonCode.SERVER_BUSY, farewell(another));
    }

    @Test
    void shouldRefuseWithTheCodeOfTheVerdict() {
        method.answers = data -> CompletableFuture.completedFuture(
                new Step.Outcome(new Verdict.Refuse(ReasonCode.BAD_AUTHENTICATION_METHOD, "no")));
        assertEquals(ReasonCode.BAD_AUTHENTICATION_METHOD, refusal(harness.open(by(TestMethod.NAME, ""))));
    }
}
