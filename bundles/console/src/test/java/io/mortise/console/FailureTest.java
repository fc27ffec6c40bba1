// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class FailureTest {

    @Test
    void shouldLetOurOwnSentencesSpeakForThemselves() {
        assertEquals(
                "there is no client 'x'", Failure.sentence(new IllegalArgumentException("there is no client 'x'")));
    }

    @Test
    void shouldNameOtherExceptions() {
        assertEquals("IOException: /tmp/x.jar", Failure.sentence(new IOException("/tmp/x.jar")));
        assertEquals("NullPointerException", Failure.sentence(new NullPointerException()));
    }

    @Test
    void shouldTellTheCauseOfWhatOnlyWrapsIt() {
        assertEquals(
                "StackOverflowError",
                Failure.sentence(new ExecutionException(new InvocationTargetException(new StackOverflowError()))));
    }

    @Test
    void shouldStayOnOneHarmlessLine() {
        assertEquals("one two\\u001b[2J", Failure.sentence(new IllegalStateException("one\n  two\u001b[2J\n")));
    }

    @Test
    void shouldPointToTheHelpWhenArgumentsDoNotFit() {
        assertEquals(
                "client cannot take these arguments; 'help client' tells which it takes",
                Failure.sentence(new IllegalArgumentException("Cannot coerce client() to any of [(String)]")));
    }
}
