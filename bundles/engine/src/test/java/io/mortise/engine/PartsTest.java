// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.auth.Verdict;
import io.mortise.api.protocol.ConnAck;
import io.mortise.api.protocol.Disconnect;
import io.mortise.api.protocol.PingReq;
import io.mortise.api.protocol.PingResp;
import io.mortise.api.protocol.PubAck;
import io.mortise.api.protocol.PubComp;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.store.SessionRecord;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each part is taken away and brought back while clients stay connected. */
@Timeout(30)
class PartsTest {
    private final Harness harness = new Harness();

    @AfterEach
    void end() {
        harness.close();
    }

    /** Side by side: what was left in the one is in the other. */
    @Test
    void shouldMoveWhatWaitsInAStoreToAnotherThatTakesItsPlace() throws Exception {
        harness.connectLasting("away").subscribe("a", Qos.EXACTLY_ONCE).disconnect();
        TestClient publisher = harness.connectLasting("p").automatic();
        send(publisher, 1_200);
        harness.settle();
        SessionRecord before = harness.stored("away");
        harness.sessions = new TestSessionStore();
        harness.engine.useSessionStore(harness.sessions);

        assertEquals(before, harness.stored("away"));
        TestClient again = harness.openAutomatic(harness.opening("away").expiry(1000));
        again.hear(Publish.class, 1_200);
        assertEquals(IntStream.range(0, 1_200).mapToObj(Integer::toString).toList(), again.texts());
    }

    private enum Part {
        ROUTER {
            @Override
            void lose(Harness harness) {
                harness.engine.loseRouter(harness.router);
            }

            @Override
            void use(Harness harness) {
                harness.router = new LinearRouter();
                harness.engine.useRouter(harness.router);
            }
        },
        SESSION_STORE {
            @Override
            void lose(Harness harness) {
                harness.engine.loseSessionStore(harness.sessions);
            }

            @Override
            void use(Harness harness) {
                harness.engine.useSessionStore(harness.sessions);
            }
        },
        RETAINED_STORE {
            @Override
            void lose(Harness harness) {
                harness.engine.loseRetainedStore(harness.retained);
            }

            @Override
            void use(Harness harness) {
                harness.retained = new TestRetainedStore();
                harness.engine.useRetainedStore(harness.retained);
            }
        },
        AUTHENTICATOR {
            @Override
            void lose(Harness harness) {
                harness.engine.useAuthenticator(null);
            }

            @Override
            void use(Harness harness) {
                harness.engine.useAuthenticator(Harness.only(harness.auth));
            }
        },
        AUTHORIZER {
            @Override
            void lose(Harness harness) {
                harness.engine.useAuthorizers(null);
            }

            @Override
            void use(Harness harness) {
                harness.engine.useAuthorizers(Harness.always(harness.auth));
            }
        };

        abstract void lose(Harness harness);

        abstract void use(Harness harness);
    }

    @ParameterizedTest
    @EnumSource(Part.class)
    void shouldHoldEverythingWhileAPartIsAway(Part part) {
        TestClient subscriber = harness.connectLasting("s").automatic().subscribe("a", Qos.EXACTLY_ONCE);
        TestClient publisher = harness.connectLasting("p").automatic();
        publisher.publish("a", "1", Qos.AT_LEAST_ONCE, 1).hear(PubAck.class);

        part.lose(harness);
        assertTrue(publisher.wire.isPaused());
        publisher.publish("a", "2", Qos.EXACTLY_ONCE, 2).publish("a", "3", Qos.AT_LEAST_ONCE, 3);
        TestClient late = harness.open(harness.opening("late"));
        harness.settle();
        assertEquals(1, publisher.heard(PubAck.class).size());
        assertEquals(List.of(), late.heard(ConnAck.class));

        part.use(harness);
        late.connAck();
        subscriber.hear(Publish.class, 3);
        publisher.hear(PubAck.class, 2);
        harness.settle();
        assertEquals(List.of("1", "2", "3"), subscriber.texts());
        assertEquals(1, harness.router.size());
        assertEquals(3, harness.auth.open.get());
        await().until(() -> harness.stored("s").outbound().isEmpty());
    }

