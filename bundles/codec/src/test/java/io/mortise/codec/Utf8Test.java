// SPDX-License-Identifier: Apache-2.0
package io.mortise.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.ReasonCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // nothing
                "61 01 7F", // one byte each, control characters too
                "C2 80 DF BF", // first and last of two bytes
                "E0 A0 80 ED 9F BF", // first of three bytes, last before the surrogates
                "EE 80 80 EF BF BF", // first after the surrogates, the last noncharacter of three bytes
                "EF BB BF 61", // U+FEFF is neither skipped nor stripped [MQTT-1.5.4-3]
                "F0 90 80 80 F4 8F BF BF", // first and last of four bytes
                "61 C3 A9 F0 9F 8E B8 62"
            })
    void shouldAcceptWellFormedBytes(String hex) {
        assertTrue(isAccepted(Wire.bytes(hex)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00", // U+0000
                "61 00 62",
                "80", // nothing to continue
                "61 BF",
                "C0 80", // overlong U+0000
                "C0 AF", // overlong slash
                "C1 BF",
                "E0 80 AF",
                "E0 9F BF",
                "F0 80 80 AF",
                "F0 8F BF BF",
                "ED A0 80", // first surrogate
                "ED BF BF", // last surrogate
                "ED A0 BC ED BE B8", // a pair of them
                "F4 90 80 80", // above U+10FFFF
                "F5 80 80 80",
                "F8 88 80 80 80",
                "FE",
                "FF",
                "C3", // cut
                "E2 82",
                "F0 9F 8E",
                "C3 61", // not continued
                "E2 82 61",
                "E2 61 AC",
                "F0 9F 8E 61",
                "C3 C3 A9"
            })
    void shouldRefuseOtherBytes(String hex) {
        byte[] bytes = Wire.bytes(hex);
        ByteBuf frame = Unpooled.wrappedBuffer(bytes);
        ProtocolViolation violation =
                assertThrows(ProtocolViolation.class, () -> Utf8.check(frame, 0, bytes.length, "text"));
        assertEquals(ReasonCode.MALFORMED_PACKET, violation.reasonCode());
    }

    @Test
    void shouldAgreeWithTheDecoderOfTheJdkOnAllOneTwoAndThreeByteSequences() {
        for (int value = 0; value < 1 << 16; value++) {
            assertAgrees((byte) (value >> 8), (byte) value);
            if (value >= 0xE000) {
                for (int last : new int[] {0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF}) {
                    assertAgrees((byte) (value >> 8), (byte) value, (byte) last);
                    assertAgrees((byte) (value >> 8), (byte) value, (byte) last, (byte) 0x80);
                }
            }
        }
    }

    private static void assertAgrees(byte... bytes) {
        boolean expected;
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            expected = true;
            for (byte each : bytes) {
                expected &= each != 0;
            }
        } catch (CharacterCodingException malformed) {
            expected = false;
        }
        assertEquals(expected, isAccepted(bytes), () -> HexFormat.of().formatHex(bytes));
    }

    private static boolean isAccepted(byte[] bytes) {
        try {
            Utf8.check(Unpooled.wrappedBuffer(bytes), 0, bytes.length, "text");
            return true;
        } catch (ProtocolViolation refused) {
            return false;
        }
    }
}
