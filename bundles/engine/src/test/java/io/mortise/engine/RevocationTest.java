// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.auth.Permissions;
import io.mortise.api.protocol.PubAck;
import io.mortise.api.protocol.PubComp;
import io.mortise.api.protocol.PubRec;
import io.mortise.api.protocol.PubRel;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What a client was allowed and is allowed no more: everything that is still on its way is judged again. */
class RevocationTest {
    private static final Permissions ALL = new TestAuth.OnTopics(topic -> true);
    private static final Permissions NO_SECRETS = new TestAuth.OnTopics(topic -> !topic.startsWith("secret"));

    private final Harness harness = new Harness();
    private TestClient witness;

    @BeforeEach
    void setUp() {
        witness = harness.connect("witness").subscribe("#", Qos.AT_MOST_ONCE);
    }

    @AfterEach
    void tearDown() {
        harness.close();
    }

    /** Connects a client, and answers what its permissions are replaced with. */
    private Consumer<Permissions> grantOf(Runnable connect) {
        connect.run();
        Consumer<Permissions> grant = harness.auth.lastGrant;
        assertNotNull(grant);
        return grant;
    }

    private void revokeFromNowOn() {
        harness.auth.permissions = NO_SECRETS;
    }

    /** Everything that the witness has heard, when what is on its way has come. */
    private List<String> heard() {
        int before = witness.heard(Publish.class).size();
        harness.connect("marker").publish("marker", "marker").disconnect();
        await().until(() ->
                witness.texts().subList(before, witness.texts().size()).contains("marker"));
        return witness.texts().stream().filter(text -> !text.equals("marker")).toList();
    }

    @Nested
    class SEC_31 {

        @Test
        void shouldRefuseAClientThatMayNotPublishItsWill() {
            revokeFromNowOn();
            TestClient client = harness.open(harness.opening("c").will("secret/c", 0));

            assertEquals(ReasonCode.NOT_AUTHORIZED, client.connAck().reasonCode());
        }

        @Test
        void shouldNotPublishAWillThatWasRevokedWhileItsClientWasConnected() {
            TestClient[] client = new TestClient[1];
            Consumer<Permissions> grant = grantOf(
                    () -> client[0] = harness.connect(harness.opening("c").will("secret/c", 0)));
            grant.accept(NO_SECRETS);
            harness.settle();
            client[0].wire.breakOff();
            harness.settle();

            assertEquals(List.of(), heard());
        }

        @Test
        void shouldNotPublishADelayedWillThatWasRevokedWhileItsClientWasAway() {
            harness.connect(harness.opening("c").expiry(1000).will("secret/c", 1))
                    .wire
                    .breakOff();
            harness.connect(harness.opening("d").expiry(1000).will("open/d", 1))
                    .wire
                    .breakOff();
            harness.settle();
            revokeFromNowOn();
            await().until(() -> harness.stored("c").state().will() == null
                    && harness.stored("d").state().will() == null);

            assertEquals(List.of("gone"), heard());
            assertEquals(
                    1,
                    witness.publishes().stream()
                            .filter(publish -> publish.message().topic().name().equals("open/d"))
                            .count());
            assertEquals(1, harness.auth.open.get(), "the witness: nothing is kept of those who are away");
        }

        @Test
        void shouldNotPublishARevokedWillWhenTheSessionExpires() {
            harness.connect(harness.opening("c").expiry(1).will("secret/c", 1000))
                    .wire
                    .breakOff();
            harness.settle();
            revokeFromNowOn();
            await().until(() -> harness.session("c") == null);

            assertEquals(List.of(), heard());
        }

        @Test
        void shouldNotPublishARevokedWillWhenACleanStartEndsTheSession() {
            harness.connect(harness.opening("c").expiry(1000).will("secret/c", 1000))
                    .wire
                    .breakOff();
            harness.settle();
            revokeFromNowOn();
            harness.connect(harness.opening("c").cleanStart());

            assertEquals(List.of(), heard());
        }

        @Test
        void shouldNotPublishARevokedWillAfterARestart() {
            harness.connect(harness.opening("c").expiry(1000).will("secret/c", 5))
                    .wire
                    .breakOff();
            harness.connectLasting("lasting").subscribe("#", Qos.AT_LEAST_ONCE);
            harness.settle();
            revokeFromNowOn();
            harness.clock.millis += 6_000;
            harness.restart();
            await().until(() -> harness.stored("c").state().will() == null);
            witness = harness.connectLasting("lasting");

            assertEquals(List.of(), heard());
        }

        @Test
        void shouldAskTheAuthorizerThatTakesThePlaceOfOneThatSaysNothing() {
            harness.connect(harness.opening("c").expiry(1000).will("will/c", 1))
                    .wire
                    .breakOff();
            harness.settle();
            harness.auth.granting = false;
            int open = harness.auth.open.get();
            await().until(() -> harness.auth.open.get() > open);
            harness.auth.granting = true;
            harness.engine.useAuthorizers(null);
            assertEquals(0, harness.auth.open.get());
            harness.engine.useAuthorizers(Harness.always(harness.auth));
            await().until(() -> witness.texts().contains("gone"));

            assertTrue(harness.engine.dueWills().isEmpty());
        }

