// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import java.util.LinkedHashMap;
import java.util.Map;

/** Names with a value each, one a line, the values aligned. Used by one thread; values are made harmless. */
final class Sheet {
    private final Map<String, String> lines = new LinkedHashMap<>();
    private int width;

    void line(String name, Object value) {
        String key = Readable.escaped(name);
        lines.put(key, Readable.escaped(value.toString()));
        width = Math.max(width, key.length());
    }

    /** All lines, each with a line break but the last. */
    String print() {
        StringBuilder text = new StringBuilder();
        lines.forEach((name, value) -> {
            if (!text.isEmpty()) {
                text.append('\n');
            }
            text.append(name).append(" ".repeat(width - name.length() + 2)).append(value);
        });
        return text.toString();
    }
}
