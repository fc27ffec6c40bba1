// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class WillTest {
    private static final long NOW = 1_000_000;

    @Test
    void shouldBecomeTheMessageThatWasAskedFor() {
        Will will = new Will(Topic.of("a"), Payload.of("gone"), Qos.EXACTLY_ONCE, true, Properties.NONE);

        Message message = will.message(NOW);

        assertEquals(new Message(will.topic(), will.payload(), Qos.EXACTLY_ONCE, true), message);
        assertEquals(Message.NEVER, message.expiresAtMillis());
        assertFalse(message.hasExpired(Long.MAX_VALUE - 1));
        assertEquals(0, will.delaySeconds());
    }

    /** 3.1.3.2.4: it is the publication expiry interval when the server publishes the will. */
    @Test
    void shouldCountTheExpiryFromPublishing() {
        Message message = will(Properties.builder().number(Property.MESSAGE_EXPIRY_INTERVAL, 30))
                .message(NOW);

        assertEquals(NOW + 30_000, message.expiresAtMillis());
        assertFalse(message.hasExpired(NOW + 29_999));
        assertTrue(message.hasExpired(NOW + 30_000));
    }

    @Test
    void shouldTakeTheLongestIntervals() {
        Will will = will(Properties.builder()
                .number(Property.MESSAGE_EXPIRY_INTERVAL, 4_294_967_295L)
                .number(Property.WILL_DELAY_INTERVAL, 4_294_967_295L));

        assertEquals(NOW + 4_294_967_295_000L, will.message(NOW).expiresAtMillis());
        assertEquals(4_294_967_295L, will.delaySeconds());
    }

    @Test
    void shouldForwardOnlyThePropertiesOfTheMessage() {
        Properties forwarded = Properties.builder()
                .number(Property.PAYLOAD_FORMAT_INDICATOR, 1)
                .text(Property.CONTENT_TYPE, "text/plain")
                .text(Property.RESPONSE_TOPIC, "answers")
                .binary(Property.CORRELATION_DATA, Payload.of("1"))
                .user("a", "1")
                .user("a", "2")
                .build();
        Will will = will(forwarded.toBuilder()
                .number(Property.WILL_DELAY_INTERVAL, 5)
                .number(Property.MESSAGE_EXPIRY_INTERVAL, 6));

        assertEquals(forwarded, will.message(NOW).properties());
        assertEquals(5, will.delaySeconds());
    }

    @Test
    void shouldHaveNoPropertiesLeftWhenNoneAreForwarded() {
        assertSame(
                Properties.NONE,
                will(Properties.builder().number(Property.WILL_DELAY_INTERVAL, 5))
                        .message(NOW)
                        .properties());
    }

    private static Will will(Properties.Builder properties) {
        return new Will(Topic.of("a"), Payload.EMPTY, Qos.AT_MOST_ONCE, false, properties.build());
    }
}
