// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.auth.Authenticator;
import io.mortise.api.auth.Authorization;
import io.mortise.api.auth.Authorizer;
import io.mortise.api.auth.ConnectAttempt;
import io.mortise.api.auth.Identity;
import io.mortise.api.auth.Permissions;
import io.mortise.api.auth.Verdict;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.SubAck;
import io.mortise.api.protocol.Subscribe;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What several providers decide together, as clients meet it. */
class AuthChainTest {
    private static final Verdict ACCEPT = new Verdict.Accept("alice");
    private static final Verdict ABSTAIN = new Verdict.Abstain();
    private static final Verdict REFUSE = new Verdict.Refuse(ReasonCode.BANNED, "because");

    private final Harness harness =
            new Harness(new TestSettings().authDeadlineMillis(300).build());
    private final List<String> asked = new ArrayList<>();

    @AfterEach
    void tearDown() {
        harness.close();
    }

    /** Each way in which a provider fails. */
    private enum Failure implements Authenticator {
        MISSING {
            @Override
            public CompletionStage<Verdict> authenticate(ConnectAttempt attempt) {
                throw new IllegalStateException("nobody asks one that is missing");
            }
        },
        THROWS {
            @Override
            public CompletionStage<Verdict> authenticate(ConnectAttempt attempt) {
                throw new IllegalStateException("broken");
            }
        },
        MISSES_A_CLASS {
            @Override
            public CompletionStage<Verdict> authenticate(ConnectAttempt attempt) {
                throw new NoClassDefFoundError("com/example/Ldap");
            }
        },
        FAILS {
            @Override
            public CompletionStage<Verdict> authenticate(ConnectAttempt attempt) {
                return CompletableFuture.failedStage(new IllegalStateException("broken"));
            }
        },
        SAYS_NOTHING {
            @Override
            public CompletionStage<Verdict> authenticate(ConnectAttempt attempt) {
                return new CompletableFuture<>();
            }
        },
        SAYS_NULL {
            @Override
            public CompletionStage<Verdict> authenticate(ConnectAttempt attempt) {
                return CompletableFuture.completedStage(null);
            }
        },
        GIVES_NO_STAGE {
            @Override
            @SuppressWarnings("NullAway") // a vendor's fault
            public CompletionStage<Verdict> authenticate(ConnectAttempt attempt) {
                return null;
            }
        }
    }

    /** Each way in which an authorizer fails. */
    private enum Silence implements Authorizer {
        MISSING {
            @Override
            public Authorization authorize(Identity client, Consumer<Permissions> grant) {
                throw new IllegalStateException("nobody asks one that is missing");
            }
        },
        THROWS {
            @Override
            public Authorization authorize(Identity client, Consumer<Permissions> grant) {
                throw new LinkageError("broken");
            }
        },
        GRANTS_NOTHING {
            @Override
            public Authorization authorize(Identity client, Consumer<Permissions> grant) {
                return () -> {};
            }
        }
    }

    @Test
    void shouldLetInWhomOneAcceptsAndNobodyRefuses() {
        authenticators(says("a", ABSTAIN), says("b", ACCEPT), says("c", new Verdict.Accept("somebody else")));
        harness.connect("c");

        assertEquals(List.of("a", "b", "c"), asked);
        assertEquals("alice", harness.session("c").principal());
    }

    @Test
    void shouldRefuseWhomOneRefusesWhoeverAccepts() {
        authenticators(says("a", ACCEPT), says("b", REFUSE), says("c", ACCEPT));

        assertEquals(ReasonCode.BANNED, refusal());
        assertEquals(List.of("a", "b"), asked);
    }

    @Test
    void shouldRefuseWhomNobodyAccepts() {
        authenticators(says("a", ABSTAIN), says("b", ABSTAIN));

        assertEquals(ReasonCode.NOT_AUTHORIZED, refusal());
        assertEquals(
                ReasonCode.BAD_USER_NAME_OR_PASSWORD,
                harness.open(harness.opening("d").user("alice")).connAck().reasonCode());
    }

    /** SEC-37: the fail-closed matrix, in each place of a chain that lets in otherwise. */
    @ParameterizedTest
    @EnumSource(Failure.class)
    void shouldRefuseEverybodyWhenAnAuthenticatorFails_SEC37(Failure failure) {
        Link failing = new Link(failure == Failure.MISSING ? null : failure);
        for (List<Link> chain :
                List.of(List.of(failing), List.of(failing, accepting()), List.of(accepting(), failing))) {
            authenticators(chain.toArray(Link[]::new));

            assertTrue(refusal().isError());
            assertEquals(0, harness.engine.sessions().all().size());
        }
    }

    /** SEC-37: the same for authorizers. */
    @ParameterizedTest
    @EnumSource(Silence.class)
    void shouldRefuseEverybodyWhenAnAuthorizerFails_SEC37(Silence failure) {
        Authorizer failing = failure == Silence.MISSING ? null : failure;
        for (List<@Nullable Authorizer> chain :
                List.of(listOf(failing), listOf(failing, harness.auth), listOf(harness.auth, failing))) {
            authorizers(chain);

            assertTrue(refusal().isError());
            assertEquals(0, harness.engine.sessions().all().size());
            await().until(() -> harness.auth.open.get() == 0);
        }
    }

