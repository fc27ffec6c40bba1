// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BundleCommandTest {

    @TempDir
    private Path home;

    @Test
    void shouldNameTheCommandsThereAreWhenOneIsUnknown() {
        CommandFailure unknown = assertThrows(CommandFailure.class, () -> run("start"));

        assertEquals(CommandFailure.USAGE, unknown.status());
        assertEquals("start is not a command: expected run, shell, assemble, help or --version", unknown.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"jar", "javac"})
    void shouldNotTakeTheToolsOfJavaForItsOwn(String name) {
        assertEquals(
                CommandFailure.USAGE,
                assertThrows(CommandFailure.class, () -> run(name)).status());
    }

    private void run(String name) throws CommandFailure {
        PrintStream nowhere = new PrintStream(new ByteArrayOutputStream());
        new BundleCommand(new Distribution(home), nowhere, nowhere).run(name, List.of());
    }
}
