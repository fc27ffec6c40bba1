// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.auth.ClientCertificate;
import io.mortise.api.auth.Verdict;
import io.mortise.api.protocol.ConnAck;
import io.mortise.api.protocol.Disconnect;
import io.mortise.api.protocol.PacketType;
import io.mortise.api.protocol.PingReq;
import io.mortise.api.protocol.PingResp;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.PubAck;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.SubAck;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectTest {
    private final Harness harness = new Harness();

    @AfterEach
    void end() {
        harness.close();
    }

    private ReasonCode refusal(TestClient client) {
        ReasonCode reasonCode = client.connAck().reasonCode();
        await().until(client.wire::isClosed);
        return reasonCode;
    }

    @Test
    void shouldTellA50ClientTheLimitsAndItsIdentifier() {
        TestClient client = harness.connect(harness.opening("").expiry(7).keepAlive(30));
        Properties told = client.connAck().properties();

        assertEquals(256, told.number(Property.RECEIVE_MAXIMUM, 0));
        assertEquals(16, told.number(Property.TOPIC_ALIAS_MAXIMUM, 0));
        assertEquals(1_048_576, told.number(Property.MAXIMUM_PACKET_SIZE, 0));
        assertNotNull(harness.session(String.valueOf(told.text(Property.ASSIGNED_CLIENT_IDENTIFIER))));
        assertFalse(told.has(Property.SESSION_EXPIRY_INTERVAL));
        assertFalse(told.has(Property.SERVER_KEEP_ALIVE));
    }

    @Test
    void shouldRefuseAClientThatHasNoRoomForItsAnswer() {
        TestConnection wire = harness.wire();
        wire.tooLarge(PacketType.CONNACK);
        new TestClient(wire).say(harness.opening("c").build());
        await().until(wire::isClosed);
        assertTrue(wire.sent().isEmpty());
        harness.settle();
        assertNull(harness.engine.sessions().get("c"));
    }

    @Test
    void shouldTellA311ClientNothingAndKeepItsSessionUnlessItIsClean() {
        TestClient client = harness.connect(harness.opening("c").version(ProtocolVersion.MQTT_3_1_1));
        assertTrue(client.connAck().properties().isEmpty());
        client.disconnect();
        TestClient again = harness.connect(harness.opening("c").version(ProtocolVersion.MQTT_3_1_1));
        assertTrue(again.connAck().sessionPresent());
        again.disconnect();

        TestClient clean = harness.connect(
                harness.opening("c").version(ProtocolVersion.MQTT_3_1_1).cleanStart());
        assertFalse(clean.connAck().sessionPresent());
        assertNull(harness.sessions.record("c"));
    }

    @Test
    void shouldAnswerPingsAndRefuseASecondConnect() {
        TestClient client = harness.connect("c");
        client.say(PingReq.INSTANCE).hear(PingResp.class);
        client.say(harness.opening("c").build());

        assertEquals(ReasonCode.PROTOCOL_ERROR, client.hear(Disconnect.class).reasonCode());
    }

    @Test
    void shouldCloseWithoutAWordWhenTheFirstPacketIsNoConnect() {
        TestClient client = new TestClient(harness.wire());
        client.say(PingReq.INSTANCE);

        await().until(client.wire::isClosed);
        assertTrue(client.wire.sent().isEmpty());
    }

    @Test
    void shouldRefuseWhomTheAuthenticatorRefuses() {
        harness.auth.verdict = attempt ->
                CompletableFuture.completedFuture(new Verdict.Refuse(ReasonCode.BAD_USER_NAME_OR_PASSWORD, "wrong"));

        assertEquals(ReasonCode.BAD_USER_NAME_OR_PASSWORD, refusal(harness.open(harness.opening("c"))));
        assertNull(harness.session("c"));
        assertTrue(harness.engine.clients().isEmpty());
    }

    @Test
    void shouldGoByTheUserNameOfTheCertificate() throws Exception {
        List<String> usernames = new ArrayList<>();
        harness.auth.verdict = attempt -> {
            usernames.add(attempt.username() + " " + attempt.certificate());
            return CompletableFuture.completedFuture(new Verdict.Accept(String.valueOf(attempt.username())));
        };
        for (String proven : Arrays.asList("fridge", null)) {
            TestClient client = new TestClient(harness.wire());
            client.wire.certificate = new ClientCertificate(List.of(certificate()), proven);
            client.say(harness.opening("c").user("lamp").build());
            client.hear(ConnAck.class);
            client.disconnect();
        }

        assertEquals(
                List.of(
                        "fridge ClientCertificate[CN=fridge, username=fridge]",
                        "lamp ClientCertificate[CN=fridge, username=null]"),
                usernames);
    }

    /** Self-signed, of CN=fridge. */
    private static X509Certificate certificate() throws CertificateException {
        String pem = """
                -----BEGIN CERTIFICATE-----
                MIIBeDCCAR+gAwIBAgIUZ2s/xPt+Gfu8y76mJp5ZHCgfFwEwCgYIKoZIzj0EAwIw
                ETEPMA0GA1UEAwwGZnJpZGdlMCAXDTI2MTEyNTIyNDcwMloYDzIxMjYxMTAxMjI0
                NzAyWjARMQ8wDQYDVQQDDAZmcmlkZ2UwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
                AARinxKVreXdait7jAdgm3O1RsSsoYXSFQC/asXIKUEeciS8eGKciSoXAVtc2K2a
                gPkEAUk5AZFJUj57p8eJF97no1MwUTAdBgNVHQ4EFgQUaBTQT0qyQI0SZu7uR60A
                fO1ywR0wHwYDVR0jBBgwFoAUaBTQT0qyQI0SZu7uR60AfO1ywR0wDwYDVR0TAQH/
                BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiAxiWBsFl7o5H/IdoF9CaiChHCcJ7FL
                vUMHj9+FAxGH5QIgc9DVLOFZ+EhmtR0ZWB6N0RK8xh/FlhVpYyL80zEcBPo=
                -----END CERTIFICATE-----
                """;
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void shouldTellAClientWhyItsListenerLetsItGo() {
        TestClient client = harness.connect("c");
        client.wire.dismiss(ReasonCode.SERVER_SHUTTING_DOWN, "the listener is removed");

        assertEquals(
                ReasonCode.SERVER_SHUTTING_DOWN, client.hear(Disconnect.class).reasonCode());
        await().until(client.wire::isClosed);
        assertEquals(ReasonCode.SERVER_SHUTTING_DOWN, client.wire.closedFor());

        TestClient early = new TestClient(harness.wire());
        early.wire.dismiss(ReasonCode.SERVER_SHUTTING_DOWN, "the listener is removed");
        await().until(early.wire::isClosed);
        assertTrue(early.wire.sent().isEmpty());
    }

    @Test
    void shouldRefuseWhenAProviderThrowsFailsOrAnswersNothing() {
        harness.auth.verdict = attempt -> {
            throw new NoClassDefFoundError("a plugin's dependency");
        };
        assertEquals(ReasonCode.SERVER_UNAVAILABLE, refusal(harness.open(harness.opening("c"))));
        harness.auth.verdict = attempt -> CompletableFuture.failedFuture(new IllegalStateException("ldap"));
        assertEquals(ReasonCode.SERVER_UNAVAILABLE, refusal(harness.open(harness.opening("c"))));
        harness.auth.verdict = attempt -> CompletableFuture.completedFuture(new Verdict.Accept(""));
        harness.auth.throwing = true;
        assertEquals(ReasonCode.SERVER_UNAVAILABLE, refusal(harness.open(harness.opening("c"))));
        assertEquals(0, harness.auth.open.get());
    }

    @Test
    void shouldRefuseWhenNoAnswerComesInTime() {
        try (Harness impatient =
                new Harness(new TestSettings().authDeadlineMillis(20).build())) {
            impatient.auth.verdict = attempt -> new CompletableFuture<>();
            assertEquals(ReasonCode.SERVER_UNAVAILABLE, refusal(impatient.open(impatient.opening("c"))));
            impatient.auth.verdict = attempt -> CompletableFuture.completedFuture(new Verdict.Accept(""));
            impatient.auth.granting = false;
            assertEquals(ReasonCode.SERVER_UNAVAILABLE, refusal(impatient.open(impatient.opening("c"))));
            await().until(() -> impatient.auth.open.get() == 0);
        }
    }

    @Test
    void shouldReadNothingBehindAConnectUntilItIsAnswered() {
        CompletableFuture<Verdict> verdict = new CompletableFuture<>();
        harness.auth.verdict = attempt -> verdict;
        TestClient client = harness.open(harness.opening("c"));
        client.say(PingReq.INSTANCE);
        await().until(client.wire::isPaused);
        assertTrue(client.wire.sent().isEmpty());

        verdict.complete(new Verdict.Accept(""));
        client.hear(PingResp.class);
        assertEquals(ConnAck.class, client.wire.sent().get(0).getClass());
    }

    @Test
    void shouldRefuseAnIdentifierLessLastingSession() {
        assertEquals(
                ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
                refusal(harness.open(harness.opening("").version(ProtocolVersion.MQTT_3_1_1))));
    }

    @Test
    void shouldTakeASessionOverFromAnotherLoopAndSaySo() {
        TestClient first = harness.connectLasting("c").subscribe("a", Qos.AT_LEAST_ONCE);
        TestClient second = harness.connectLasting("c");

        assertEquals(ReasonCode.SESSION_TAKEN_OVER, first.hear(Disconnect.class).reasonCode());
        assertTrue(second.connAck().sessionPresent());
        harness.connect("p").publish("a", "1", Qos.AT_LEAST_ONCE, 1);
        assertEquals("1", second.hear(Publish.class).message().payload().toText());
        harness.settle();
        assertEquals(second.wire, harness.session("c").client().connection());
    }

    @Test
    void shouldEndASessionThatDoesNotLastWhenItIsTakenOver() {
        harness.connect("c").subscribe("a", Qos.AT_LEAST_ONCE);
        TestClient second = harness.connect("c");

        assertFalse(second.connAck().sessionPresent());
        harness.settle();
        assertEquals(0, harness.router.size());
    }

    @Test
    void shouldSurviveManyTakeoversAtOnce() {
        harness.connectLasting("c");
        for (int i = 0; i < 50; i++) {
            harness.open(harness.opening("c").expiry(1000));
        }
        await().until(() -> harness.engine.clients().size() == 1);
        harness.settle();
        ClientConnection attached = harness.session("c").client();
        assertNotNull(attached);
        assertEquals(1, harness.engine.sessions().all().size());
        assertTrue(harness.engine.clients().contains(attached));
        assertEquals(1, harness.auth.open.get());
    }

    @Test
    void shouldKeepTheSessionOfAnotherPrincipalUntouched() {
        TestClient owner = harness.connect(harness.opening("c").expiry(1000).user("alice"));
        TestClient intruder = harness.open(harness.opening("c").user("mallory").cleanStart());

        assertEquals(ReasonCode.NOT_AUTHORIZED, refusal(intruder));
        owner.say(PingReq.INSTANCE).hear(PingResp.class);
        assertFalse(owner.wire.isClosed());
    }

    @Test
    void shouldForgetAClientThatLeavesWhileItIsJudged() {
        CompletableFuture<Verdict> verdict = new CompletableFuture<>();
        harness.auth.verdict = attempt -> verdict;
        TestClient client = harness.open(harness.opening("c"));
        await().until(client.wire::isPaused);
        client.wire.breakOff();
        verdict.complete(new Verdict.Accept(""));
        harness.settle();

        assertTrue(harness.engine.clients().isEmpty());
        assertNull(harness.session("c"));
        assertEquals(0, harness.auth.open.get());
    }

    @Test
    void shouldForgetAClientThatLeavesWhileItsConnAckWaitsForTheStore() {
        harness.sessions.barrier.hold();
        TestClient client = harness.open(harness.opening("c").expiry(1000).will("w", 0));
        await().until(() -> harness.sessions.barrier.held() == 1);
        client.wire.breakOff();
        harness.sessions.barrier.pass();
        harness.settle();

        assertTrue(client.wire.sent().isEmpty());
        assertNull(harness.session("c").client());
        assertNotEquals(-1, harness.stored("c").state().disconnectedAtMillis());
    }

    @Test
    void shouldRefuseWhenTheStoreFails() {
        harness.sessions.barrier.hold();
        TestClient client = harness.open(harness.opening("c").expiry(1000));
        await().until(() -> harness.sessions.barrier.held() == 1);
        harness.sessions.barrier.fail();

        assertEquals(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR, refusal(client));
    }

    @Test
    void shouldCloseAConnectionThatFailsBehindItsConnAck() {
        harness.connectLasting("c").subscribe("a", Qos.AT_LEAST_ONCE).disconnect();
        harness.settle();
        harness.connect("p").publish("a", "1", Qos.AT_LEAST_ONCE, 1).hear(PubAck.class);
        harness.sessions.barrier.hold();
        TestClient again = new TestClient(harness.wire());
        again.wire.failing(true);
        again.say(harness.opening("c").expiry(1000).build());
        await().until(() -> harness.sessions.barrier.held() == 1);
        harness.sessions.barrier.pass();

        await().until(again.wire::isClosed);
        again.wire.failing(false);
        assertEquals(
                "1",
                harness.connectLasting("c")
                        .hear(Publish.class)
                        .message()
                        .payload()
                        .toText());
    }

    @Test
    void shouldTellTheKeepAliveInForce() {
        try (Harness strict = new Harness(new TestSettings()
                .keepAliveMaximumSeconds(60)
                .expiryMaximumSeconds(1000)
                .build())) {
            Properties told =
                    strict.connect(strict.opening("c").keepAlive(0)).connAck().properties();
            assertEquals(60, told.number(Property.SERVER_KEEP_ALIVE, 0));
            assertEquals(
                    1000,
                    strict.connect(strict.opening("d").expiry(5000))
                            .connAck()
                            .properties()
                            .number(Property.SESSION_EXPIRY_INTERVAL, 0));
        }
    }

    @Test
    void shouldTakeItForANoWhenPermissionsThrow() {
        harness.auth.permissions = new TestAuth.OnTopics(topic -> {
            throw new StackOverflowError();
        });
        TestClient client = harness.connect("c");
        client.publish("a", "1", Qos.AT_LEAST_ONCE, 1).subscribe("a", Qos.AT_MOST_ONCE);

        assertEquals(ReasonCode.NOT_AUTHORIZED, client.hear(PubAck.class).reasonCode());
        assertEquals(
                List.of(ReasonCode.NOT_AUTHORIZED), client.hear(SubAck.class).reasonCodes());
    }

    @Test
    void shouldCloseOnlyTheSubscriberWhoseWireThrows() {
        TestClient broken = harness.connect("broken").subscribe("a", Qos.AT_MOST_ONCE);
        TestClient sound = harness.connect("sound").subscribe("a", Qos.AT_MOST_ONCE);
        broken.wire.failing(true);
        TestClient publisher = harness.connect("p");
        publisher.publish("a", "1").publish("a", "2");

        sound.hear(Publish.class, 2);
        await().until(broken.wire::isClosed);
        assertFalse(publisher.wire.isClosed());
    }
}
