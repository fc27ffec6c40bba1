// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.runtime.plan.AttributeDefinition.Type;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanFileTest {

    private static final Plan PLAN = new Plan(
            List.of(new PlannedBundle(1, "ab", "g/a/1/a-1.jar"), new PlannedBundle(4, "cd", "g/b/1/b-1.jar")),
            Map.of(
                    "p~default", Map.of("host", "127.0.0.1", "text", "a\ttab, a \\, a\nline and \\0"),
                    "empty", Map.of()),
            Map.of(
                    "p",
                            new ConfigurationDefinition(
                                    "p",
                                    true,
                                    Map.of(
                                            "host",
                                            new AttributeDefinition(
                                                    "host", Type.STRING, 0, "localhost", null, null, List.of()),
                                            "port",
                                            new AttributeDefinition(
                                                    "port", Type.INTEGER, 0, null, "0", "65535", List.of()),
                                            "kinds",
                                            new AttributeDefinition(
                                                    "kinds", Type.STRING, -5, "", null, null, List.of("a", "b")))),
                    "q", new ConfigurationDefinition("q", false, Map.of())));

    @TempDir
    Path directory;

    @Test
    void shouldReadWhatItWrote() throws IOException {
        Path file = directory.resolve("x.plan");
        PlanFile.write(PLAN, file);

        assertEquals(PLAN, PlanFile.read(file));
    }

    @Test
    void shouldBeLinesOfWords() throws IOException {
        Path file = directory.resolve("x.plan");
        PlanFile.write(PLAN, file);

        List<String> lines = Files.readAllLines(file);

        assertEquals("mortise-plan 1", lines.get(0));
        assertEquals("bundle\t1\tab\tg/a/1/a-1.jar", lines.get(1));
        assertTrue(lines.contains("attribute\tport\tINTEGER\t0\t\\0\t0\t65535"), lines.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bundle\tone\tab\ta.jar", // no number
                "bundle\t1", // too short
                "value\tk\tv", // of no configuration
                "attribute\tk\tCOLOUR\t0\t\\0\t\\0\t\\0", // no such type
                "frobnicate", // no such word
            })
    void shouldNameTheLineThatIsNoneOfAPlan(String line) throws IOException {
        Path file = Files.writeString(directory.resolve("x.plan"), "mortise-plan 1\n" + line + "\n");

        IOException refused = assertThrows(IOException.class, () -> PlanFile.read(file));

        assertTrue(refused.getMessage().startsWith(file + ", line 2 is not a line of a plan"), refused.getMessage());
    }

    @Test
    void shouldRefuseAFileThatIsNoPlan() throws IOException {
        Path file = Files.writeString(directory.resolve("x.plan"), "mortise-plan 2\n");

        assertThrows(IOException.class, () -> PlanFile.read(file));
    }
}
