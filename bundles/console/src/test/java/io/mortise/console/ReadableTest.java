// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mortise.api.protocol.Payload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadableTest {

    @ParameterizedTest
    @CsvSource({
        "-5, 0s",
        "0, 0s",
        "59999, 59s",
        "60000, 1m 0s",
        "192000, 3m 12s",
        "3599999, 59m 59s",
        "3600000, 1h 0m",
        "86399999, 23h 59m",
        "356400000, 4d 3h"
    })
    void shouldSayDurationsByTheirTwoLargestUnits(long millis, String expected) {
        assertEquals(expected, Readable.duration(millis));
    }

    @ParameterizedTest
    @CsvSource({
        "-1, 0 us",
        "999, 0 us",
        "999999, 999 us",
        "1000000, 1 ms",
        "9999999999, 9999 ms",
        "10000000000, 10s",
        "192000000000, 3m 12s"
    })
    void shouldSayHowLongSomethingTook(long nanos, String expected) {
        assertEquals(expected, Readable.time(nanos));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "1023, 1023 B",
        "1024, 1.0 KiB",
        "3500, 3.4 KiB",
        "1048575, 1.0 MiB",
        "268435455, 256.0 MiB",
        "5497558138880, 5.0 TiB"
    })
    void shouldSaySizesInTheUnitThatFits(long bytes, String expected) {
        assertEquals(expected, Readable.size(bytes));
    }

    @Test
    void shouldSayOneOrMany() {
        assertEquals("1 client", Readable.count(1, "client"));
        assertEquals("0 clients", Readable.count(0, "client"));
    }

    @Test
    void shouldLeaveWhatIsHarmlessAsItIs() {
        assertEquals(
                "K\u00fcche/\u51b0\u7bb1/\ud83d\ude00 a\\b",
                Readable.escaped("K\u00fcche/\u51b0\u7bb1/\ud83d\ude00 a\\b"));
    }

    @Test
    void shouldEscapeWhatIsInvisibleOrMovesTheCursor() {
        assertEquals(
                "a\\u0007\\u009b\\u202e\\u200b\\u2028\\ud800\\u{e0001}",
                Readable.escaped("a\u0007\u009b\u202e\u200b\u2028\ud800\udb40\udc01"));
    }

    @Test
    void shouldNotCutACharacterInTwo() {
        assertEquals("\ud83d\ude00…", Readable.cut("\ud83d\ude00\ud83d\ude00\ud83d\ude00", 2));
        assertEquals("\ud83d\ude00\ud83d\ude00", Readable.cut("\ud83d\ude00\ud83d\ude00", 2));
    }

    @Test
    void shouldPreviewText() {
        assertEquals("(empty)", Readable.preview(Payload.EMPTY, 10));
        assertEquals("4.5 \u00b0C", Readable.preview(Payload.of("4.5 \u00b0C"), 10));
        assertEquals("{ \"a\": 1 }", Readable.preview(Payload.of("{\r\n\t\"a\": 1\n}"), 10));
        assertEquals("123456789…", Readable.preview(Payload.of("12345678901"), 10));
    }

    @Test
    void shouldPreviewTheBeginningOfALongText() {
        assertEquals("\u20ac\u20ac\u20ac…", Readable.preview(Payload.of("\u20ac".repeat(10_000)), 4));
        assertEquals(
                "a" + "\ud83d\ude00".repeat(2) + "…",
                Readable.preview(Payload.of("a" + "\ud83d\ude00".repeat(10_000)), 4));
    }

    @Test
    void shouldNotShowWhatIsNoText() {
        assertEquals("(binary)", Readable.preview(Payload.of((byte) 0xC3), 10));
        assertEquals("(binary)", Readable.preview(Payload.of((byte) 0xFF, (byte) 'a'), 10));
        assertEquals("(binary)", Readable.preview(Payload.of("a\u001b[2J"), 10));
        assertEquals("(binary)", Readable.preview(Payload.of("a\0b"), 10));
    }
}
