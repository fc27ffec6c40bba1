// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The words of a command line, taken one after the other; {@code --option=value} is two of them. Used by one thread.
 */
public final class Arguments {

    private final List<String> words;
    private int next;

    public Arguments(List<String> words) {
        this.words = words;
    }

    public boolean isEmpty() {
        return next == words.size();
    }

    /** The next word, which stays where it is; {@code null} at the end. */
    public @Nullable String peek() {
        return isEmpty() ? null : words.get(next);
    }

    public String take() {
        return words.get(next++);
    }

    /** All that is left. */
    public List<String> rest() {
        List<String> rest = List.copyOf(words.subList(next, words.size()));
        next = words.size();
        return rest;
    }

    /** The value of {@code option}, which has just been taken. */
    public String value(String option, String what) throws CommandFailure {
        if (isEmpty() || isOption(words.get(next))) {
            throw CommandFailure.usage(option + ": expected " + what + " after it");
        }
        return take();
    }

    /** The values of {@code option}, which has just been taken: all up to the next option, and at least one. */
    public List<String> values(String option, String what) throws CommandFailure {
        List<String> values = new ArrayList<>();
        values.add(value(option, what));
        while (!isEmpty() && !isOption(words.get(next))) {
            values.add(take());
        }
        return values;
    }

    /** Splits each {@code --option=value}. */
    public static Arguments split(List<String> words) {
        List<String> split = new ArrayList<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            if (isOption(word) && equals > 0) {
                split.add(word.substring(0, equals));
                split.add(word.substring(equals + 1));
            } else {
                split.add(word);
            }
        }
        return new Arguments(split);
    }

    private static boolean isOption(String word) {
        return word.startsWith("--");
    }
}
