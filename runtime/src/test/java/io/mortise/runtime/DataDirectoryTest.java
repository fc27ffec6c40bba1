// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {

    @TempDir
    Path directory;

    @Test
    void shouldKeepASecondBrokerOutUntilTheFirstHasGone() throws Exception {
        Path data = directory.resolve("data");
        try (DataDirectory first = DataDirectory.open(data)) {
            CommandFailure failure = assertThrows(CommandFailure.class, () -> DataDirectory.open(data));

            assertEquals(data.toRealPath(), first.path());
            assertEquals(CommandFailure.FAILED, failure.status());
            assertTrue(
                    failure.getMessage()
                            .startsWith(data + " is in use by another broker (process "
                                    + ProcessHandle.current().pid() + ")"),
                    failure.getMessage());
        }
        DataDirectory.open(data).close();
    }

    @Test
    void shouldEmptyWhatAnEarlierProcessLeftInTheTemporaryFolder() throws Exception {
        try (DataDirectory data = DataDirectory.open(directory)) {
            Path temporary = data.temporary();
            Files.createDirectories(temporary.resolve("a/b"));
            Files.writeString(temporary.resolve("a/b/left"), "x");

            assertEquals(temporary, data.temporary());
            assertFalse(Files.exists(temporary.resolve("a")));
            assertTrue(Files.isDirectory(temporary));
        }
    }

    @Test
    void shouldSayWhereItCannotWrite() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "not a folder");

        CommandFailure failure = assertThrows(CommandFailure.class, () -> DataDirectory.open(file));

        assertTrue(failure.getMessage().startsWith("cannot write to " + file), failure.getMessage());
    }
}
