// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.auth.Identity;
import io.mortise.api.intercept.Decision;
import io.mortise.api.intercept.Origin;
import io.mortise.api.protocol.Connect;
import io.mortise.api.protocol.Disconnect;
import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.PingReq;
import io.mortise.api.protocol.PingResp;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.PubAck;
import io.mortise.api.protocol.PubComp;
import io.mortise.api.protocol.PubRec;
import io.mortise.api.protocol.PubRel;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.SubAck;
import io.mortise.api.protocol.Subscribe;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.protocol.UnsubAck;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What interceptors make of packets. SEC-36: what they have rewritten is authorised, not what it was before. */
@Timeout(30)
class InterceptTest {
    private final Harness harness = new Harness(new TestSettings()
            .interceptDeadlineMillis(300)
            .subscriptionsMaximum(20_000)
            .build());
    private final List<CompletableFuture<Decision<Message>>> open = new CopyOnWriteArrayList<>();

    @AfterEach
    void end() {
        harness.close();
    }

    private void connects(InterceptorChain.Link<Origin, Connect> link) {
        use(new Interceptors(new InterceptorChain<>(List.of(link)), null, null, null, null));
    }

    private void publishes(InterceptorChain.Link<Identity, Message> link) {
        use(new Interceptors(null, new InterceptorChain<>(List.of(link)), null, null, null));
    }

    private void subscriptions(InterceptorChain.Link<Identity, Subscription> link) {
        use(new Interceptors(null, null, new InterceptorChain<>(List.of(link)), null, null));
    }

    private void unsubscriptions(InterceptorChain.Link<Identity, TopicFilter> link) {
        use(new Interceptors(null, null, null, new InterceptorChain<>(List.of(link)), null));
    }

    private void deliveries(InterceptorChain.Link<Identity, Message> link) {
        use(new Interceptors(null, null, null, null, new InterceptorChain<>(List.of(link))));
    }

    private void use(Interceptors interceptors) {
        harness.interceptors = interceptors;
        harness.engine.useInterceptors(interceptors);
    }

    /** Decides when the test says so. */
    private CompletionStage<Decision<Message>> later() {
        CompletableFuture<Decision<Message>> decision = new CompletableFuture<>();
        open.add(decision);
        return decision;
    }

    private void decide(int which, Decision<Message> decision) {
        await().until(() -> open.size() > which);
        open.get(which).complete(decision);
    }

    private static CompletionStage<Decision<Message>> withTopic(Message message, String topic) {
        return Decision.proceed(message.withTopic(Topic.of(topic)));
    }

    private static Message text(Message message, String text) {
        return message.withPayload(Payload.of(text));
    }

    private static Connect changed(Connect connect, String clientId, @Nullable String username, Properties properties) {
        return new Connect(
                connect.version(),
                connect.cleanStart(),
                connect.keepAliveSeconds(),
                clientId,
                connect.will(),
                username,
                connect.password(),
                properties);
    }

    /** Each way in which an interceptor fails. */
    private enum Failure {
        THROWS {
            @Override
            <T> CompletionStage<Decision<T>> fail() {
                throw new NoClassDefFoundError("a plugin's dependency");
            }
        },
        GIVES_NO_STAGE {
            @Override
            @SuppressWarnings("NullAway") // a vendor's fault
            <T> CompletionStage<Decision<T>> fail() {
                return null;
            }
        },
        DECIDES_NOTHING {
            @Override
            <T> CompletionStage<Decision<T>> fail() {
                return CompletableFuture.completedStage(null);
            }
        },
        FAILS {
            @Override
            <T> CompletionStage<Decision<T>> fail() {
                return CompletableFuture.failedStage(new IllegalStateException("broken"));
            }
        },
        FAILS_LATER {
            @Override
            <T> CompletionStage<Decision<T>> fail() {
                return CompletableFuture.supplyAsync(() -> {
                    throw new IllegalStateException("broken");
                });
            }
        },
        SAYS_NOTHING {
            @Override
            <T> CompletionStage<Decision<T>> fail() {
                return new CompletableFuture<>();
            }
        };

        abstract <T> CompletionStage<Decision<T>> fail();
    }

    // ---- CONNECT

