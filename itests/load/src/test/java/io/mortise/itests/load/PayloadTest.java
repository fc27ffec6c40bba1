// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PayloadTest {

    private static final int AT = 3;

    private final Payload payload = new Payload(64);
    private final byte[] bytes = new byte[AT + 64 + 5];

    @Test
    void shouldReadBackWhatWasWritten() {
        payload.write(bytes, AT, 7, 1L << 40, 123_456_789_012L);
        assertTrue(payload.isIntact(bytes, AT, AT + 64));
        assertEquals(7, Payload.publisher(bytes, AT));
        assertEquals(1L << 40, Payload.sequence(bytes, AT));
        assertEquals(123_456_789_012L, Payload.sentAt(bytes, AT));
    }

    @Test
    void shouldNoticeEverySingleChangedBit() {
        payload.write(bytes, AT, 7, 41, 99);
        for (int bit = 0; bit < 64 * 8; bit++) {
            int at = AT + bit / 8;
            bytes[at] ^= (byte) (1 << bit % 8);
            assertFalse(payload.isIntact(bytes, AT, AT + 64), "bit " + bit);
            bytes[at] ^= (byte) (1 << bit % 8);
        }
        assertTrue(payload.isIntact(bytes, AT, AT + 64));
    }

    @Test
    void shouldNoticeFillerOfAnotherMessage() {
        byte[] other = new byte[64];
        payload.write(bytes, AT, 7, 41, 99);
        payload.write(other, 0, 7, 42, 99);
        System.arraycopy(other, Payload.HEADER_LENGTH, bytes, AT + Payload.HEADER_LENGTH, 64 - Payload.HEADER_LENGTH);
        assertFalse(payload.isIntact(bytes, AT, AT + 64));
    }

    @Test
    void shouldNoticeAnotherLength() {
        payload.write(bytes, AT, 7, 41, 99);
        assertFalse(payload.isIntact(bytes, AT, AT + 63));
        assertFalse(payload.isIntact(bytes, AT, AT + 65));
    }

    @Test
    void shouldRefuseLengthBelowItsHeader() {
        assertThrows(IllegalArgumentException.class, () -> new Payload(Payload.HEADER_LENGTH - 1));
    }
}
