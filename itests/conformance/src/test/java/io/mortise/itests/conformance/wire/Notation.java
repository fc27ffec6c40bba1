// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes as a person writes them: {@code "10 [ <MQTT> 04 (level) 02 (clean) 003c <me> ]"}.
 *
 * <ul>
 *   <li>{@code 3c} a byte in hexadecimal
 *   <li>{@code 'hi'} the characters in UTF-8
 *   <li>{@code <a/b>} the same after their length in two bytes: a UTF-8 string of the specification
 *   <li>{@code [ … ]} what is between them, after its length as a variable byte integer
 *   <li>{@code (label)} nothing
 *   <li>{@code ..} any byte, and {@code ...} whatever there is up to the next {@code ]} or the end; only in what is expected
 *   <li>{@code @} in characters: the name of the running test, so that no two of them meet on one topic
 * </ul>
 */
final class Notation {
    private static final int ANY = -1;
    private static final int REST = -2;

    private final String text;
    private final String name;
    private int position;

    private Notation(String text, String name) {
        this.text = text;
        this.name = name;
    }

    /** The bytes that a text stands for. */
    static byte[] bytes(String text, String name) {
        int[] parsed = new Notation(text, name).parse();
        byte[] bytes = new byte[parsed.length];
        for (int i = 0; i < parsed.length; i++) {
            if (parsed[i] < 0) {
                throw new IllegalArgumentException("only what is expected may be left open: " + text);
            }
            bytes[i] = (byte) parsed[i];
        }
        return bytes;
    }

    /** Whether these are the bytes that a text stands for. Lengths are checked; the text's own may be open with its content. */
    static boolean matches(String text, String name, byte[] actual) {
        Notation notation = new Notation(text, name);
        Group pattern = notation.group(true);
        return pattern.matches(actual, 0, actual.length);
    }

    private int[] parse() {
        List<Integer> bytes = new ArrayList<>();
        group(true).write(bytes);
        return bytes.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Items in a row: bytes, open places, and groups with a length before them. */
    private record Group(List<Object> items) {

        void write(List<Integer> into) {
            for (Object item : items) {
                if (item instanceof Group inner) {
                    List<Integer> content = new ArrayList<>();
                    inner.write(content);
                    int length = content.size();
                    do {
                        int digit = length & 0x7f;
                        length >>>= 7;
                        into.add(length > 0 ? digit | 0x80 : digit);
                    } while (length > 0);
                    into.addAll(content);
                } else {
                    into.add((Integer) item);
                }
            }
        }

        boolean matches(byte[] actual, int start, int end) {
            int at = start;
            for (Object item : items) {
                if (item.equals(REST)) {
                    return true;
                }
                if (at >= end) {
                    return false;
                }
                if (item instanceof Group inner) {
                    int length = 0;
                    int shift = 0;
                    int digit;
                    do {
                        if (at >= end) {
                            return false;
                        }
                        digit = actual[at++] & 0xff;
                        length |= (digit & 0x7f) << shift;
                        shift += 7;
                    } while ((digit & 0x80) != 0);
                    if (at + length > end || !inner.matches(actual, at, at + length)) {
                        return false;
                    }
                    at += length;
                } else if (item.equals(ANY) || item.equals(actual[at] & 0xff)) {
                    at++;
                } else {
                    return false;
                }
            }
            return at == end;
        }
    }

    private Group group(boolean outermost) {
        List<Object> items = new ArrayList<>();
        while (position < text.length()) {
            char next = text.charAt(position++);
            switch (next) {
                case ' ' -> {}
                case '(' -> upTo(')');
                case '[' -> items.add(group(false));
                case ']' -> {
                    if (outermost) {
                        throw new IllegalArgumentException("] without [ in " + text);
                    }
                    return new Group(items);
                }
                case '\'' -> add(items, utf8(upTo('\'')));
                case '<' -> {
                    byte[] characters = utf8(upTo('>'));
                    add(items, new byte[] {(byte) (characters.length >> 8), (byte) characters.length});
                    add(items, characters);
                }
                case '.' -> {
                    boolean rest = text.startsWith("..", position);
                    position += rest ? 2 : 1;
                    items.add(rest ? REST : ANY);
                }
                default -> {
                    items.add(Integer.parseInt(text.substring(position - 1, position + 1), 16));
                    position++;
                }
            }
        }
        if (!outermost) {
            throw new IllegalArgumentException("[ without ] in " + text);
        }
        return new Group(items);
    }

    private String upTo(char end) {
        int from = position;
        int to = text.indexOf(end, from);
        if (to < 0) {
            throw new IllegalArgumentException(end + " expected in " + text);
        }
        position = to + 1;
        return text.substring(from, to);
    }

    private byte[] utf8(String characters) {
        return characters.replace("@", name).getBytes(StandardCharsets.UTF_8);
    }

    private static void add(List<Object> items, byte[] bytes) {
        for (byte b : bytes) {
            items.add(b & 0xff);
        }
    }
}