    @Test
    void shouldAuthenticateWhatItMadeOfAConnect() {
        connects((origin, connect) -> {
            assertFalse(origin.listener().isEmpty());
            return Decision.proceed(changed(connect, "tenant/" + connect.clientId(), "bob", connect.properties()));
        });
        TestClient client = harness.connect(harness.opening("c").user("alice"));

        Identity known = harness.auth.lastClient;
        assertNotNull(known);
        assertEquals(new Identity("tenant/c", "bob", "bob"), known);
        assertNull(client.connAck().properties().text(Property.ASSIGNED_CLIENT_IDENTIFIER));
        assertNotNull(harness.session("tenant/c"));
    }

    @Test
    void shouldTellAClientWhatItDidNotAskFor() {
        connects((origin, connect) -> Decision.proceed(new Connect(
                connect.version(),
                connect.cleanStart(),
                30,
                "given",
                null,
                null,
                null,
                Properties.builder()
                        .number(Property.SESSION_EXPIRY_INTERVAL, 77)
                        .build())));
        Properties told =
                harness.connect(harness.opening("").keepAlive(60)).connAck().properties();

        assertEquals("given", told.text(Property.ASSIGNED_CLIENT_IDENTIFIER));
        assertEquals(30, told.number(Property.SERVER_KEEP_ALIVE, 0));
        assertEquals(77, told.number(Property.SESSION_EXPIRY_INTERVAL, 0));
    }

    @Test
    void shouldAuthoriseAWillAfterItWasRewritten() {
        harness.auth.permissions = new TestAuth.OnTopics(topic -> topic.startsWith("allowed"));
        connects((origin, connect) -> Decision.proceed(
                harness.opening(connect.clientId()).will("secret", 0).build()));

        assertEquals(
                ReasonCode.NOT_AUTHORIZED,
                harness.open(harness.opening("c").will("allowed", 0)).connAck().reasonCode());
    }

