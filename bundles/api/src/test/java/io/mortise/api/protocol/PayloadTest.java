// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 15, 16, 17, 100, 10_000})
    void shouldBeEqualWhenAllBytesAre(int size) {
        byte[] bytes = bytes(size);
        Payload payload = Payload.of(bytes);

        assertEquals(payload, Payload.of(bytes(size)));
        assertEquals(payload.hashCode(), Payload.of(bytes(size)).hashCode());
        assertNotEquals(payload, Payload.of(bytes(size + 1)));
        for (int i = 0; i < size; i++) {
            bytes[i]++;
            assertNotEquals(payload, Payload.of(bytes), "byte " + i);
            bytes[i]--;
        }
    }

    @Test
    void shouldNotHashTheMiddleOfALargePayload() {
        byte[] other = bytes(10_000);
        other[5_000]++;

        assertEquals(Payload.of(bytes(10_000)).hashCode(), Payload.of(other).hashCode());
    }

    @Test
    void shouldHashItsEnds() {
        byte[] begin = bytes(100);
        begin[0]++;
        byte[] end = bytes(100);
        end[99]++;

        assertNotEquals(Payload.of(bytes(100)).hashCode(), Payload.of(begin).hashCode());
        assertNotEquals(Payload.of(bytes(100)).hashCode(), Payload.of(end).hashCode());
    }

    @Test
    void shouldNotChangeWithTheArraysAroundIt() {
        byte[] bytes = bytes(10);
        Payload payload = Payload.of(bytes);

        Arrays.fill(bytes, (byte) 99);
        Arrays.fill(payload.toByteArray(), (byte) 99);

        assertArrayEquals(bytes(10), payload.toByteArray());
        assertTrue(payload.asByteBuffer().isReadOnly());
        assertFalse(payload.asByteBuffer().hasArray());
    }

    @Test
    void shouldHandOutItsBytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Payload.of(bytes(300)).writeTo(out::write);

        assertArrayEquals(bytes(300), out.toByteArray());
        assertEquals(300, Payload.of(bytes(300)).asByteBuffer().remaining());
    }

    @Test
    void shouldBeTheEmptyOneWhenThereAreNoBytes() {
        assertSame(Payload.EMPTY, Payload.of(new byte[0]));
        assertSame(Payload.EMPTY, Payload.of(""));
        assertTrue(Payload.EMPTY.isEmpty());
        assertEquals(0, Payload.EMPTY.size());
    }

    @Test
    void shouldBeTextWhenItIsUtf8() {
        assertEquals("grün", Payload.of("grün").toText());
        assertEquals(5, Payload.of("grün").size());
        assertEquals("\uFFFD", Payload.of((byte) 0xFF).toText());
    }

    @Test
    void shouldNotSayWhatIsInIt() {
        assertEquals("6 bytes", Payload.of("secret").toString());
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (i * 7);
        }
        return bytes;
    }
}
