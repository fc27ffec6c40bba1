// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.jwt;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The claims of a token as attributes of its client: each is called {@code jwt.} and its name, what is inside another has the
 * names of both with a dot between, and a list is lines of its entries. Any thread.
 */
final class Claims {

    /** When the token ends, in seconds since the epoch. */
    static final String EXPIRY = name("exp");

    private static final int DEEPEST = 4;

    private Claims() {}

    /** What the attribute of a claim is called. */
    static String name(String claim) {
        return "jwt." + claim;
    }

    static Map<String, String> attributes(Map<String, Object> claims) {
        Map<String, String> attributes = new HashMap<>();
        claims.forEach((claim, value) -> put(attributes, name(claim), value, 1));
        return attributes;
    }

    private static void put(Map<String, String> attributes, String name, @Nullable Object value, int depth) {
        if (value instanceof Map<?, ?> inner) {
            if (depth < DEEPEST) {
                inner.forEach((key, each) -> put(attributes, name + "." + key, each, depth + 1));
            }
        } else if (value instanceof Collection<?> list) {
            StringBuilder lines = new StringBuilder();
            for (Object each : list) {
                if (each instanceof String || each instanceof Number || each instanceof Boolean) {
                    lines.append(each).append('\n');
                }
            }
            attributes.put(name, lines.toString());
        } else if (value instanceof Date date) {
            attributes.put(name, Long.toString(TimeUnit.MILLISECONDS.toSeconds(date.getTime())));
        } else if (value != null) {
            attributes.put(name, value.toString());
        }
    }

    /** The entries of a claim that is a list, or the words of one that is a text (RFC 8693, 4.2). */
    static List<String> entries(@Nullable String attribute) {
        if (attribute == null) {
            return List.of();
        }
        List<String> entries = new ArrayList<>();
        for (String entry : attribute.split(attribute.endsWith("\n") ? "\n" : " ", -1)) {
            if (!entry.isBlank()) {
                entries.add(entry);
            }
        }
        return entries;
    }
}
