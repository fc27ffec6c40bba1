// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.auth.Authenticator;
import io.mortise.api.auth.Authorizer;
import io.mortise.api.auth.Permissions;
import io.mortise.api.protocol.ConnAck;
import io.mortise.api.protocol.Disconnect;
import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.PingReq;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.PubAck;
import io.mortise.api.protocol.PubComp;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.SubAck;
import io.mortise.api.protocol.Subscribe;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.routing.Router;
import io.mortise.api.store.RetainedStore;
import io.mortise.api.store.SessionStore;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a part throws costs the one whom it is about; everybody else is served. */
@Timeout(60)
class FaultsTest {
    private static final String POISON = Poison.NAME;

    /** What a part throws. */
    enum Fault implements Supplier<Throwable> {
        EXCEPTION {
            @Override
            public Throwable get() {
                return new IllegalStateException("poison");
            }
        },
        STACK_OVERFLOW {
            @Override
            public Throwable get() {
                return new StackOverflowError();
            }
        },
        LINKAGE {
            @Override
            public Throwable get() {
                return new NoClassDefFoundError("of/a/Plugin");
            }
        }
    }

    private final Harness harness = new Harness();

    @AfterEach
    void end() {
        harness.close();
    }

    /** Puts poison in each part. */
    private Poison poison(String hook, Fault fault) {
        Poison poison = new Poison(hook, fault);
        Engine engine = harness.engine;
        engine.useRouter(poison.in(Router.class, harness.router));
        engine.useSessionStore(poison.in(SessionStore.class, harness.sessions));
        engine.useRetainedStore(poison.in(RetainedStore.class, harness.retained));
        engine.useAuthenticator(new AuthenticatorChain(new Links<>(
                List.of(new Links.Link<>("poisoned", poison.in(Authenticator.class, harness.auth))), Map.of())));
        engine.useAuthorizers(AuthorizerChain.of(new Links<>(
                List.of(
                        new Links.Link<>("poisoned", poison.in(Authorizer.class, harness.auth)),
                        new Links.Link<>("sound", new TestAuth())),
                Map.of())));
        return poison;
    }

    private static Subscribe subscribe(String filter) {
        return new Subscribe(5, List.of(new Subscription(TopicFilter.of(filter), Qos.EXACTLY_ONCE)), Properties.NONE);
    }

    private TestClient open(TestClient.Opening opening) {
        TestClient client = harness.open(opening).automatic();
        client.wire.expectFault();
        return client;
    }

    /** One exception at any hook costs one connection. */
    @Nested
    class SEC_11 {
        private int said;

        /** What a provider says of itself once, what is asked while nobody is served, and what only operators ask. */
        private static final Set<String> CONSTANT =
                Set.of("isDurable", "identity", "forEach", "subscribeAll", "unsubscribeAll", "rule");

        static List<Arguments> hooks() {
            List<Arguments> all = new ArrayList<>();
            for (Class<?> part : List.of(
                    Router.class,
                    SessionStore.class,
                    RetainedStore.class,
                    Authenticator.class,
                    Authorizer.class,
                    Permissions.class)) {
                for (Method method : part.getMethods()) {
                    if (!CONSTANT.contains(method.getName())) {
                        add(all, part.getSimpleName() + "." + method.getName());
                    }
                }
            }
            add(all, "Authorization.close");
            return all;
        }

        private static void add(List<Arguments> all, String hook) {
            for (Fault fault : Fault.values()) {
                all.add(Arguments.of(hook, fault));
            }
        }

        @ParameterizedTest
        @MethodSource("hooks")
        void shouldServeTheOthersWhateverIsThrownWhereverItIs(String hook, Fault fault) {
            TestClient subscriber = harness.connectLasting("subscriber").automatic();
            TestClient publisher = harness.connectLasting("publisher").automatic();
            Poison poison = poison(hook, fault);
            subscriber.subscribe("sound", Qos.EXACTLY_ONCE);
            talk(publisher, subscriber);

            poison.arm(true);
            live(publisher, subscriber);
            partsChange(poison);
            talk(publisher, subscriber);

            assertTrue(poison.struck() > 0, "the hook was not reached");
            talk(harness.connect("newcomer").automatic(), subscriber);
            poison.arm(false);
            assertFalse(publisher.wire.isClosed());
            assertFalse(subscriber.wire.isClosed());
            assertIsServedAgain();
        }

