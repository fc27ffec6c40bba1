// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.swap;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.itests.BundleFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Old versions that do not come to their end hold nobody up, and nothing of them is left when they have.
 *
 * <p>In a broker in which no version has failed to come up: Felix SCR 2.2.18 notes for good who was about to use a service that then
 * could not be had (ComponentRegistry.m_missingDependencies), and holds with it the version of the engine that was there.
 */
class StuckVersionsIT {
    @TempDir
    static Path folder;

    private static Stage stage;

    @BeforeAll
    static void begin() throws Exception {
        stage = new Stage(folder, "io.mortise.swap:deadline.millis=1000", "io.mortise.swap:pause.maximum.millis=5000");
    }

    @AfterAll
    static void end() throws Exception {
        if (stage != null) {
            stage.close();
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {"CONSOLE", "SWAP"},
            mode = EnumSource.Mode.EXCLUDE) // they do not answer a shell that ends
    void shouldGoOnWhenTheOldVersionDoesNotComeToItsEnd(Part part) throws Exception {
        int before = stage.classLoaders();
        Path release = folder.resolve("release-stuck-" + part);
        BundleFile stuck = Breakage.activatedBy(
                Breakage.holding(stage.operator().next(part), release), Broken.StuckInItsStop.class);
        stage.operator().replace(part, Road.SWAP_COMMAND, stuck.write(file()));
        stage.crowd().settle();
        BundleFile next = stage.operator().next(part);
        String answer = stage.operator().succeeds(part, next.write(file()));
        assertTrue(answer.contains("has taken the place of"), answer);
        assertTrue(answer.contains("does not come to its end"), answer);
        stage.crowd().settle();
        Files.createFile(release);
        stage.operator().awaitOnly(part, next.header("Bundle-Version"));
        stage.awaitClassLoaders(before);
    }

    private static Path file() throws IOException {
        return Files.createTempFile(folder, "stuck", ".jar");
    }
}
