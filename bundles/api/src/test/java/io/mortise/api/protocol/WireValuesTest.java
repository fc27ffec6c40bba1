// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The small enums whose constants stand for numbers on the wire. */
class WireValuesTest {

    @ParameterizedTest
    @EnumSource
    void shouldFindEachQosByItsValue(Qos qos) {
        assertSame(qos, Qos.of(qos.value()));
    }

    @ParameterizedTest
    @EnumSource
    void shouldFindEachPacketTypeByItsValue(PacketType type) {
        assertSame(type, PacketType.of(type.value()));
    }

    @ParameterizedTest
    @EnumSource
    void shouldFindEachRetainHandlingByItsValue(RetainHandling handling) {
        assertSame(handling, RetainHandling.of(handling.ordinal()));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 3, Integer.MAX_VALUE})
    void shouldRefuseOtherValuesOfTwoBits(int value) {
        assertThrows(IllegalArgumentException.class, () -> Qos.of(value));
        assertThrows(IllegalArgumentException.class, () -> RetainHandling.of(value));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 16})
    void shouldRefuseOtherPacketTypes(int value) {
        assertThrows(IllegalArgumentException.class, () -> PacketType.of(value));
    }

    @Test
    void shouldHaveTheValuesOfTheSpecification() {
        assertEquals(1, PacketType.CONNECT.value());
        assertEquals(3, PacketType.PUBLISH.value());
        assertEquals(14, PacketType.DISCONNECT.value());
        assertEquals(15, PacketType.AUTH.value());
        assertEquals(2, Qos.EXACTLY_ONCE.value());
    }

    @Test
    void shouldTakeTheLowerQos() {
        assertSame(Qos.AT_MOST_ONCE, Qos.AT_MOST_ONCE.atMost(Qos.EXACTLY_ONCE));
        assertSame(Qos.AT_LEAST_ONCE, Qos.EXACTLY_ONCE.atMost(Qos.AT_LEAST_ONCE));
        assertSame(Qos.EXACTLY_ONCE, Qos.EXACTLY_ONCE.atMost(Qos.EXACTLY_ONCE));
    }
}