        @Test
        void shouldDropAWillAboutWhichTheAuthorizerFails() {
            harness.connect(harness.opening("c").expiry(1000).will("will/c", 1))
                    .wire
                    .breakOff();
            harness.settle();
            harness.auth.throwing = true;
            await().until(() -> harness.stored("c").state().will() == null);
            harness.auth.throwing = false;

            assertEquals(List.of(), heard());
        }
    }

    @Nested
    class SEC_32 {

        @Test
        void shouldNotReplayRetainedMessagesThatTheSubscriberMayNotReceive() {
            harness.connect("p").retain("secret/a", "1").retain("open/a", "2").hear(PubAck.class, 2);
            TestClient[] client = new TestClient[1];
            Consumer<Permissions> grant = grantOf(() -> client[0] = harness.connect("c"));
            grant.accept(new TestAuth.OnTopics(topic -> topic.equals("#") || topic.startsWith("open")));
            harness.settle();
            client[0].subscribe("#", Qos.AT_LEAST_ONCE).hear(Publish.class);
            harness.settle();

            assertEquals(List.of("2"), client[0].texts());
        }
    }

    @Nested
    class SEC_33 {

        @Test
        void shouldStopDeliveringToASubscriptionThatIsRevoked() {
            TestClient[] client = new TestClient[1];
            Consumer<Permissions> grant =
                    grantOf(() -> client[0] = harness.connect("c").subscribe("#", Qos.AT_LEAST_ONCE));
            grant.accept(NO_SECRETS);
            harness.settle();
            TestClient publisher = harness.connect("p");
            publisher.publish("secret", "1").publish("open", "2");
            client[0].hear(Publish.class);
            grant.accept(ALL);
            harness.settle();
            publisher.publish("secret", "3");
            client[0].hear(Publish.class, 2);

            assertEquals(List.of("2", "3"), client[0].texts());
        }

        @Test
        void shouldNotSendWhatWasQueuedBeforeItWasRevoked() {
            harness.connectLasting("c").subscribe("#", Qos.AT_LEAST_ONCE).disconnect();
            harness.settle();
            harness.connect("p")
                    .publish("secret", "1", Qos.AT_LEAST_ONCE, 1)
                    .publish("open", "2", Qos.AT_LEAST_ONCE, 2)
                    .hear(PubAck.class, 2);
            revokeFromNowOn();
            TestClient again = harness.connectLasting("c");
            again.hear(Publish.class);
            harness.settle();

            assertEquals(List.of("2"), again.texts());
        }

        @Test
        void shouldNotResendWhatWasInflightWhenItWasRevoked() {
            TestClient client = harness.connectLasting("c").subscribe("#", Qos.AT_LEAST_ONCE);
            harness.connect("p")
                    .publish("secret", "1", Qos.AT_LEAST_ONCE, 1)
                    .publish("open", "2", Qos.AT_LEAST_ONCE, 2);
            client.hear(Publish.class, 2);
            client.wire.breakOff();
            harness.settle();
            revokeFromNowOn();
            TestClient again = harness.connectLasting("c");
            again.hear(Publish.class);
            harness.settle();

            assertEquals(List.of("2"), again.texts());
        }

        @Test
        void shouldCompleteAnExchangeThatWasRevokedInTheMiddleAndDeliverNothingNew() {
            TestClient[] publisher = new TestClient[1];
            Consumer<Permissions> grant = grantOf(() -> publisher[0] = harness.connect("p"));
            publisher[0].publish("secret", "1", Qos.EXACTLY_ONCE, 7).hear(PubRec.class);
            grant.accept(NO_SECRETS);
            harness.settle();
            publisher[0].say(new PubRel(7)).hear(PubComp.class);
            publisher[0].publish("secret", "2", Qos.EXACTLY_ONCE, 8);
            await().until(() -> publisher[0].heard(PubRec.class).size() == 2);

            assertEquals(
                    ReasonCode.NOT_AUTHORIZED,
                    publisher[0].heard(PubRec.class).get(1).reasonCode());
            assertFalse(heard().contains("2"));
        }
    }

    @Nested
    class SEC_34 {

        @Test
        void shouldRefuseAnotherPrincipalWithTheSameClientIdentifierAndLeaveTheFirstAlone() {
            TestClient victim = harness.connect(
                            harness.opening("c").user("alice").expiry(1000))
                    .subscribe("#", Qos.AT_LEAST_ONCE);
            for (String thief : new String[] {"bob", "Alice", "alice "}) {
                TestClient other = harness.open(harness.opening("c").user(thief).cleanStart());
                assertEquals(ReasonCode.NOT_AUTHORIZED, other.connAck().reasonCode());
            }
            harness.connect("p").publish("a", "1");
            victim.hear(Publish.class);
            victim.wire.breakOff();
            harness.settle();
            harness.connect("q").publish("a", "2", Qos.AT_LEAST_ONCE, 1).hear(PubAck.class);
            TestClient thief = harness.open(harness.opening("c").user("bob").expiry(1000));
            assertEquals(ReasonCode.NOT_AUTHORIZED, thief.connAck().reasonCode());
            assertNull(thief.heard(Publish.class).stream().findAny().orElse(null));

            TestClient again =
                    harness.connect(harness.opening("c").user("alice").expiry(1000));
            assertTrue(again.connAck().sessionPresent());
            again.hear(Publish.class);
            assertEquals(List.of("2"), again.texts());
        }
    }
}
