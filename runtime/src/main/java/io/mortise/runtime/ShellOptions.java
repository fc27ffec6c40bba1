// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The options of {@code mortise shell}. Immutable.
 *
 * @param data the folder that the broker writes to; {@code null} is the distribution's
 * @param command what to execute, as one line; {@code null} is to be asked for
 */
record ShellOptions(@Nullable Path data, @Nullable String command) {

    /** Options come before the command, so that the command may have its own. */
    static ShellOptions parse(List<String> words) throws CommandFailure {
        Path data = null;
        Arguments arguments = new Arguments(words);
        for (String word = arguments.peek(); word != null && word.startsWith("-"); word = arguments.peek()) {
            arguments.take();
            if (word.equals("--data")) {
                data = Path.of(arguments.value(word, "a folder"));
            } else if (word.startsWith("--data=")) {
                data = Path.of(word.substring("--data=".length()));
            } else if (word.equals("--")) {
                break;
            } else {
                throw CommandFailure.usage(word + " is not an option of shell: expected --data");
            }
        }
        List<String> command = arguments.rest();
        return new ShellOptions(data, command.isEmpty() ? null : String.join(" ", command));
    }
}
