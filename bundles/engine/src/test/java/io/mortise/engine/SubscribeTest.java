// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.protocol.Disconnect;
import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Packet;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.PubAck;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.RetainHandling;
import io.mortise.api.protocol.SubAck;
import io.mortise.api.protocol.Subscribe;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.protocol.UnsubAck;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SubscribeTest {
    private final Harness harness = new Harness();
    private final TestClient publisher = harness.connect("p");

    @AfterEach
    void end() {
        harness.close();
    }

    /** Retained messages r/0000, r/0001, … */
    private void retain(int count) {
        for (int i = 0; i < count; i++) {
            publisher.retain(topic(i), "m" + i);
        }
        publisher.hear(PubAck.class, count);
    }

    private static String topic(int number) {
        return "r/%04d".formatted(number);
    }

    private static Subscribe subscribe(String filter, Qos qos) {
        return new Subscribe(5, List.of(new Subscription(TopicFilter.of(filter), qos)), Properties.NONE);
    }

    @Test
    void shouldAnswerEachFilter() {
        harness.auth.permissions = new TestAuth.OnTopics(topic -> !topic.equals("secret"));
        TestClient client = harness.connect("c");
        client.subscribe(
                new Subscription(TopicFilter.of("a"), Qos.EXACTLY_ONCE),
                new Subscription(TopicFilter.of("secret"), Qos.AT_MOST_ONCE),
                new Subscription(TopicFilter.of("/".repeat(40)), Qos.AT_MOST_ONCE),
                new Subscription(TopicFilter.of("b"), Qos.AT_MOST_ONCE));

        assertEquals(
                List.of(
                        ReasonCode.GRANTED_QOS_2,
                        ReasonCode.NOT_AUTHORIZED,
                        ReasonCode.TOPIC_FILTER_INVALID,
                        ReasonCode.SUCCESS),
                client.hear(SubAck.class).reasonCodes());
    }

    @Test
    void shouldUnsubscribeWhatExists() {
        TestClient client = harness.connectLasting("c").subscribe("a", Qos.AT_MOST_ONCE);
        client.unsubscribe("a").unsubscribe("a");
        List<UnsubAck> answers = client.hear(UnsubAck.class, 2);

        assertEquals(List.of(ReasonCode.SUCCESS), answers.get(0).reasonCodes());
        assertEquals(List.of(ReasonCode.NO_SUBSCRIPTION_EXISTED), answers.get(1).reasonCodes());
        assertEquals(0, harness.router.size());
        assertEquals(List.of(), harness.stored("c").subscriptions());
    }

    @Test
    void shouldLimitTheSubscriptionsOfASession() {
        TestClient client = harness.connect("c");
        for (int i = 0; i < Harness.SETTINGS.session().subscriptionsMaximum(); i++) {
            client.subscribe("a/" + i, Qos.AT_MOST_ONCE);
        }
        client.subscribe("one/more", Qos.AT_MOST_ONCE).subscribe("a/1", Qos.AT_LEAST_ONCE);
        List<SubAck> answers = client.heard(SubAck.class);

        assertEquals(
                List.of(ReasonCode.QUOTA_EXCEEDED),
                answers.get(answers.size() - 2).reasonCodes());
        assertEquals(
                List.of(ReasonCode.GRANTED_QOS_1),
                answers.get(answers.size() - 1).reasonCodes());
    }

    @Test
    void shouldRefuseNoLocalOnASharedSubscription() {
        TestClient client = harness.connect("c");
        client.say(new Subscribe(
                1,
                List.of(new Subscription(
                        TopicFilter.of("$share/g/a"),
                        Qos.AT_MOST_ONCE,
                        true,
                        false,
                        RetainHandling.SEND_AT_SUBSCRIBE,
                        List.of())),
                Properties.NONE));

        assertEquals(ReasonCode.PROTOCOL_ERROR, client.hear(Disconnect.class).reasonCode());
    }

    @Test
    void shouldSendRetainedMessagesBehindTheSubAckWithTheRetainFlag() {
        retain(600);
        harness.sessions.barrier.hold();
        TestClient client = new TestClient(harness.wire());
        client.say(harness.opening("c").build()).connAck();
        client.say(subscribe("#", Qos.AT_MOST_ONCE));
        harness.settle();
        harness.sessions.barrier.pass();
        List<Publish> heard = client.hear(Publish.class, 600);

        List<Packet> all = client.wire.sent();
        assertEquals(SubAck.class, all.get(1).getClass());
        assertTrue(heard.stream().allMatch(Publish::retain));
        assertEquals(
                600,
                heard.stream()
                        .map(publish -> publish.message().topic())
                        .distinct()
                        .count());
    }

    @Test
    void shouldWaitForAStoreThatIsSlowBeforeSubAckAndRetainedMessages() {
        retain(3);
        TestClient client = harness.connectLasting("c");
        harness.sessions.barrier.hold();
        client.say(subscribe("#", Qos.AT_MOST_ONCE));
        await().until(() -> harness.sessions.barrier.held() == 1);
        harness.settle();
        assertEquals(1, client.wire.sent().size());

        harness.sessions.barrier.pass();
        client.hear(Publish.class, 3);
        assertEquals(SubAck.class, client.wire.sent().get(1).getClass());
    }

    @Test
    void shouldHonourRetainHandling() {
        retain(1);
        TestClient client = harness.connect("c");
        client.subscribe("r/#", Qos.AT_MOST_ONCE, RetainHandling.DO_NOT_SEND);
        client.subscribe("r/#", Qos.AT_MOST_ONCE, RetainHandling.SEND_IF_NEW);
        harness.settle();
        assertEquals(0, client.publishes().size());
        client.subscribe("r/+", Qos.AT_MOST_ONCE, RetainHandling.SEND_IF_NEW);
        client.hear(Publish.class, 1);
        client.subscribe("r/+", Qos.AT_MOST_ONCE, RetainHandling.SEND_AT_SUBSCRIBE);
        client.hear(Publish.class, 2);
        client.subscribe("$share/g/r/+", Qos.AT_MOST_ONCE, RetainHandling.SEND_AT_SUBSCRIBE);
        harness.settle();

        assertEquals(2, client.publishes().size());
    }

    @Test
    void shouldNotSendRetainedMessagesThatHaveExpiredOrAreForbidden() {
        publisher.say(new Publish(
                new Message(
                        Topic.of("r/1"),
                        Payload.of("late"),
                        Qos.AT_LEAST_ONCE,
                        true,
                        Properties.NONE,
                        harness.clock.millis + 1),
                7));
        publisher.retain("r/2", "secret").retain("r/3", "fine");
        publisher.hear(PubAck.class, 3);
        harness.clock.millis++;
        harness.auth.permissions = new TestAuth.OnTopics(topic -> !topic.equals("r/2"));
        TestClient client = harness.connect("c").subscribe("r/#", Qos.AT_MOST_ONCE);
        client.hear(Publish.class);
        harness.settle();

        assertEquals(List.of("fine"), client.texts());
    }

    @Test
    void shouldSendAllRetainedMessagesToASlowWindowWithoutDroppingOrQueueingThem() {
        retain(300);
        TestClient client = harness.connect(harness.opening("c").expiry(1000).with(Property.RECEIVE_MAXIMUM, 10));
        client.subscribe("r/#", Qos.AT_LEAST_ONCE);
        for (int i = 0; i < 300; i++) {
            client.acknowledge(client.hear(Publish.class, i + 1).get(i));
            assertTrue(harness.stored("c").outbound().size() <= 12);
        }
        harness.settle();
        assertEquals(300, client.publishes().size());
        assertEquals(0, new Admin(harness.engine).session("c").dropped());
    }

    @Test
    void shouldNotTurnInCirclesWhileAConnectionDoesNotKeepUp() {
        retain(1000);
        TestClient client = harness.connect("c");
        client.wire.writable(false);
        client.subscribe("r/#", Qos.AT_MOST_ONCE);
        harness.settle();
        assertEquals(0, client.publishes().size());
        assertEquals(1, new Admin(harness.engine).session("c").queued());
        await().until(() -> harness.session("c").mailbox().size() == 0);

        client.wire.writable(true);
        client.hear(Publish.class, 1000);
    }

    @Test
    void shouldGoOnWithRetainedMessagesOnTheNextConnection() {
        retain(50);
        TestClient client = harness.connectLasting("c");
        client.wire.writable(false);
        client.subscribe("r/#", Qos.AT_LEAST_ONCE);
        harness.settle();
        client.wire.breakOff();

        harness.connectLasting("c").hear(Publish.class, 50);
    }

    @Test
    void shouldEndTheReplayWithTheSubscription() {
        retain(50);
        TestClient client = harness.connect("c");
        client.wire.writable(false);
        client.subscribe("r/#", Qos.AT_MOST_ONCE);
        client.unsubscribe("r/#").hear(UnsubAck.class);
        client.wire.writable(true);
        harness.settle();

        assertEquals(1, client.publishes().size());
    }

    @Test
    void shouldNeverShowARetainedMessageBehindANewerOne() {
        retain(400);
        TestClient client = harness.connect("c");
        client.say(subscribe("r/#", Qos.AT_MOST_ONCE));
        for (int i = 0; i < 400; i++) {
            publisher.retain(topic(i), "new");
        }
        publisher.hear(PubAck.class, 800);
        harness.settle();
        await().until(() -> harness.session("c").mailbox().size() == 0);

        for (int i = 0; i < 400; i++) {
            Topic topic = Topic.of(topic(i));
            List<String> seen = client.publishes().stream()
                    .map(Publish::message)
                    .filter(message -> message.topic().equals(topic))
                    .map(message -> message.payload().toText())
                    .toList();
            assertFalse(seen.isEmpty());
            assertEquals("new", seen.get(seen.size() - 1), topic.name());
        }
    }
}
