// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

/** What a person is told of an exception that ended a command. Any thread. */
final class Failure {
    /** How Gogo begins when no method takes the arguments; it goes on with Java's types. */
    private static final String MISFIT = "Cannot coerce ";

    private Failure() {}

    /** One line: the message, after the name of the exception where the message may not speak for itself. */
    static String sentence(Exception exception) {
        Throwable failure = exception;
        while (isWrapper(failure) && failure.getCause() != null) {
            failure = failure.getCause();
        }
        String name = failure.getClass().getSimpleName();
        String message = failure.getMessage();
        if (message == null || message.isBlank()) {
            return name;
        }
        String line = Readable.escaped(message.lines().map(String::strip).collect(Collectors.joining(" ")));
        if (line.startsWith(MISFIT) && line.indexOf('(') > 0) {
            String command = line.substring(MISFIT.length(), line.indexOf('('));
            return command + " cannot take these arguments; 'help " + command + "' tells which it takes";
        }
        boolean speaksForItself =
                failure instanceof IllegalArgumentException || failure instanceof IllegalStateException;
        return speaksForItself ? line : name + ": " + line;
    }

    private static boolean isWrapper(Throwable failure) {
        return failure instanceof ExecutionException || failure instanceof InvocationTargetException;
    }
}
