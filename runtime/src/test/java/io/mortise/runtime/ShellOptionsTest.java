// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShellOptionsTest {

    @Test
    void shouldAskForCommandsWhenNoneIsGiven() throws CommandFailure {
        assertEquals(new ShellOptions(null, null), ShellOptions.parse(List.of()));
    }

    @Test
    void shouldLeaveTheOptionsOfTheCommandAlone() throws CommandFailure {
        assertEquals(
                new ShellOptions(Path.of("d"), "lb -s --data=x"),
                ShellOptions.parse(List.of("--data", "d", "lb", "-s", "--data=x")));
        assertEquals(new ShellOptions(Path.of("d"), "-x"), ShellOptions.parse(List.of("--data=d", "--", "-x")));
    }

    @Test
    void shouldRefuseAnUnknownOption() {
        CommandFailure failure = assertThrows(CommandFailure.class, () -> ShellOptions.parse(List.of("--dat", "d")));

        assertEquals(CommandFailure.USAGE, failure.status());
        assertEquals("--dat is not an option of shell: expected --data", failure.getMessage());
    }
}