        /** All that a client can do, by one that whatever fails is about. */
        private void live(TestClient publisher, TestClient subscriber) {
            TestClient.Opening opening = harness.opening(POISON).expiry(1000).will(POISON + "/will", 0);
            TestClient client = open(opening);
            settle(client);
            client = step(client, opening, it -> it.say(subscribe(POISON + "/#"), PingReq.INSTANCE));
            client = step(client, opening, it -> it.publish(POISON + "/first", "1", Qos.AT_LEAST_ONCE, 8));
            talk(publisher, subscriber);
            client = step(client, opening, it -> it.retain(POISON + "/kept", "1"));
            client = step(client, opening, it -> it.publish(POISON + "/once", "1", Qos.EXACTLY_ONCE, 9));
            others(Qos.EXACTLY_ONCE);
            talk(publisher, subscriber);
            client.wire.breakOff(); // its will is due
            others(Qos.AT_LEAST_ONCE);
            client = step(client, opening, it -> it.say(PingReq.INSTANCE));
            TestClient second = open(opening); // takes over
            settle(second);
            second = step(second, opening, it -> it.unsubscribe(POISON + "/#"));
            second = step(second, opening, it -> it.retain(POISON + "/kept", ""));
            second = step(second, opening, it -> it.say(subscribe("$share/group/" + POISON + "/#")));
            step(second, opening, TestClient::disconnect);
            TestClient silent = harness.open(opening);
            silent.wire.expectFault();
            settle(silent);
            others(Qos.AT_LEAST_ONCE); // is not acknowledged, and left to the group when the session ends
            silent.wire.breakOff();
            settle(open(harness.opening(POISON).cleanStart()));
            talk(publisher, subscriber);
        }

        private TestClient step(TestClient client, TestClient.Opening opening, Consumer<TestClient> action) {
            TestClient now = client.wire.isClosed() ? open(opening) : client;
            settle(now);
            action.accept(now);
            settle(now);
            return now;
        }

        /** Somebody publishes to it, and may fail because of the topic. */
        private void others(Qos qos) {
            TestClient other = open(harness.opening("other"));
            other.publish(POISON + "/from-others", "1", qos, 3);
            settle(other);
        }

        /** Nothing more happens; neither does it wait for anything: it is connected, or closed. */
        private void settle(TestClient client) {
            harness.settle();
            await("an answer, or the end")
                    .until(() -> client.wire.isClosed()
                            || !client.heard(ConnAck.class).isEmpty());
            harness.settle();
        }

        private void partsChange(Poison poison) {
            Engine engine = harness.engine;
            engine.useRouter(poison.in(Router.class, harness.router = new LinearRouter()));
            engine.useSessionStore(poison.in(SessionStore.class, harness.sessions = new TestSessionStore()));
            engine.useRetainedStore(poison.in(RetainedStore.class, harness.retained = new TestRetainedStore()));
            engine.useAuthorizers(Harness.always(poison.in(Authorizer.class, harness.auth)));
            harness.settle();
        }

        private void talk(TestClient publisher, TestClient subscriber) {
            String text = Integer.toString(++said);
            int done = publisher.heard(PubComp.class).size();
            publisher.publish("sound", text, Qos.EXACTLY_ONCE, said);
            publisher.hear(PubComp.class, done + 1);
            await().until(() -> subscriber.texts().contains(text));
        }

        private void assertIsServedAgain() {
            TestClient again = open(harness.opening(POISON).cleanStart());
            assertEquals(ReasonCode.SUCCESS, again.hear(ConnAck.class).reasonCode());
            again.say(subscribe(POISON + "/again"));
            again.hear(SubAck.class);
            again.publish(POISON + "/again", "at last", Qos.AT_LEAST_ONCE, 1);
            again.hear(PubAck.class);
            await().until(() -> again.texts().contains("at last"));
        }
    }

    /** One poisoned entry in a job that comes round, or is due later, keeps no other from its turn. */
    @Nested
    class SEC_12 {

        @ParameterizedTest
        @EnumSource
        void shouldExpireTheOtherSessions(Fault fault) {
            Poison poison = poison("SessionStore.remove", fault);
            poison.arm(true);
            for (String clientId : List.of("a", POISON, "z")) {
                harness.connect(harness.opening(clientId).expiry(1)).disconnect();
            }
            await().until(() -> harness.session("a") == null && harness.session("z") == null);
            await().until(() -> poison.struck() > 0);

            assertNull(harness.sessions.record("a"));
            assertNull(harness.sessions.record("z"));
            assertEquals(ReasonCode.SUCCESS, harness.connect(POISON).connAck().reasonCode());
        }

