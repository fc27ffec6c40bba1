// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.runtime.configuration.Setting;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunOptionsTest {

    @Test
    void shouldRunTheFullFeatureFromTheDistributionByDefault() throws CommandFailure {
        RunOptions options = RunOptions.parse(List.of());

        assertNull(options.conf());
        assertNull(options.data());
        assertEquals(List.of("full"), options.features());
        assertEquals(List.of(), options.settings());
    }

    @Test
    void shouldTakeSeveralValuesAfterOneOptionOrRepeatedOptions() throws CommandFailure {
        RunOptions options = RunOptions.parse(List.of(
                "--conf",
                "c",
                "--data=d",
                "--feature",
                "minimal",
                "console",
                "--set",
                "p:a=1",
                "p:b=2",
                "--set=q~x:c="));

        assertEquals(Path.of("c"), options.conf());
        assertEquals(Path.of("d"), options.data());
        assertEquals(List.of("minimal", "console"), options.features());
        assertEquals(
                List.of(new Setting("p", "a", "1"), new Setting("p", "b", "2"), new Setting("q~x", "c", "")),
                options.settings());
    }

    @Test
    void shouldKeepColonsAndEqualsSignsOfAValue() throws CommandFailure {
        RunOptions options = RunOptions.parse(List.of("--set", "p:host=[::1]:a=b"));

        assertEquals(List.of(new Setting("p", "host", "[::1]:a=b")), options.settings());
    }

    @Test
    void shouldNameTheOptionsThereAreWhenOneIsUnknown() {
        CommandFailure failure = assertThrows(CommandFailure.class, () -> RunOptions.parse(List.of("--port", "1")));

        assertEquals(CommandFailure.USAGE, failure.status());
        assertEquals(
                "--port is not an option of run: expected --conf, --data, --feature or --set", failure.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--conf", "--data", "--feature", "--set"})
    void shouldMissTheValueOfAnOption(String option) {
        CommandFailure atEnd = assertThrows(CommandFailure.class, () -> RunOptions.parse(List.of(option)));
        CommandFailure beforeOption =
                assertThrows(CommandFailure.class, () -> RunOptions.parse(List.of(option, "--data", "d")));

        assertTrue(atEnd.getMessage().startsWith(option + ": expected "), atEnd.getMessage());
        assertTrue(beforeOption.getMessage().startsWith(option + ": expected "), beforeOption.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"port=1", "p:port", ":port=1", "p:=1"})
    void shouldSayHowASettingIsSpelledWhenItIsNot(String text) {
        CommandFailure failure = assertThrows(CommandFailure.class, () -> RunOptions.parse(List.of("--set", text)));

        assertEquals(CommandFailure.USAGE, failure.status());
        assertTrue(failure.getMessage().startsWith("--set " + text + ": expected PID:KEY=VALUE"), failure.getMessage());
    }
}
