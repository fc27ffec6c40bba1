// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.Topic;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OutboundAliasesTest {
    private final OutboundAliases aliases = new OutboundAliases(3);

    private static Publish plain(String topic) {
        return new Publish(new Message(Topic.of(topic), Payload.of("1"), Qos.AT_LEAST_ONCE, true), 7);
    }

    /** What is sent for a topic, as {@code alias:name}. */
    private String send(String topic) {
        Publish sent = aliases.shorten(plain(topic));
        Topic name = sent.message().topic();
        return sent.topicAlias() + ":" + (name == Topic.NONE ? "" : name.name());
    }

    @Test
    void shouldGiveAnAliasTheSecondTimeAndLeaveTheNameOutFromThenOn() {
        assertEquals("0:topic", send("topic"));
        assertEquals("1:topic", send("topic"));
        assertEquals("1:", send("topic"));
        assertEquals("0:other", send("other"));
        assertEquals("2:other", send("other"));
        assertEquals("1:", send("topic"));
    }

    @Test
    void shouldKeepEverythingElse() {
        send("topic");
        Publish sent = aliases.shorten(plain("topic"));
        assertEquals(Qos.AT_LEAST_ONCE, sent.qos());
        assertEquals(7, sent.packetId());
        assertTrue(sent.retain());
        assertEquals(Payload.of("1"), aliases.shorten(plain("topic")).message().payload());
    }

    @Test
    void shouldLeaveShortNamesAlone() {
        Publish publish = plain("a/b");
        assertSame(publish, aliases.shorten(publish));
        assertSame(publish, aliases.shorten(publish));
    }

    @Test
    void shouldNotLetTopicsThatTakeTurnsPushEachOtherOut() {
        int told = 0;
        for (int round = 0; round < 100; round++) {
            for (int topic = 0; topic < 5; topic++) {
                told += send("topic" + topic).matches("[123]:topic.") ? 1 : 0;
            }
        }
        assertEquals(3, told, "each alias is given once");
    }

    @Test
    void shouldGiveTheAliasOfATopicThatIsNoLongerSentToAnother() {
        for (String topic : new String[] {"first", "second", "third"}) {
            send(topic);
            send(topic);
        }
        for (int i = 0; i < 64; i++) {
            assertEquals("2:", send("second"));
            assertEquals("3:", send("third"));
        }
        assertEquals("0:fourth", send("fourth"));
        assertEquals("1:fourth", send("fourth"));
        assertEquals("1:", send("fourth"));
        assertEquals("0:first", send("first"));
        assertEquals("0:first", send("first"), "nobody is idle now");
    }

    @Test
    void shouldTakeBackAnAliasThatTheClientWasNotToldAbout() {
        send("topic");
        Publish told = aliases.shorten(plain("topic"));
        assertTrue(OutboundAliases.tells(told));
        aliases.takeBack(told);

        assertEquals("1:topic", send("topic"));
        assertFalse(OutboundAliases.tells(aliases.shorten(plain("topic"))));
    }

    @Test
    void shouldAlwaysMeanTheTopicThatItWasTold() {
        OutboundAliases many = new OutboundAliases(4);
        Topic[] client = new Topic[5];
        Random random = new Random(7);
        Set<Integer> used = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            String topic = "topic" + (int) Math.abs(random.nextGaussian() * 6 + i / 2_000);
            Publish sent = many.shorten(plain(topic));
            int alias = sent.topicAlias();
            if (alias == 0) {
                assertEquals(topic, sent.message().topic().name());
            } else if (sent.message().topic() != Topic.NONE) {
                if (random.nextInt(5) == 0) {
                    many.takeBack(sent);
                    continue;
                }
                client[alias] = sent.message().topic();
                used.add(alias);
                assertEquals(topic, client[alias].name());
            } else {
                assertEquals(topic, client[alias].name());
            }
        }
        assertEquals(Set.of(1, 2, 3, 4), used);
        assertNotEquals(0, used.size());
    }
}