        @ParameterizedTest
        @EnumSource
        void shouldPublishTheOtherWills(Fault fault) {
            TestClient heir = harness.connect("heir");
            heir.subscribe("will/+", Qos.AT_MOST_ONCE);
            Poison poison = poison("Router.route", fault);
            poison.arm(true);
            for (String clientId : List.of("a", POISON, "z")) {
                TestClient.Opening opening = harness.opening(clientId).expiry(60);
                harness.connect(opening.will("will/" + clientId, 1)).wire.breakOff();
            }
            await().until(() -> poison.struck() > 0);

            assertEquals(
                    List.of("will/a", "will/z"),
                    heir.hear(Publish.class, 2).stream()
                            .map(publish -> publish.message().topic().name())
                            .sorted()
                            .toList());
        }

        @ParameterizedTest
        @EnumSource
        void shouldForgetTheOtherRetainedMessagesAndComeRoundAgain(Fault fault) {
            Poison poison = poison("RetainedStore.remove", fault);
            poison.arm(true);
            for (String topic : List.of("a", POISON, "z")) {
                retain(topic);
            }
            harness.clock.millis += 2;
            harness.engine.expireRetained();
            assertEquals(1, poison.struck());
            assertEquals(0, harness.engine.retained().size());
            assertEquals(Set.of(POISON), harness.retained.messages.keySet());

            retain("next");
            harness.clock.millis += 2;
            harness.engine.expireRetained();
            assertEquals(Set.of(POISON), harness.retained.messages.keySet());
        }

        private void retain(String topic) {
            harness.engine
                    .retained()
                    .retain(new Message(
                            Topic.of(topic),
                            Payload.of("x"),
                            Qos.AT_MOST_ONCE,
                            true,
                            Properties.NONE,
                            harness.clock.millis + 1));
        }

        @Test
        void shouldNoticeTheSilenceOfTheOthersWhenOneCannotBeTold() {
            TestClient broken = harness.connect(harness.opening("broken").keepAlive(1));
            TestClient silent = harness.connect(harness.opening("silent").keepAlive(1));
            broken.wire.reaction(packet -> {
                throw new StackOverflowError();
            });
            await().until(silent.wire::isClosed);
            await().until(broken.wire::isClosed);
            assertEquals(
                    ReasonCode.KEEP_ALIVE_TIMEOUT, silent.hear(Disconnect.class).reasonCode());
        }

        @Test
        void shouldLetTheOtherPublishersGoOn() {
            Congestion congestion = harness.engine.congestion();
            AtomicBoolean gone = new AtomicBoolean();
            congestion.await(() -> {
                throw new NoClassDefFoundError("of/a/Plugin");
            });
            congestion.await(() -> gone.set(true));
            await().untilTrue(gone);
        }

        /** The next broker would wait for it. */
        @ParameterizedTest
        @EnumSource
        void shouldRetireWhenTheRouterDoesNotLetGo(Fault fault) {
            Router sound = harness.router;
            AtomicInteger asked = new AtomicInteger();
            harness.engine.useRouter((Router) Proxy.newProxyInstance(
                    Router.class.getClassLoader(), new Class<?>[] {Router.class}, (proxy, method, arguments) -> {
                        if (method.getName().equals("unsubscribeAll")) {
                            asked.incrementAndGet();
                            throw fault.get();
                        }
                        return method.invoke(sound, arguments);
                    }));
            harness.connectLasting("subscriber").subscribe("sound", Qos.AT_LEAST_ONCE);

            harness.engine.retire();

            assertEquals(1, asked.get());
        }

        @ParameterizedTest
        @EnumSource
        void shouldServeAllSessionsButOneWhenARouterFailsOnIt(Fault fault) {
            TestClient subscriber = harness.connectLasting("subscriber").subscribe("sound", Qos.AT_LEAST_ONCE);
            TestClient poisoned = harness.connectLasting("other").subscribe(POISON, Qos.AT_LEAST_ONCE);
            Poison poison = new Poison("Router.subscribe", fault);
            Poison poisonForAll = new Poison("Router.subscribeAll", fault);
            poison.arm(true);
            poisonForAll.arm(true);
            harness.engine.useRouter(
                    poisonForAll.in(Router.class, poison.in(Router.class, harness.router = new LinearRouter())));

            assertEquals(1, poisonForAll.struck());
            assertEquals(1, poison.struck());
            await().until(poisoned.wire::isClosed);
            harness.connect("p").publish("sound", "1", Qos.AT_LEAST_ONCE, 1).hear(PubAck.class);
            assertEquals("1", subscriber.hear(Publish.class).message().payload().toText());
        }
    }
}
