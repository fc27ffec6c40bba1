// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import io.mortise.api.protocol.Payload;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Values as a person reads them on a terminal. Any thread.
 *
 * <p>Most texts that are shown were chosen by a client: whatever a terminal could take for a command, or that would show
 * one thing as another, is escaped.
 */
final class Readable {
    private static final long SECOND = 1_000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    private Readable() {}

    /** A time span by its two largest units: {@code 3m 12s}. */
    static String duration(long millis) {
        long rounded = Math.max(0, millis);
        if (rounded < MINUTE) {
            return rounded / SECOND + "s";
        }
        if (rounded < HOUR) {
            return rounded / MINUTE + "m " + rounded % MINUTE / SECOND + "s";
        }
        if (rounded < DAY) {
            return rounded / HOUR + "h " + rounded % HOUR / MINUTE + "m";
        }
        return rounded / DAY + "d " + rounded % DAY / HOUR + "h";
    }

    /** How long something took: {@code 15 us}, {@code 240 ms}, {@code 3m 12s}. */
    static String time(long nanos) {
        long micros = Math.max(0, nanos) / 1_000;
        if (micros < 1_000) {
            return micros + " us";
        }
        long millis = micros / 1_000;
        return millis < 10 * SECOND ? millis + " ms" : duration(millis);
    }

    /** A number of bytes: {@code 12 B}, {@code 3.4 KiB}. */
    static String size(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        String[] units = {"KiB", "MiB", "GiB", "TiB"};
        double value = bytes / 1024.0;
        int unit = 0;
        // 1023.95 would be rounded to 1024.0
        while (value >= 1023.95 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
    }

    /** A number with its noun: {@code 1 client}, {@code 3 clients}. */
    static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    /** The text with everything escaped that is no visible character or space. */
    static String escaped(String text) {
        if (text.codePoints().allMatch(Readable::isHarmless)) {
            return text;
        }
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(codePoint -> {
            if (isHarmless(codePoint)) {
                escaped.appendCodePoint(codePoint);
            } else {
                escaped.append(String.format(Locale.ROOT, codePoint < 0x1_0000 ? "\\u%04x" : "\\u{%x}", codePoint));
            }
        });
        return escaped.toString();
    }

    /** The text, or as many of its first characters as leave room for an ellipsis. */
    static String cut(String text, int width) {
        if (text.length() <= width || text.codePointCount(0, text.length()) <= width) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, width - 1)) + "…";
    }

    /** The beginning of a payload if it is text, its line breaks shown as spaces; otherwise a word about what it is. */
    static String preview(Payload payload, int width) {
        if (payload.isEmpty()) {
            return "(empty)";
        }
        // No character takes more than four bytes; one more than fits, so that it is seen that something was cut.
        ByteBuffer bytes = payload.asByteBuffer();
        int limit = Math.min(bytes.limit(), 4 * (width + 1));
        boolean whole = limit == bytes.limit();
        CharBuffer text = CharBuffer.allocate(limit);
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        // With more to come, half a character at the end is no error.
        CoderResult result = decoder.decode(bytes.limit(limit), text, whole);
        if (result.isError()) {
            return "(binary)";
        }
        String preview = text.flip().toString().replaceAll("[\\r\\n\\t]+", " ");
        if (!preview.codePoints().allMatch(Readable::isHarmless)) {
            return "(binary)";
        }
        return cut(whole ? preview : preview + "…", width);
    }

    private static boolean isHarmless(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL, // escape sequences begin with one
                    Character.FORMAT, // turns the direction of what follows, or is invisible
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
