// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.Topic;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopicAliasesTest {
    private final TopicAliases aliases = new TopicAliases(3);

    private static Publish publish(Topic topic, int alias) {
        Message message = new Message(topic, Payload.EMPTY, Qos.AT_MOST_ONCE, false);
        return new Publish(message, Qos.AT_MOST_ONCE, false, false, 0, alias, List.of());
    }

    private String resolve(String topic, int alias) {
        return aliases.resolve(publish(topic.isEmpty() ? Topic.NONE : Topic.of(topic), alias))
                .topic()
                .name();
    }

    @Test
    void shouldRememberAndReplaceWhatAnAliasStandsFor() {
        assertEquals("a", resolve("a", 3));
        assertEquals("a", resolve("", 3));
        assertEquals("b", resolve("b", 3));
        assertEquals("b", resolve("", 3));
    }

    @Test
    void shouldRefuseAnAliasAboveTheMaximum() {
        ProtocolViolation violation = assertThrows(ProtocolViolation.class, () -> resolve("a", 4));
        assertEquals(ReasonCode.TOPIC_ALIAS_INVALID, violation.reasonCode());
    }

    @Test
    void shouldRefuseAnAliasThatStandsForNothing() {
        ProtocolViolation violation = assertThrows(ProtocolViolation.class, () -> resolve("", 2));
        assertEquals(ReasonCode.PROTOCOL_ERROR, violation.reasonCode());
    }

    @Test
    void shouldTakeUpWhatWasKnown() {
        resolve("a", 1);
        TopicAliases next = new TopicAliases(3);
        next.restore(aliases.known());

        assertEquals("a", next.resolve(publish(Topic.NONE, 1)).topic().name());
        assertEquals(Map.of(1, Topic.of("a")), next.known());
    }
}
