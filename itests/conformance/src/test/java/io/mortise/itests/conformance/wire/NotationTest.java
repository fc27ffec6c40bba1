// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class NotationTest {

    @Test
    void shouldWriteWhatATextStandsFor() {
        assertEquals("100f00044d515454040200000003743161", hex("10 [ <MQTT> 04 (level) 02 (clean) 0000 <@a> ]"));
        assertEquals("300500016126" + "68", hex("30 [ <a> 26 'h' ]"));
        assertEquals("8101" + "61".repeat(129), hex("[ '" + "a".repeat(129) + "' ]"));
        assertEquals("020100", hex("[ [ 00 ] ]"));
    }

    @Test
    void shouldMatchWhatIsLeftOpen() {
        assertTrue(matches("e0 [ 82 ... ]", "e00182"));
        assertTrue(matches("e0 [ 82 ... ]", "e0038201" + "1f"));
        assertTrue(matches("40 [ .. 01 ]", "40020701"));
        assertFalse(matches("40 [ .. 01 ]", "40020702"));
        assertFalse(matches("40 [ 01 ]", "40020102"));
        assertFalse(matches("40 [ 01 02 ]", "400101"));
        assertFalse(matches("40 [ 01 ]", "4001"));
        assertFalse(matches("40 [ 01 ]", "400101" + "00"));
    }

    @Test
    void shouldRefuseATextThatIsNone() {
        assertThrows(IllegalArgumentException.class, () -> hex("10 ["));
        assertThrows(IllegalArgumentException.class, () -> hex("10 ]"));
        assertThrows(IllegalArgumentException.class, () -> hex("<a"));
        assertThrows(IllegalArgumentException.class, () -> hex(".."));
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(Notation.bytes(text, "t1"));
    }

    private static boolean matches(String text, String bytes) {
        return Notation.matches(text, "t1", HexFormat.of().parseHex(bytes));
    }
}
