// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class MortiseTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void shouldPrintHelpAsAnAnswerWhenAskedAndAsAMessageWhenNot() {
        assertEquals(0, execute("--help"));
        assertTrue(out.toString().contains("mortise run"), out.toString());
        assertEquals("", err.toString());

        out.reset();
        assertEquals(CommandFailure.USAGE, execute());
        assertEquals("", out.toString());
        assertTrue(err.toString().contains("mortise run"), err.toString());
    }

    private int execute(String... arguments) {
        return Mortise.execute(List.of(arguments), new PrintStream(out), new PrintStream(err));
    }
}