    @ParameterizedTest
    @EnumSource(Part.class)
    void shouldLoseNothingAndKeepTheOrderWhileAPartComesAndGoesUnderTraffic(Part part) throws Exception {
        TestClient one = harness.connectLasting("s1").automatic().subscribe("a", Qos.EXACTLY_ONCE);
        TestClient two = harness.connectLasting("s2").automatic().subscribe("a", Qos.AT_LEAST_ONCE);
        harness.connectLasting("away").subscribe("a", Qos.AT_LEAST_ONCE).disconnect();
        TestClient publisher = harness.connectLasting("p").automatic();
        int count = 300;
        Thread traffic = new Thread(() -> send(publisher, count));
        traffic.start();
        for (int round = 0; round < 8; round++) {
            int heard = one.publishes().size();
            await().until(() -> one.publishes().size() > heard || !traffic.isAlive());
            part.lose(harness);
            part.use(harness);
        }
        traffic.join(20_000);
        one.hear(Publish.class, count);
        two.hear(Publish.class, count);
        harness.settle();

        List<String> expected =
                IntStream.range(0, count).mapToObj(Integer::toString).toList();
        assertEquals(expected, one.texts());
        assertEquals(expected, two.texts());
        await().until(() -> harness.stored("s1").outbound().isEmpty());
        SessionRecord away = harness.stored("away");
        assertEquals(
                expected,
                away.outbound().stream()
                        .map(message -> message.message().payload().toText())
                        .toList());
    }

    /** Alternately at QoS 1 and 2, with a window. */
    static void send(TestClient publisher, int count) {
        for (int i = 0; i < count; i++) {
            int number = i;
            await().until(() -> number
                            - publisher.heard(PubAck.class).size()
                            - publisher.heard(PubComp.class).size()
                    < 40);
            publisher.publish("a", Integer.toString(i), Qos.of(1 + i % 2), 1 + i);
        }
    }

    @Test
    void shouldGiveAnotherStoreWhatTheFirstHad() {
        TestClient client = harness.connectLasting("c").subscribe("a", Qos.AT_LEAST_ONCE);
        harness.connect("passing").subscribe("a", Qos.AT_LEAST_ONCE);
        harness.connect("p")
                .publish("a", "1", Qos.AT_LEAST_ONCE, 1)
                .retain("r", "kept")
                .hear(PubAck.class, 2);
        client.hear(Publish.class);
        harness.settle();
        SessionRecord before = harness.stored("c");
        TestSessionStore next = new TestSessionStore();
        TestRetainedStore nextRetained = new TestRetainedStore();
        harness.engine.useSessionStore(next);
        harness.engine.useRetainedStore(nextRetained);

        assertEquals(before, next.record("c"));
        assertNull(next.record("passing"));
        assertEquals(harness.retained.messages, nextRetained.messages);
    }

    @Test
    void shouldGiveAStoreWhatWaitsInMailboxesForPermissions() {
        TestClient client = harness.connectLasting("c").subscribe("a", Qos.AT_LEAST_ONCE);
        TestClient publisher = harness.connect("p");
        harness.auth.granting = false;
        harness.engine.useAuthorizers(null);
        harness.engine.useAuthorizers(Harness.always(harness.auth)); // nobody is granted anything yet
        harness.settle();
        harness.auth.granting = true;
        harness.session("c")
                .deliver(
                        TestClient.message("a", "1", Qos.AT_LEAST_ONCE, false),
                        new Subscription(TopicFilter.of("a"), Qos.AT_LEAST_ONCE));
        TestSessionStore next = new TestSessionStore();
        harness.engine.useSessionStore(next);

        SessionRecord moved = next.record("c");
        assertNotNull(moved);
        assertEquals(1, moved.outbound().size());
        assertFalse(client.wire.isClosed());
        assertFalse(publisher.wire.isClosed());
    }

    @Test
    void shouldAcknowledgeWithTheOldStoreBeforeItGoes() throws Exception {
        TestClient publisher = harness.connect("p");
        harness.sessions.barrier.hold();
        publisher.publish("a", "1", Qos.AT_LEAST_ONCE, 1);
        await().until(() -> harness.sessions.barrier.held() == 1);
        TestSessionStore old = harness.sessions;
        Thread unbinding = new Thread(() -> harness.engine.loseSessionStore(old));
        unbinding.start();
        await().until(publisher.wire::isPaused);
        assertTrue(unbinding.isAlive());
        old.barrier.pass();
        unbinding.join(10_000);

        publisher.hear(PubAck.class);
        assertFalse(unbinding.isAlive());
    }