    @Test
    void shouldTellWhyAConnectIsRefused() {
        connects((origin, connect) -> Decision.refuse(ReasonCode.BANNED, "because"));
        TestClient client = harness.open(harness.opening("c"));

        assertEquals(ReasonCode.BANNED, client.connAck().reasonCode());
        assertEquals("because", client.connAck().properties().text(Property.REASON_STRING));
        assertEquals(0, harness.auth.attempts.get());
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseAConnectIfItFails(Failure failure) {
        connects((origin, connect) -> failure.fail());
        assertEquals(
                ReasonCode.SERVER_UNAVAILABLE,
                harness.open(harness.opening("c")).connAck().reasonCode());
        assertEquals(0, harness.auth.attempts.get());
    }

    @Test
    void shouldNotLetItChangeWhatAClientCanDo() {
        connects((origin, connect) -> Decision.proceed(changed(
                connect,
                connect.clientId(),
                null,
                connect.properties().toBuilder()
                        .number(Property.RECEIVE_MAXIMUM, 65_535)
                        .build())));
        assertEquals(
                ReasonCode.SERVER_UNAVAILABLE,
                harness.open(harness.opening("c").with(Property.RECEIVE_MAXIMUM, 2))
                        .connAck()
                        .reasonCode());
    }

    // ---- PUBLISH

    @Test
    void shouldPublishWhatItMadeOfAMessage() {
        publishes((client, message) -> withTopic(text(message, client.clientId()), "b"));
        TestClient subscriber = harness.connect("s").subscribe("#", Qos.EXACTLY_ONCE);
        TestClient publisher = harness.connect("p").publish("a", "x", Qos.EXACTLY_ONCE, 1);

        Publish heard = subscriber.hear(Publish.class);
        assertEquals("b", heard.message().topic().name());
        assertEquals("p", heard.message().payload().toText());
        assertEquals(ReasonCode.SUCCESS, publisher.hear(PubRec.class).reasonCode());
    }

    @Test
    void shouldAuthoriseAMessageAfterItWasRewritten() {
        harness.auth.permissions = new TestAuth.OnTopics(topic -> topic.startsWith("allowed"));
        publishes((client, message) ->
                withTopic(message, message.topic().name().equals("denied") ? "allowed" : "denied"));
        TestClient client = harness.connect("c").subscribe("allowed", Qos.AT_MOST_ONCE);

        client.publish("allowed", "x", Qos.AT_LEAST_ONCE, 1).publish("denied", "y", Qos.AT_LEAST_ONCE, 2);
        List<PubAck> answers = client.hear(PubAck.class, 2);
        assertEquals(ReasonCode.NOT_AUTHORIZED, answers.get(0).reasonCode());
        assertEquals(ReasonCode.SUCCESS, answers.get(1).reasonCode());
        client.hear(Publish.class);
        assertEquals(List.of("y"), client.texts());
    }

    @Test
    void shouldTellWhyAMessageIsRefused() {
        publishes((client, message) -> Decision.refuse(ReasonCode.QUOTA_EXCEEDED, "enough"));
        TestClient subscriber = harness.connect("s").subscribe("#", Qos.AT_MOST_ONCE);
        TestClient publisher = harness.connect("p")
                .publish("a", "0")
                .publish("a", "1", Qos.AT_LEAST_ONCE, 1)
                .publish("a", "2", Qos.EXACTLY_ONCE, 2);

        PubRec answer = publisher.hear(PubRec.class);
        assertEquals(ReasonCode.QUOTA_EXCEEDED, answer.reasonCode());
        assertEquals("enough", answer.properties().text(Property.REASON_STRING));
        assertEquals(ReasonCode.QUOTA_EXCEEDED, publisher.hear(PubAck.class).reasonCode());
        TestClient older = harness.connect(harness.opening("old").version(ProtocolVersion.MQTT_3_1_1));
        assertEquals(
                ReasonCode.QUOTA_EXCEEDED,
                older.publish("a", "3", Qos.AT_LEAST_ONCE, 1).hear(PubAck.class).reasonCode());
        harness.settle();
        assertTrue(subscriber.publishes().isEmpty());
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseAMessageIfItFails(Failure failure) {
        publishes((client, message) -> failure.fail());
        TestClient subscriber = harness.connect("s").subscribe("#", Qos.AT_MOST_ONCE);
        TestClient publisher = harness.connect("p").publish("a", "0").publish("a", "1", Qos.AT_LEAST_ONCE, 1);

        assertEquals(ReasonCode.UNSPECIFIED_ERROR, publisher.hear(PubAck.class).reasonCode());
        TestClient older = harness.connect(harness.opening("old").version(ProtocolVersion.MQTT_3_1_1));
        older.publish("a", "2", Qos.AT_LEAST_ONCE, 1);
        await().until(older.wire::isClosed); // it publishes it again when it is back
        assertTrue(older.heard(PubAck.class).isEmpty());
        harness.settle();
        assertTrue(subscriber.publishes().isEmpty());
    }

    @Test
    void shouldRefuseAMessageWithoutATopic() {
        publishes((client, message) -> Decision.proceed(message.withTopic(Topic.NONE)));
        TestClient publisher = harness.connect("p").publish("a", "1", Qos.AT_LEAST_ONCE, 1);
        assertEquals(ReasonCode.UNSPECIFIED_ERROR, publisher.hear(PubAck.class).reasonCode());
    }

    /** 3.3.2.3.2: at QoS 0 the connection ends, there is no other way to say so. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldEndTheConnectionOfWhoBreaksTheProtocol(boolean later) {
        Offer strict = new Offer(Offer.ALL.capabilities(), Offer.ALL.outboundTopicAliasMaximum(), true, "", null);
        try (Harness validating = new Harness(strict)) {
            validating.engine.useInterceptors(new Interceptors(
                    null,
                    new InterceptorChain<>(List.of((client, message) -> later
                            ? CompletableFuture.supplyAsync(() -> new Decision.Proceed<>(message))
                            : Decision.proceed(message))),
                    null,
                    null,
                    null));
            TestClient client = validating.connect("c");
            Properties text = Properties.builder()
                    .number(Property.PAYLOAD_FORMAT_INDICATOR, 1)
                    .build();
            Message wrong =
                    new Message(Topic.of("a"), Payload.of((byte) 0xFF), Qos.AT_MOST_ONCE, false, text, Message.NEVER);
            client.say(new Publish(wrong, 0));
            assertEquals(
                    ReasonCode.PAYLOAD_FORMAT_INVALID,
                    client.hear(Disconnect.class).reasonCode());
        }
    }

    @Test
    void shouldHoldWhatComesBehindAndNobodyElse() {
        publishes((client, message) -> client.clientId().equals("slow") ? later() : Decision.proceed(message));
        TestClient subscriber = harness.connect("s").subscribe("#", Qos.AT_LEAST_ONCE);
        TestClient slow = harness.connect("slow");
        slow.say(
                new Publish(TestClient.message("a", "1", Qos.AT_LEAST_ONCE, false), 1),
                PingReq.INSTANCE,
                new Publish(TestClient.message("a", "2", Qos.AT_LEAST_ONCE, false), 2));
        harness.connect("quick").publish("a", "quick", Qos.AT_LEAST_ONCE, 1).hear(PubAck.class);
        subscriber.hear(Publish.class);
        harness.settle();
        assertEquals(List.of("quick"), subscriber.texts());
        assertTrue(slow.heard(PingResp.class).isEmpty());

        decide(0, new Decision.Proceed<>(TestClient.message("a", "one", Qos.AT_LEAST_ONCE, false)));
        decide(1, new Decision.Proceed<>(TestClient.message("a", "two", Qos.AT_LEAST_ONCE, false)));
        slow.hear(PubAck.class, 2);
        assertEquals(1, slow.heard(PingResp.class).size());
        subscriber.hear(Publish.class, 3);
        assertEquals(List.of("quick", "one", "two"), subscriber.texts());
    }

    @Test
    void shouldAskOnceAboutAMessageThatComesTwice() {
        List<String> asked = new CopyOnWriteArrayList<>();
        publishes((client, message) -> {
            asked.add(message.payload().toText());
            return Decision.proceed(message);
        });
        TestClient publisher = harness.connect("p");
        publisher.publish("a", "1", Qos.EXACTLY_ONCE, 1).publish("a", "1", Qos.EXACTLY_ONCE, 1);
        publisher.hear(PubRec.class, 2);
        publisher.say(new PubRel(1)).hear(PubComp.class);
        assertEquals(List.of("1"), asked);
    }

    @Test
    void shouldForgetWhatWaitedWhenTheConnectionEnds() {
        publishes((client, message) -> later());
        TestClient subscriber = harness.connect("s").subscribe("#", Qos.AT_MOST_ONCE);
        TestClient publisher = harness.connect("p").publish("a", "1", Qos.AT_LEAST_ONCE, 1);
        await().until(() -> open.size() == 1);
        publisher.wire.breakOff();
        harness.settle();
        decide(0, new Decision.Proceed<>(TestClient.message("a", "late", Qos.AT_LEAST_ONCE, false)));
        harness.settle();
        assertTrue(subscriber.publishes().isEmpty());
    }

    @Test
    void shouldAskOneAfterTheOther() {
        use(new Interceptors(
                null,
                new InterceptorChain<>(List.of(
                        (client, message) ->
                                Decision.proceed(text(message, message.payload().toText() + "1")),
                        (client, message) -> CompletableFuture.supplyAsync(() -> new Decision.Proceed<>(
                                text(message, message.payload().toText() + "2"))),
                        (client, message) ->
                                Decision.proceed(text(message, message.payload().toText() + "3")))),
                null,
                null,
                null));
        TestClient client =
                harness.connect("c").subscribe("a", Qos.AT_MOST_ONCE).publish("a", "0");
        client.hear(Publish.class);
        assertEquals(List.of("0123"), client.texts());
    }

    @Test
    void shouldNotInterceptPartsOfTheBroker() {
        publishes((client, message) -> Decision.refuse(ReasonCode.BANNED, "because"));
        TestClient subscriber = harness.connect("s").subscribe("#", Qos.AT_MOST_ONCE);
        harness.connectInternal("inside").publish("a", "x");
        subscriber.hear(Publish.class);
    }

    // ---- SUBSCRIBE, UNSUBSCRIBE

    @Test
    void shouldSubscribeToWhatItMadeOfASubscription() {
        harness.auth.permissions = new TestAuth.OnTopics(topic -> !topic.equals("secret"));
        subscriptions((client, subscription) -> switch (subscription.filter().text()) {
            case "no" -> Decision.refuse(ReasonCode.QUOTA_EXCEEDED, "enough");
            case "steal" -> Decision.proceed(new Subscription(TopicFilter.of("secret"), Qos.AT_MOST_ONCE));
            default ->
                Decision.proceed(new Subscription(
                        TopicFilter.of("t/" + subscription.filter().text()), subscription.maximumQos()));
        });
        TestClient client = harness.connect("c");
        client.subscribe(
                new Subscription(TopicFilter.of("a"), Qos.AT_LEAST_ONCE),
                new Subscription(TopicFilter.of("no"), Qos.AT_LEAST_ONCE),
                new Subscription(TopicFilter.of("steal"), Qos.AT_LEAST_ONCE));

        SubAck answer = client.hear(SubAck.class);
        assertEquals(
                List.of(ReasonCode.GRANTED_QOS_1, ReasonCode.QUOTA_EXCEEDED, ReasonCode.NOT_AUTHORIZED),
                answer.reasonCodes());
        assertEquals("subscription 2: enough", answer.properties().text(Property.REASON_STRING));
        harness.connect("p").publish("t/a", "x").publish("a", "y").publish("secret", "z");
        client.hear(Publish.class);
        harness.settle();
        assertEquals(List.of("x"), client.texts());
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseASubscriptionIfItFails(Failure failure) {
        subscriptions((client, subscription) -> failure.fail());
        TestClient client = harness.connect("c");
        client.subscribe("a", Qos.AT_MOST_ONCE);
        assertEquals(
                List.of(ReasonCode.UNSPECIFIED_ERROR), client.hear(SubAck.class).reasonCodes());
    }

    @Test
    void shouldEndureASubscribeWithManySubscriptions() {
        subscriptions((client, subscription) -> Decision.proceed(subscription));
        List<Subscription> many = new ArrayList<>();
        IntStream.range(0, 10_000).forEach(i -> many.add(new Subscription(TopicFilter.of("t/" + i), Qos.AT_MOST_ONCE)));
        TestClient client = harness.connect("c").say(new Subscribe(5, many, Properties.NONE));
        assertEquals(10_000, client.hear(SubAck.class).reasonCodes().size());
    }

    @Test
    void shouldUnsubscribeFromWhatItMadeOfAFilter() {
        unsubscriptions((client, filter) -> filter.text().equals("kept")
                ? Decision.refuse(ReasonCode.NOT_AUTHORIZED, "it is kept")
                : Decision.proceed(TopicFilter.of("t/" + filter.text())));
        TestClient client =
                harness.connect("c").subscribe("t/a", Qos.AT_MOST_ONCE).subscribe("kept", Qos.AT_MOST_ONCE);

        client.unsubscribe("a").unsubscribe("kept");
        List<UnsubAck> answers = client.hear(UnsubAck.class, 2);
        assertEquals(List.of(ReasonCode.SUCCESS), answers.get(0).reasonCodes());
        assertEquals(List.of(ReasonCode.NOT_AUTHORIZED), answers.get(1).reasonCodes());
        assertEquals(1, harness.router.size());
    }

    // ---- PUBLISH to a client

    @Test
    void shouldDeliverWhatItMadeOfAMessage() {
        deliveries((client, message) -> withTopic(text(message, "for " + client.clientId()), "b"));
        TestClient one = harness.connect("one").automatic().subscribe("a", Qos.AT_MOST_ONCE);
        TestClient two = harness.connect("two").automatic().subscribe("a", Qos.EXACTLY_ONCE);
        harness.connect("p").publish("a", "x", Qos.EXACTLY_ONCE, 1).hear(PubRec.class);

        assertEquals("b", one.hear(Publish.class).message().topic().name());
        two.hear(Publish.class);
        assertEquals(List.of("for one"), one.texts());
        assertEquals(List.of("for two"), two.texts());
    }

    @Test
    void shouldAuthoriseADeliveryAfterItWasRewritten() {
        harness.auth.permissions = new TestAuth.OnTopics(topic -> !topic.equals("secret"));
        deliveries((client, message) ->
                message.payload().toText().equals("1") ? withTopic(message, "secret") : Decision.proceed(message));
        TestClient client = harness.connect("c").automatic().subscribe("a", Qos.AT_LEAST_ONCE);
        harness.connect("p").publish("a", "1", Qos.AT_LEAST_ONCE, 1).publish("a", "2", Qos.AT_LEAST_ONCE, 2);
        client.hear(Publish.class);
        harness.settle();
        assertEquals(List.of("2"), client.texts());
    }

    @ParameterizedTest
    @EnumSource
    void shouldDropADeliveryIfItFails(Failure failure) {
        deliveries((client, message) ->
                message.payload().toText().equals("bad") ? failure.fail() : Decision.proceed(message));
        TestClient client =
                harness.connect(harness.opening("c").expiry(1000)).automatic().subscribe("a", Qos.EXACTLY_ONCE);
        TestClient publisher = harness.connect("p");
        publisher
                .publish("a", "bad", Qos.AT_LEAST_ONCE, 1)
                .publish("a", "good", Qos.AT_LEAST_ONCE, 2)
                .hear(PubAck.class, 2);
        client.hear(Publish.class);
        assertEquals(List.of("good"), client.texts());
        harness.settle();
        await().until(() -> harness.stored("c").outbound().isEmpty());
        assertEquals(1, new Admin(harness.engine).statistics().get("messages dropped: intercepted"));
    }

    @Test
    void shouldKeepTheOrderWhileADeliveryIsDecided() {
        deliveries((client, message) -> message.payload().toText().equals("1") ? later() : Decision.proceed(message));
        TestClient client = harness.connect("c").automatic().subscribe("a", Qos.EXACTLY_ONCE);
        TestClient publisher = harness.connect("p").automatic();
        publisher
                .publish("a", "1", Qos.EXACTLY_ONCE, 1)
                .publish("a", "2")
                .publish("a", "3", Qos.AT_LEAST_ONCE, 3)
                .hear(PubAck.class);
        harness.settle();
        assertTrue(client.publishes().isEmpty());
        decide(0, new Decision.Proceed<>(TestClient.message("a", "one", Qos.EXACTLY_ONCE, false)));
        client.hear(Publish.class, 3);
        assertEquals(List.of("one", "2", "3"), client.texts());
    }

    @Test
    void shouldAskAgainAboutWhatIsSentAgain() {
        deliveries((client, message) -> Decision.proceed(text(message, "changed")));
        TestClient client = harness.connectLasting("c").subscribe("a", Qos.AT_LEAST_ONCE);
        harness.connect("p").publish("a", "1", Qos.AT_LEAST_ONCE, 1).hear(PubAck.class);
        client.hear(Publish.class);
        client.wire.breakOff();
        TestClient again = harness.connectLasting("c");
        assertTrue(again.hear(Publish.class).duplicate());
        assertEquals(List.of("changed"), again.texts());
    }

    @Test
    void shouldKeepADeliveryThatIsNotDecidedWhenTheConnectionEnds() {
        deliveries((client, message) -> later());
        TestClient client = harness.connectLasting("c").subscribe("a", Qos.AT_LEAST_ONCE);
        harness.connect("p").publish("a", "1", Qos.AT_LEAST_ONCE, 1).hear(PubAck.class);
        await().until(() -> open.size() == 1);
        client.wire.breakOff();
        harness.settle();
        decide(0, new Decision.Refuse<>(ReasonCode.BANNED, "too late"));
        TestClient again = harness.connectLasting("c");
        await().until(() -> open.size() == 2);
        decide(1, new Decision.Proceed<>(TestClient.message("a", "1", Qos.AT_LEAST_ONCE, false)));
        again.hear(Publish.class);
        assertEquals(List.of("1"), again.texts());
    }

    // ---- while parts come and go

    @Test
    void shouldHoldEverythingWhileOneIsMissing() {
        TestClient subscriber = harness.connect("s").subscribe("#", Qos.AT_MOST_ONCE);
        TestClient publisher = harness.connect("p");
        harness.engine.useInterceptors(null);
        publisher.publish("a", "1", Qos.AT_LEAST_ONCE, 1);
        TestClient late = harness.open(harness.opening("late"));
        harness.settle();
        assertTrue(publisher.heard(PubAck.class).isEmpty());
        assertTrue(subscriber.publishes().isEmpty());

        publishes((client, message) -> Decision.proceed(text(message, "seen")));
        subscriber.hear(Publish.class);
        assertEquals(List.of("seen"), subscriber.texts());
        assertEquals(ReasonCode.SUCCESS, late.connAck().reasonCode());
    }

    @Test
    void shouldBeDecidedBeforeAnInterceptorLeaves() {
        publishes((client, message) -> {
            CompletionStage<Decision<Message>> decision = later();
            CompletableFuture.runAsync(() -> decide(0, new Decision.Proceed<>(text(message, "decided"))));
            return decision;
        });
        TestClient client =
                harness.connect("c").subscribe("a", Qos.AT_MOST_ONCE).publish("a", "x", Qos.AT_LEAST_ONCE, 1);
        use(Interceptors.NONE);
        client.hear(PubAck.class);
        client.hear(Publish.class);
        assertEquals(List.of("decided"), client.texts());
    }

    @Test
    void shouldHandOverWhatIsNotDecided() {
        harness.engine.useInterceptors(Interceptors.NONE);
        TestClient client = harness.connectLasting("c").subscribe("a", Qos.AT_LEAST_ONCE);
        TestClient resumed = harness.connectLasting("r").subscribe("a", Qos.AT_LEAST_ONCE);
        TestClient publisher = harness.connect("p");
        publisher.publish("a", "1", Qos.AT_LEAST_ONCE, 1).hear(PubAck.class);
        client.hear(Publish.class);
        resumed.hear(Publish.class);
        resumed.wire.breakOff();
        deliveries((receiver, message) -> CompletableFuture.supplyAsync(() -> {
            harness.settleLoops();
            return new Decision.Proceed<>(
                    text(message, "seen " + message.payload().toText()));
        }));
        TestClient again = harness.connectLasting("r");
        publisher.publish("a", "2", Qos.AT_LEAST_ONCE, 2);
        harness.swap();

        client.hear(Publish.class, 2);
        assertEquals(List.of("1", "seen 2"), client.texts());
        again.hear(Publish.class, 2);
        assertEquals(List.of("seen 1", "seen 2"), again.texts());
        assertTrue(again.heard(Disconnect.class).isEmpty());
    }

    /** What is decided late is for a session that must not be gone by then. */
    @Test
    void shouldHandOverNobodyBeforeAllIsDecided() throws Exception {
        publishes((client, message) -> later());
        TestClient subscriber = harness.connect("s").subscribe("#", Qos.AT_MOST_ONCE);
        TestClient publisher = harness.connect("p");
        publisher.say(
                new Publish(TestClient.message("a", "1", Qos.AT_LEAST_ONCE, false), 1),
                new Publish(TestClient.message("a", "2", Qos.AT_LEAST_ONCE, false), 2));
        await().until(() -> open.size() == 1);
        CompletableFuture<Void> deciding = CompletableFuture.runAsync(() -> {
            harness.settleLoops();
            decide(0, new Decision.Proceed<>(TestClient.message("a", "one", Qos.AT_LEAST_ONCE, false)));
            decide(1, new Decision.Proceed<>(TestClient.message("a", "two", Qos.AT_LEAST_ONCE, false)));
        });
        harness.swap();
        deciding.join();
        publisher.hear(PubAck.class, 2);
        subscriber.hear(Publish.class, 2);
        assertEquals(List.of("one", "two"), subscriber.texts());
    }

    /** What comes in as soon as something is decided is asked about in its turn, and not decided either. */
    @Test
    void shouldHandOverNobodyBeforeWhatCameMeanwhileIsDecided() {
        publishes((client, message) -> later());
        TestClient subscriber = harness.connect("s").subscribe("#", Qos.AT_MOST_ONCE);
        TestClient publisher = harness.connect("p");
        publisher.say(
                new Publish(TestClient.message("a", "1", Qos.AT_LEAST_ONCE, false), 1),
                new Publish(TestClient.message("a", "2", Qos.AT_LEAST_ONCE, false), 2));
        await().until(() -> open.size() == 1);
        decide(0, new Decision.Proceed<>(TestClient.message("a", "one", Qos.AT_LEAST_ONCE, false)));
        await().until(() -> open.size() == 2);
        CompletableFuture<Void> deciding = CompletableFuture.runAsync(() -> {
            harness.settleLoops();
            decide(1, new Decision.Proceed<>(TestClient.message("a", "two", Qos.AT_LEAST_ONCE, false)));
        });
        harness.swap();
        deciding.join();
        publisher.hear(PubAck.class, 2);
        subscriber.hear(Publish.class, 2);
        assertEquals(List.of("one", "two"), subscriber.texts());
    }
}
