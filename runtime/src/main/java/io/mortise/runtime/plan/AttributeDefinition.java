// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime.plan;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One key of a configuration and what its value may be: an AttributeDefinition of the Metatype specification (105.8).
 * Immutable.
 *
 * @param key its name
 * @param type of one value
 * @param cardinality 0 is one value, positive an array of at most so many, negative a list of at most so many
 * @param fallback what holds if nothing is configured, {@code null} if metatype does not say
 * @param min the least number, or the least length of a text
 * @param max the greatest number, or the greatest length of a text
 * @param options the only values there are; empty if any of the type will do
 */
public record AttributeDefinition(
        String key,
        Type type,
        int cardinality,
        @Nullable String fallback,
        @Nullable String min,
        @Nullable String max,
        List<String> options) {

    /** The scalar types of the Metatype specification. */
    public enum Type {
        STRING("a text"),
        PASSWORD("a text"),
        LONG("a whole number"),
        INTEGER("a whole number"),
        SHORT("a whole number"),
        BYTE("a whole number"),
        DOUBLE("a number"),
        FLOAT("a number"),
        CHARACTER("one character"),
        BOOLEAN("true or false");

        private final String words;

        Type(String words) {
            this.words = words;
        }
    }

    public AttributeDefinition {
        options = List.copyOf(options);
    }

    /**
     * The value that {@code text} spells, as Config Admin keeps it.
     *
     * @throws IllegalArgumentException if it is not {@link #expected()}
     */
    public Object parse(String text) {
        if (cardinality == 0) {
            return parseOne(text);
        }
        List<String> texts = split(text);
        if (texts.size() > Math.abs((long) cardinality)) {
            throw new IllegalArgumentException(texts.size() + " values");
        }
        List<Object> values = new ArrayList<>();
        for (String each : texts) {
            values.add(parseOne(each));
        }
        return cardinality < 0 ? values : values.toArray(emptyArray());
    }

    /** What a right value is, in words. */
    public String expected() {
        StringBuilder words = new StringBuilder();
        if (!options.isEmpty()) {
            words.append(options.size() == 1 ? "" : "one of ").append(String.join(", ", options));
        } else {
            words.append(type.words).append(range());
        }
        return cardinality == 0 ? words.toString() : "values separated by commas, each " + words;
    }

    /** Spells {@code values} so that {@link #parse} finds them again. */
    public static String join(List<String> values) {
        List<String> escaped = new ArrayList<>();
        for (String value : values) {
            escaped.add(value.replace("\\", "\\\\").replace(",", "\\,"));
        }
        return String.join(", ", escaped);
    }

    private Object parseOne(String text) {
        if (!options.isEmpty() && !options.contains(text)) {
            throw new IllegalArgumentException(text);
        }
        return switch (type) {
            case STRING, PASSWORD -> inRange(text, BigDecimal.valueOf(text.length()));
            case LONG -> inRange(Long.valueOf(text), new BigDecimal(text));
            case INTEGER -> inRange(Integer.valueOf(text), new BigDecimal(text));
            case SHORT -> inRange(Short.valueOf(text), new BigDecimal(text));
            case BYTE -> inRange(Byte.valueOf(text), new BigDecimal(text));
            case DOUBLE -> inRange(Double.valueOf(text), new BigDecimal(text));
            case FLOAT -> inRange(Float.valueOf(text), new BigDecimal(text));
            case CHARACTER -> oneCharacter(text);
            case BOOLEAN -> trueOrFalse(text);
        };
    }

    private Object inRange(Object value, BigDecimal measure) {
        if (min != null && measure.compareTo(new BigDecimal(min)) < 0
                || max != null && measure.compareTo(new BigDecimal(max)) > 0) {
            throw new IllegalArgumentException(value.toString());
        }
        return value;
    }

    private static Object oneCharacter(String text) {
        if (text.length() != 1) {
            throw new IllegalArgumentException(text);
        }
        return text.charAt(0);
    }

    private static Object trueOrFalse(String text) {
        return switch (text) {
            case "true" -> Boolean.TRUE;
            case "false" -> Boolean.FALSE;
            default -> throw new IllegalArgumentException(text);
        };
    }

    private String range() {
        boolean length = type == Type.STRING || type == Type.PASSWORD;
        String unit = length ? " characters" : "";
        if (min != null && max != null) {
            return (length ? " of " : " from ") + min + " to " + max + unit;
        }
        if (min != null) {
            return " of at least " + min + unit;
        }
        return max == null ? "" : " of at most " + max + unit;
    }

    private Object[] emptyArray() {
        return switch (type) {
            case STRING, PASSWORD -> new String[0];
            case LONG -> new Long[0];
            case INTEGER -> new Integer[0];
            case SHORT -> new Short[0];
            case BYTE -> new Byte[0];
            case DOUBLE -> new Double[0];
            case FLOAT -> new Float[0];
            case CHARACTER -> new Character[0];
            case BOOLEAN -> new Boolean[0];
        };
    }

    /** Commas separate, blanks around them do not count, a backslash takes the next character as it is. */
    private static List<String> split(String text) {
        List<String> values = new ArrayList<>();
        if (text.isBlank()) {
            return values;
        }
        StringBuilder value = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                value.append(text.charAt(++i));
            } else if (c == ',') {
                values.add(value.toString().strip());
                value.setLength(0);
            } else {
                value.append(c);
            }
        }
        values.add(value.toString().strip());
        return values;
    }
}