    @Test
    void shouldBeginAHandshakeAnewThatWasInterrupted() {
        CompletableFuture<Verdict> never = new CompletableFuture<>();
        harness.auth.verdict = attempt -> never;
        TestClient client = harness.open(harness.opening("c"));
        await().until(() -> harness.auth.attempts.get() == 1);
        harness.engine.useAuthenticator(null);
        harness.auth.verdict = attempt -> CompletableFuture.completedFuture(new Verdict.Accept(""));
        never.complete(new Verdict.Refuse(ReasonCode.BANNED, "too late"));
        harness.settle();
        assertEquals(List.of(), client.heard(ConnAck.class));

        harness.engine.useAuthenticator(Harness.only(harness.auth));
        assertEquals(ReasonCode.SUCCESS, client.connAck().reasonCode());
        assertEquals(2, harness.auth.attempts.get());
    }

    @Test
    void shouldKeepNothingOfAnAuthorizerThatHasGone() {
        harness.connect("c");
        harness.connect("d");
        harness.engine.useAuthorizers(null);

        assertEquals(0, harness.auth.open.get());
        for (ClientConnection client : harness.engine.clients()) {
            assertTrue(client.awaitsPermissions());
        }
    }

    @Test
    void shouldAskAnotherAuthorizerAboutEverybodyWhoIsConnected() {
        TestClient client = harness.connect("c").subscribe("#", Qos.AT_LEAST_ONCE);
        TestAuth stricter = new TestAuth();
        stricter.permissions = new TestAuth.OnTopics(topic -> !topic.equals("secret"));
        harness.engine.useAuthorizers(Harness.always(stricter));
        TestClient publisher = harness.connect("p");
        publisher.publish("secret", "1", Qos.AT_LEAST_ONCE, 1).publish("a", "2", Qos.AT_LEAST_ONCE, 2);
        client.hear(Publish.class);
        harness.settle();

        assertEquals(List.of("2"), client.texts());
        assertEquals(0, harness.auth.open.get());
        assertEquals(2, stricter.open.get());
    }

    @Test
    void shouldEndAClientWhoseNewAuthorizerFailsOrIsSilent() {
        try (Harness impatient =
                new Harness(new TestSettings().authDeadlineMillis(20).build())) {
            TestClient client = impatient.connect("c");
            TestAuth silent = new TestAuth();
            silent.granting = false;
            impatient.engine.useAuthorizers(Harness.always(silent));
            assertEquals(
                    ReasonCode.NOT_AUTHORIZED, client.hear(Disconnect.class).reasonCode());
            await().until(() -> silent.open.get() == 0);

            TestAuth broken = new TestAuth();
            impatient.engine.useAuthorizers(Harness.always(impatient.auth));
            TestClient other = impatient.connect("d");
            broken.throwing = true;
            impatient.engine.useAuthorizers(Harness.always(broken));
            other.hear(Disconnect.class);
            assertEquals(1, other.heard(ConnAck.class).size());
        }
    }

    @Test
    void shouldNotHoldThePauseAgainstTheKeepAlive() {
        TestClient client = harness.connect(harness.opening("c").keepAlive(1));
        long begin = System.nanoTime();
        harness.engine.loseRouter(harness.router);
        await().until(() -> System.nanoTime() - begin > 1_800_000_000L);
        harness.engine.useRouter(harness.router);
        client.say(PingReq.INSTANCE).hear(PingResp.class);

        assertFalse(client.wire.isClosed());
    }

    @Test
    void shouldTakeNoteOfAConnectionThatEndsWhileTheGateIsClosed() {
        TestClient client = harness.connect(harness.opening("c").will("will", 0));
        TestClient witness = harness.connect("w").subscribe("will", Qos.AT_MOST_ONCE);
        harness.engine.loseRouter(harness.router);
        client.wire.breakOff();
        harness.settle();
        assertNotNull(harness.session("c"));
        harness.engine.useRouter(harness.router);

        witness.hear(Publish.class);
        await().until(() -> harness.session("c") == null);
    }

    @Test
    void shouldServeOthersWhenTheHomeOfAConnectionIsGone() {
        ScheduledExecutorService doomed = Executors.newSingleThreadScheduledExecutor();
        TestClient lost = new TestClient(new TestConnection(doomed));
        lost.wire.accept(harness.engine);
        lost.say(harness.opening("lost").expiry(1000).build()).connAck();
        lost.subscribe("a", Qos.AT_LEAST_ONCE);
        lost.wire.breakOff();
        doomed.shutdown();
        TestClient publisher = harness.connect("p");
        publisher.publish("a", "1", Qos.AT_LEAST_ONCE, 1).hear(PubAck.class);
        harness.engine.loseRouter(harness.router);
        harness.engine.useRouter(harness.router);

        TestClient again = harness.connectLasting("lost");
        assertEquals("1", again.hear(Publish.class).message().payload().toText());
    }
}
