// SPDX-License-Identifier: Apache-2.0
package io.mortise.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.protocol.ProtocolViolation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DataTypesTest {

    @ParameterizedTest
    @CsvSource({
        "0, 00",
        "127, 7F",
        "128, 80 01",
        "16383, FF 7F",
        "16384, 80 80 01",
        "2097151, FF FF 7F",
        "2097152, 80 80 80 01",
        "268435455, FF FF FF 7F"
    })
    void shouldReadAndWriteVariableByteIntegers(int value, String hex) {
        byte[] bytes = Wire.bytes(hex);
        assertEquals(value, DataTypes.variableByteInteger(Unpooled.wrappedBuffer(bytes), "length", true));
        ByteBuf out = Unpooled.buffer();
        DataTypes.writeVariableByteInteger(out, value);
        assertArrayEquals(bytes, ByteBufUtil.getBytes(out));
        assertEquals(bytes.length, DataTypes.sizeOfVariableByteInteger(value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "80", "80 00", "FF 00", "80 80 00", "FF FF FF", "80 80 80 00", "FF FF FF FF 01"})
    void shouldRefuseOtherVariableByteIntegers(String hex) {
        ByteBuf frame = Unpooled.wrappedBuffer(Wire.bytes(hex));
        assertThrows(ProtocolViolation.class, () -> DataTypes.variableByteInteger(frame, "length", true));
    }

    @Test
    void shouldSayWhatWasExpectedAndWhatCame() {
        ByteBuf frame = Unpooled.wrappedBuffer(Wire.bytes("00 05 'abc'"));
        ProtocolViolation violation =
                assertThrows(ProtocolViolation.class, () -> DataTypes.utf8String(frame, "user name"));
        assertTrue(violation.reason().contains("user name: 5 bytes expected, got 3"), violation.reason());
    }
}
