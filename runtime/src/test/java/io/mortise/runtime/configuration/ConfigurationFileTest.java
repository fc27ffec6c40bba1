// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime.configuration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationFileTest {

    @TempDir
    Path directory;

    @Test
    void shouldReadKeysAndValuesBetweenCommentsAndBlankLines() throws Exception {
        Path file = write("# a comment\n\n  port = 1883  \r\nfilter=(a=b)\nempty =\n  # another\n");

        assertEquals(
                Map.of("port", "1883", "filter", "(a=b)", "empty", ""),
                ConfigurationFile.read(file).values());
    }

    @Test
    void shouldTakeThePidFromItsName() {
        assertEquals(
                "io.mortise.listener.tcp~default",
                ConfigurationFile.pid(Path.of("conf", "io.mortise.listener.tcp~default.cfg")));
    }

    @Test
    void shouldNameTheLineThatIsNotOne() throws IOException {
        Path file = write("# fine\nport 1883\n");

        assertEquals(file + ": line 2: port 1883: expected key = value", refusal(file));
    }

    @Test
    void shouldRefuseAKeyThatIsThereTwice() throws IOException {
        Path file = write("port = 1\nport = 2\n");

        assertEquals(file + ": line 2: port is already set above: expected each key once", refusal(file));
    }

    @Test
    void shouldRefuseWhatIsNotText() throws IOException {
        Path file = Files.write(directory.resolve("p.cfg"), "k = ä".getBytes(StandardCharsets.ISO_8859_1));

        assertEquals(file + ": expected text in UTF-8", refusal(file));
    }

    private Path write(String text) throws IOException {
        return Files.writeString(directory.resolve("p.cfg"), text);
    }

    private static String refusal(Path file) {
        return assertThrows(RefusedConfiguration.class, () -> ConfigurationFile.read(file))
                .getMessage();
    }
}
