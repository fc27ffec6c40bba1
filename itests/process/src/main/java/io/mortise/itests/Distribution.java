// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/** The assembled distribution: what is shipped, and nothing else. */
public final class Distribution {

    /** Where it was unpacked; the build says so. */
    public static final Path HOME = Path.of(System.getProperty("mortise.home")).normalize();

    private Distribution() {}

    /** One bundle of a plan. */
    public record PlannedBundle(int startLevel, Path jar) {

        public Manifest manifest() {
            try (JarFile file = new JarFile(jar.toFile())) {
                return file.getManifest();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    /** The bundles that a feature consists of, in the order of its plan. */
    public static List<PlannedBundle> bundles(String feature) {
        try {
            return Files.readAllLines(HOME.resolve("plans/" + feature + ".plan")).stream()
                    .map(line -> line.split("\t"))
                    .filter(fields -> fields[0].equals("bundle"))
                    .map(fields -> new PlannedBundle(
                            Integer.parseInt(fields[1]),
                            HOME.resolve("repository").resolve(fields[3])))
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
