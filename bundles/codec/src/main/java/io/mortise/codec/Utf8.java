// SPDX-License-Identifier: Apache-2.0
package io.mortise.codec;

import io.mortise.api.protocol.ProtocolViolation;
import io.netty.buffer.ByteBuf;

/**
 * Tells well-formed UTF-8 from the rest (MQTT 5.0, 1.5.4; Unicode, table 3-7). Any thread.
 *
 * <p>Looks at the bytes themselves: once decoded, an overlong form cannot be told from the shortest one.
 */
final class Utf8 {
    private Utf8() {}

    /**
     * Checks a part of a frame: no overlong form, no surrogate, nothing above U+10FFFF, nothing cut short, and no U+0000.
     *
     * @throws ProtocolViolation if it is not
     */
    static void check(ByteBuf frame, int index, int length, String what) {
        int end = index + length;
        int at = index;
        while (at < end) {
            int lead = frame.getByte(at++);
            if (lead > 0) {
                continue;
            }
            if (lead == 0) {
                throw Violations.malformed(what + ": no U+0000 expected, got one"); // [MQTT-1.5.4-2]
            }
            at = sequence(frame, lead & 0xFF, at, end, what);
        }
    }

    /** Checks what follows a byte above 0x7F, and returns where the next character begins. */
    private static int sequence(ByteBuf frame, int lead, int at, int end, String what) {
        // The first byte that follows decides about overlong forms (E0, F0), surrogates (ED) and U+10FFFF (F4).
        int lowest = 0x80;
        int highest = 0xBF;
        int following;
        if (lead >= 0xC2 && lead <= 0xDF) {
            following = 1;
        } else if (lead >= 0xE0 && lead <= 0xEF) {
            following = 2;
            lowest = lead == 0xE0 ? 0xA0 : lowest;
            highest = lead == 0xED ? 0x9F : highest;
        } else if (lead >= 0xF0 && lead <= 0xF4) {
            following = 3;
            lowest = lead == 0xF0 ? 0x90 : lowest;
            highest = lead == 0xF4 ? 0x8F : highest;
        } else {
            throw illFormed(what);
        }
        if (end - at < following) {
            throw illFormed(what);
        }
        for (int i = 0; i < following; i++) {
            int next = frame.getUnsignedByte(at + i);
            if (next < lowest || next > highest) {
                throw illFormed(what);
            }
            lowest = 0x80;
            highest = 0xBF;
        }
        return at + following;
    }

    private static ProtocolViolation illFormed(String what) {
        return Violations.malformed(what + ": well-formed UTF-8 expected, got other bytes"); // [MQTT-1.5.4-1]
    }
}
