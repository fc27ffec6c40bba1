// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.sqlite;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One line of an export: a JSON object whose values are strings, whole numbers, truth values, and lists of strings and numbers.
 * Used by one thread.
 */
final class JsonLine {
    private final Map<String, Object> values = new LinkedHashMap<>();

    JsonLine with(String key, Object value) {
        values.put(key, value);
        return this;
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    String text(String key) {
        return value(key, String.class, "a string");
    }

    long number(String key) {
        return value(key, Long.class, "a whole number");
    }

    boolean truth(String key) {
        return value(key, Boolean.class, "true or false");
    }

    /** A list that is there, or an empty one. */
    List<?> list(String key) {
        return has(key) ? value(key, List.class, "a list") : List.of();
    }

    private <T> T value(String key, Class<T> type, String expected) {
        Object value = values.get(key);
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException(
                    "\"" + key + "\": expected " + expected + ", got " + (value == null ? "nothing" : value));
        }
        return type.cast(value);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("{");
        values.forEach((key, value) -> {
            text.append(text.length() == 1 ? "" : ",");
            write(key, text);
            text.append(':');
            write(value, text);
        });
        return text.append('}').toString();
    }

    private static void write(Object value, StringBuilder text) {
        if (value instanceof String string) {
            text.append('"');
            string.chars().forEach(each -> {
                if (each == '"' || each == '\\') {
                    text.append('\\').append((char) each);
                } else if (each < ' ' || each == 0x7F) {
                    text.append(String.format("\\u%04x", each));
                } else {
                    text.append((char) each);
                }
            });
            text.append('"');
        } else if (value instanceof List<?> list) {
            text.append('[');
            for (int i = 0; i < list.size(); i++) {
                text.append(i == 0 ? "" : ",");
                write(list.get(i), text);
            }
            text.append(']');
        } else {
            text.append(value);
        }
    }

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException if it is not such an object
     */
    static JsonLine parse(String line) {
        return new Parser(line).object();
    }

    private static final class Parser {
        private final String line;
        private int at;

        Parser(String line) {
            this.line = line;
        }

        JsonLine object() {
            JsonLine object = new JsonLine();
            expect('{');
            if (!takes('}')) {
                do {
                    String key = string();
                    expect(':');
                    object.with(key, value(true));
                } while (takes(','));
                expect('}');
            }
            if (peek() != null) {
                throw wrong("the end of the line");
            }
            return object;
        }

        private Object value(boolean withLists) {
            Character next = peek();
            if (next == null) {
                throw wrong("a value");
            }
            if (next == '"') {
                return string();
            }
            if (next == '[' && withLists) {
                return list();
            }
            if (line.startsWith("true", at)) {
                at += 4;
                return Boolean.TRUE;
            }
            if (line.startsWith("false", at)) {
                at += 5;
                return Boolean.FALSE;
            }
            int from = at;
            while (at < line.length() && "-0123456789".indexOf(line.charAt(at)) >= 0) {
                at++;
            }
            try {
                return Long.valueOf(line.substring(from, at));
            } catch (NumberFormatException none) {
                throw wrong("a string, a whole number, true, false or a list");
            }
        }

        private List<Object> list() {
            List<Object> list = new ArrayList<>();
            expect('[');
            if (!takes(']')) {
                do {
                    list.add(value(false));
                } while (takes(','));
                expect(']');
            }
            return list;
        }

        private String string() {
            expect('"');
            StringBuilder text = new StringBuilder();
            while (true) {
                char each = next();
                if (each == '"') {
                    return text.toString();
                }
                text.append(each == '\\' ? escaped() : each);
            }
        }

        private char escaped() {
            char each = next();
            return switch (each) {
                case 'n' -> '\n';
                case 't' -> '\t';
                case 'r' -> '\r';
                case 'b' -> '\b';
                case 'f' -> '\f';
                case 'u' -> {
                    String digits = line.substring(at, Math.min(at + 4, line.length()));
                    if (!digits.matches("[0-9a-fA-F]{4}")) {
                        throw wrong("four hexadecimal digits");
                    }
                    at += 4;
                    yield (char) Integer.parseInt(digits, 16);
                }
                case '"', '\\', '/' -> each;
                default -> throw wrong("an escape of JSON");
            };
        }

        private char next() {
            if (at == line.length()) {
                throw wrong("the rest of a string");
            }
            return line.charAt(at++);
        }

        private @Nullable Character peek() {
            while (at < line.length() && (line.charAt(at) == ' ' || line.charAt(at) == '\t')) {
                at++;
            }
            return at < line.length() ? line.charAt(at) : null;
        }

        private boolean takes(char wanted) {
            Character next = peek();
            boolean there = next != null && next == wanted;
            at += there ? 1 : 0;
            return there;
        }

        private void expect(char wanted) {
            if (!takes(wanted)) {
                throw wrong("'" + wanted + "'");
            }
        }

        private IllegalArgumentException wrong(String expected) {
            return new IllegalArgumentException("column " + (at + 1) + ": expected " + expected);
        }
    }
}
