// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PropertiesTest {
    private static final Properties ALL_KINDS = Properties.builder()
            .user("b", "1")
            .number(Property.RECEIVE_MAXIMUM, 65_535)
            .binary(Property.CORRELATION_DATA, Payload.of(new byte[] {1, 2}))
            .text(Property.CONTENT_TYPE, "text/plain")
            .user("a", "2")
            .user("b", "1")
            .build();

    @Test
    void shouldAnswerWhatWasSet() {
        assertFalse(ALL_KINDS.isEmpty());
        assertEquals(65_535, ALL_KINDS.number(Property.RECEIVE_MAXIMUM, -1));
        assertEquals(Payload.of(new byte[] {1, 2}), ALL_KINDS.binary(Property.CORRELATION_DATA));
        assertEquals("text/plain", ALL_KINDS.text(Property.CONTENT_TYPE));
        assertTrue(ALL_KINDS.has(Property.CONTENT_TYPE));
        assertTrue(ALL_KINDS.has(Property.USER_PROPERTY));
    }

    @Test
    void shouldKeepUserPropertiesAsTheyWereSent() {
        assertEquals(
                List.of(new UserProperty("b", "1"), new UserProperty("a", "2"), new UserProperty("b", "1")),
                ALL_KINDS.userProperties());
    }

    @Test
    void shouldAnswerThatAPropertyIsAbsent() {
        for (Property property : Property.values()) {
            assertFalse(Properties.NONE.has(property));
        }
        assertEquals(-1, ALL_KINDS.number(Property.MESSAGE_EXPIRY_INTERVAL, -1));
        assertNull(ALL_KINDS.text(Property.RESPONSE_TOPIC));
        assertNull(ALL_KINDS.binary(Property.AUTHENTICATION_DATA));
        assertTrue(Properties.NONE.isEmpty());
        assertSame(Properties.NONE, Properties.builder().build());
    }

    @Test
    void shouldVisitInTheOrderOfIdentifiers() {
        List<String> visited = new ArrayList<>();
        ALL_KINDS.forEach((property, value) -> visited.add(property.identifier() + "=" + value));

        assertEquals(List.of("3=text/plain", "9=2 bytes", "33=65535"), visited);
    }

    @ParameterizedTest(name = "{0} holds 0 to {1}")
    @CsvSource({
        "MAXIMUM_QOS, 255",
        "TOPIC_ALIAS, 65535",
        "SESSION_EXPIRY_INTERVAL, 4294967295",
        "SUBSCRIPTION_IDENTIFIER, 268435455",
    })
    void shouldHoldNumbersThatFit(Property property, long maximum) {
        assertEquals(0, Properties.builder().number(property, 0).build().number(property, -1));
        assertEquals(
                maximum, Properties.builder().number(property, maximum).build().number(property, -1));
        refused(() -> Properties.builder().number(property, maximum + 1));
        refused(() -> Properties.builder().number(property, -1));
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseAValueOfAnotherType(Property property) {
        Property.Type type = property.type();
        if (!type.isNumber()) {
            refused(() -> Properties.builder().number(property, 0));
            refused(() -> Properties.NONE.number(property, 0));
        }
        if (type != Property.Type.UTF_8_STRING) {
            refused(() -> Properties.builder().text(property, ""));
        }
        if (type != Property.Type.BINARY_DATA) {
            refused(() -> Properties.builder().binary(property, Payload.EMPTY));
        }
    }

    @Test
    void shouldNotChangeWhenItsBuilderIsUsedAgain() {
        Properties.Builder builder =
                Properties.builder().text(Property.CONTENT_TYPE, "first").user("a", "1");
        Properties first = builder.build();
        Properties second =
                builder.text(Property.CONTENT_TYPE, "second").user("b", "2").build();

        assertEquals("first", first.text(Property.CONTENT_TYPE));
        assertEquals(1, first.userProperties().size());
        assertEquals("second", second.text(Property.CONTENT_TYPE));
        assertThrows(
                UnsupportedOperationException.class,
                () -> first.userProperties().clear());
    }

    @Test
    void shouldTakeAwayWithoutChangingTheOriginal() {
        Properties fewer = ALL_KINDS.toBuilder()
                .without(Property.CONTENT_TYPE)
                .without(Property.USER_PROPERTY)
                .build();

        assertFalse(fewer.has(Property.CONTENT_TYPE));
        assertFalse(fewer.has(Property.USER_PROPERTY));
        assertTrue(fewer.has(Property.CORRELATION_DATA));
        assertTrue(ALL_KINDS.has(Property.CONTENT_TYPE));
        assertEquals(3, ALL_KINDS.userProperties().size());
    }

    @Test
    void shouldKnowWhatItsBuilderHas() {
        Properties.Builder builder = Properties.builder();
        assertFalse(builder.has(Property.CONTENT_TYPE));
        assertFalse(builder.has(Property.USER_PROPERTY));
        builder.text(Property.CONTENT_TYPE, "").user("", "");
        assertTrue(builder.has(Property.CONTENT_TYPE));
        assertTrue(builder.has(Property.USER_PROPERTY));
    }

    @Test
    void shouldBeEqualWhenAllPropertiesAre() {
        Properties same = ALL_KINDS.toBuilder().build();

        assertEquals(ALL_KINDS, same);
        assertEquals(ALL_KINDS.hashCode(), same.hashCode());
        assertNotEquals(ALL_KINDS, same.toBuilder().user("c", "3").build());
        assertNotEquals(
                ALL_KINDS, same.toBuilder().text(Property.CONTENT_TYPE, "other").build());
    }

    private static void refused(Runnable action) {
        assertThrows(IllegalArgumentException.class, action::run);
    }
}