    /** SEC-38: a listener without a chain of its own is not let through by that of another. */
    @Test
    void shouldAskTheChainOfTheListener_SEC38() {
        String listener = harness.wire().listener();
        harness.engine.useAuthenticator(new AuthenticatorChain(new Links<>(
                List.of(new Links.Link<>("a", says("a", ACCEPT).provider)),
                Map.of(listener, List.of(new Links.Link<>("b", says("b", REFUSE).provider))))));

        assertEquals(ReasonCode.BANNED, refusal());
        assertEquals(List.of("b"), asked);
    }

    @Test
    void shouldAllowWhatOneAllowsAndNoneDenies_SEC37() {
        TestAuth first = new TestAuth();
        TestAuth second = new TestAuth();
        first.permissions = new TestAuth.OnTopics(topic -> topic.startsWith("a/"));
        second.permissions = new Denying("a/secret", topic -> topic.startsWith("b/"));
        authorizers(listOf(first, second));
        TestClient client = harness.connect("c");

        assertEquals(ReasonCode.GRANTED_QOS_1, subscribed(client, 1, "a/x"));
        assertEquals(ReasonCode.GRANTED_QOS_1, subscribed(client, 2, "b/x"));
        assertEquals(ReasonCode.NOT_AUTHORIZED, subscribed(client, 3, "a/secret"));
        assertEquals(ReasonCode.NOT_AUTHORIZED, subscribed(client, 4, "c"));
    }

    /** SEC-33: what one of several authorizers takes back is not delivered any more. */
    @Test
    void shouldTakeUpWhatOneOfThemGrantsAnew_SEC33() {
        TestAuth second = new TestAuth();
        authorizers(listOf(harness.auth, second));
        TestClient client = harness.connect("c").subscribe("#", Qos.AT_LEAST_ONCE);
        Consumer<Permissions> grant = second.lastGrant;
        TestClient publisher = harness.connect("p");
        grant.accept(new Denying("a", topic -> true));
        harness.settle();
        publisher.publish("a", "1", Qos.AT_MOST_ONCE, 0).publish("b", "2", Qos.AT_MOST_ONCE, 0);
        client.hear(Publish.class);
        harness.settle();

        assertEquals(List.of("2"), client.texts());
    }

    private static ReasonCode subscribed(TestClient client, int packetId, String filter) {
        client.say(new Subscribe(
                packetId, List.of(new Subscription(TopicFilter.of(filter), Qos.AT_LEAST_ONCE)), Properties.NONE));
        await().until(() -> client.heard(SubAck.class).size() == packetId);
        return client.heard(SubAck.class).get(packetId - 1).reasonCodes().get(0);
    }

    /** Denies one topic, and allows others. */
    private record Denying(String denied, Predicate<String> allowed) implements Permissions {
        @Override
        public boolean mayPublish(Topic topic, Qos qos, boolean retain) {
            return allowed.test(topic.name());
        }

        @Override
        public boolean maySubscribe(TopicFilter filter) {
            return allowed.test(filter.text());
        }

        @Override
        public boolean mayReceive(Topic topic) {
            return allowed.test(topic.name());
        }

        @Override
        public boolean deniesReceive(Topic topic) {
            return topic.name().equals(denied);
        }

        @Override
        public boolean deniesSubscribe(TopicFilter filter) {
            return filter.text().equals(denied);
        }
    }

    private record Link(@Nullable Authenticator provider) {}

    private Link says(String name, Verdict verdict) {
        return new Link(attempt -> {
            asked.add(name);
            return CompletableFuture.completedStage(verdict);
        });
    }

    private static Link accepting() {
        return new Link(attempt -> CompletableFuture.completedStage(ACCEPT));
    }

    private void authenticators(Link... chain) {
        List<Links.Link<Authenticator>> links = new ArrayList<>();
        for (Link link : chain) {
            links.add(new Links.Link<>("test", link.provider));
        }
        harness.engine.useAuthenticator(new AuthenticatorChain(new Links<>(links, Map.of())));
    }

    private void authorizers(List<@Nullable Authorizer> chain) {
        List<Links.Link<Authorizer>> links = new ArrayList<>();
        for (Authorizer authorizer : chain) {
            links.add(new Links.Link<>("test", authorizer));
        }
        harness.engine.useAuthorizers(AuthorizerChain.of(new Links<>(links, Map.of())));
    }

    private static List<@Nullable Authorizer> listOf(@Nullable Authorizer... authorizers) {
        List<@Nullable Authorizer> list = new ArrayList<>();
        for (Authorizer authorizer : authorizers) {
            list.add(authorizer);
        }
        return list;
    }

    private ReasonCode refusal() {
        TestClient client = harness.open(harness.opening("c"));
        ReasonCode reasonCode = client.connAck().reasonCode();
        await().until(client.wire::isClosed);
        return reasonCode;
    }
}
