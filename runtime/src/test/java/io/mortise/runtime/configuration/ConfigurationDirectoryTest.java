// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime.configuration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertIterableEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationDirectoryTest {

    @TempDir
    Path path;

    @Test
    void shouldListConfigurationFilesOnly() throws IOException {
        Path file = Files.writeString(path.resolve("a.cfg"), "");
        Files.writeString(path.resolve("a.cfg.bak"), "");
        Files.createDirectory(path.resolve("b.cfg"));

        assertIterableEquals(List.of(file), new ConfigurationDirectory(path).files());
    }

    @Test
    void shouldReportEachChangeOnceAndOnlyWhenItHasSettled() throws IOException {
        ConfigurationDirectory directory = new ConfigurationDirectory(path);
        directory.files();
        Path file = Files.writeString(path.resolve("a.cfg"), "half");

        assertEquals(Map.of(), directory.changes());
        Files.writeString(file, "half and half");
        assertEquals(Map.of(), directory.changes());
        assertEquals(Map.of(file, true), directory.changes());
        assertEquals(Map.of(), directory.changes());
    }

    @Test
    void shouldReportAFileThatStaysAway() throws IOException {
        Path file = Files.writeString(path.resolve("a.cfg"), "x");
        ConfigurationDirectory directory = new ConfigurationDirectory(path);
        directory.files();
        Files.delete(file);

        assertEquals(Map.of(), directory.changes());
        assertEquals(Map.of(file, false), directory.changes());
        assertEquals(Map.of(), directory.changes());
    }

    @Test
    void shouldReportAReplacedFileAsChanged() throws IOException {
        Path file = Files.writeString(path.resolve("a.cfg"), "x");
        ConfigurationDirectory directory = new ConfigurationDirectory(path);
        directory.files();
        Files.delete(file);
        assertEquals(Map.of(), directory.changes());
        Files.writeString(file, "longer");

        assertEquals(Map.of(), directory.changes());
        assertEquals(Map.of(file, true), directory.changes());
    }

    @Test
    void shouldHaveNoFilesWhenThereIsNoFolder() throws IOException {
        ConfigurationDirectory directory = new ConfigurationDirectory(path.resolve("none"));

        assertIterableEquals(List.of(), directory.files());
        assertEquals(Map.of(), directory.changes());
    }
}
