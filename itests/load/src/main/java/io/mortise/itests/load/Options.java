// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The options of a command line, each {@code --name value}.
 *
 * <p>Used only on the main thread. An option that nobody asked for is a mistake of the user, which {@link #end} tells.
 */
public final class Options {

    private final Map<String, List<String>> given = new HashMap<>();

    public Options(List<String> arguments) {
        for (int i = 0; i < arguments.size(); i += 2) {
            String name = arguments.get(i);
            if (!name.startsWith("--") || i + 1 == arguments.size()) {
                throw new IllegalArgumentException("an option and its value expected, not " + name);
            }
            given.computeIfAbsent(name.substring(2), n -> new ArrayList<>()).add(arguments.get(i + 1));
        }
    }

    /** All values of an option that may be repeated. */
    public List<String> all(String name) {
        List<String> values = given.remove(name);
        return values == null ? List.of() : values;
    }

    public String text(String name, String otherwise) {
        List<String> values = all(name);
        return values.isEmpty() ? otherwise : values.get(values.size() - 1);
    }

    public List<String> list(String name, String otherwise) {
        return List.of(text(name, otherwise).split(","));
    }

    public long number(String name, long otherwise) {
        String value = text(name, Long.toString(otherwise));
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("a number expected for --" + name + ", not " + value, e);
        }
    }

    public int smallNumber(String name, int otherwise) {
        return Math.toIntExact(number(name, otherwise));
    }

    public Duration seconds(String name, long otherwise) {
        return Duration.ofSeconds(number(name, otherwise));
    }

    /** Refuses what is left. */
    public void end() {
        if (!given.isEmpty()) {
            throw new IllegalArgumentException(
                    "unknown option --" + given.keySet().iterator().next());
        }
    }
}
