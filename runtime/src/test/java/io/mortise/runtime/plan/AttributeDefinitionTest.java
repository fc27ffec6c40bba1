// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mortise.runtime.plan.AttributeDefinition.Type;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttributeDefinitionTest {

    @ParameterizedTest
    @CsvSource({
        "STRING, on, on",
        "INTEGER, -7, -7",
        "LONG, 9000000000, 9000000000",
        "SHORT, 7, 7",
        "BYTE, 7, 7",
        "DOUBLE, 0.5, 0.5",
        "FLOAT, 0.5, 0.5",
        "CHARACTER, x, x",
        "BOOLEAN, true, true",
    })
    void shouldParseEachType(Type type, String text, String value) {
        Object parsed = one(type).parse(text);

        assertEquals(type.name(), parsed.getClass().getSimpleName().toUpperCase(java.util.Locale.ROOT));
        assertEquals(value, parsed.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "INTEGER, abc, a whole number",
        "INTEGER, 9000000000, a whole number",
        "INTEGER, '', a whole number",
        "BYTE, 300, a whole number",
        "DOUBLE, NaN, a number",
        "BOOLEAN, yes, true or false",
        "CHARACTER, xy, one character",
    })
    void shouldSayWhatItExpectedWhenAValueIsWrong(Type type, String text, String expected) {
        AttributeDefinition attribute = one(type);

        assertThrows(IllegalArgumentException.class, () -> attribute.parse(text));
        assertEquals(expected, attribute.expected());
    }

    @Test
    void shouldKeepToItsRange() {
        AttributeDefinition port = new AttributeDefinition("port", Type.INTEGER, 0, null, "0", "65535", List.of());

        assertEquals(65535, port.parse("65535"));
        assertThrows(IllegalArgumentException.class, () -> port.parse("65536"));
        assertThrows(IllegalArgumentException.class, () -> port.parse("-1"));
        assertEquals("a whole number from 0 to 65535", port.expected());
    }

    @Test
    void shouldKeepToItsLengthWhenItIsAText() {
        AttributeDefinition name = new AttributeDefinition("name", Type.STRING, 0, null, "2", "3", List.of());

        assertEquals("abc", name.parse("abc"));
        assertThrows(IllegalArgumentException.class, () -> name.parse("a"));
        assertThrows(IllegalArgumentException.class, () -> name.parse("abcd"));
        assertEquals("a text of 2 to 3 characters", name.expected());
    }

    @Test
    void shouldKeepToItsOptions() {
        AttributeDefinition level =
                new AttributeDefinition("level", Type.STRING, 0, null, null, null, List.of("disk", "memory"));

        assertEquals("disk", level.parse("disk"));
        assertThrows(IllegalArgumentException.class, () -> level.parse("tape"));
        assertEquals("one of disk, memory", level.expected());
    }

    @Test
    void shouldSplitSeveralValuesAtCommas() {
        AttributeDefinition array = new AttributeDefinition("a", Type.INTEGER, 3, null, null, null, List.of());
        AttributeDefinition list = new AttributeDefinition("l", Type.STRING, -9, null, null, null, List.of());

        assertArrayEquals(new Integer[] {1, 2, 3}, (Integer[]) array.parse(" 1, 2,3 "));
        assertArrayEquals(new Integer[0], (Integer[]) array.parse(""));
        assertThrows(IllegalArgumentException.class, () -> array.parse("1,2,3,4"));
        assertEquals(List.of("a,b", "c\\"), list.parse(AttributeDefinition.join(List.of("a,b", "c\\"))));
    }

    private static AttributeDefinition one(Type type) {
        return new AttributeDefinition("key", type, 0, null, null, null, List.of());
    }
}
