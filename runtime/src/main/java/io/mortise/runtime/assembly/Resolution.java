// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime.assembly;

import io.mortise.runtime.EmbeddedFramework;
import io.mortise.runtime.Unresolved;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;

/**
 * Resolves bundles in a framework like the one they will run in, and starts none of them. Any thread.
 */
final class Resolution {

    private Resolution() {}

    /** What keeps {@code jars} from running together, a line each; empty if nothing does. */
    static List<String> problems(List<Path> jars) throws IOException {
        Path storage = Files.createTempDirectory("mortise-assemble");
        Framework framework = EmbeddedFramework.create(Map.of(Constants.FRAMEWORK_STORAGE, storage.toString()));
        try {
            // Started, so that a bundle can be asked why it does not start; nothing is told to start with it.
            framework.start();
            List<String> problems = new ArrayList<>();
            for (Path jar : jars) {
                install(framework, jar, problems);
            }
            problems.addAll(new Unresolved(framework).lines());
            problems.addAll(new ServiceNeeds(framework).unmet());
            return problems;
        } catch (BundleException e) {
            throw new IOException("the framework does not start", e);
        } finally {
            stop(framework);
            delete(storage);
        }
    }

    private static void install(Framework framework, Path jar, List<String> problems) {
        try {
            Bundle bundle = framework.getBundleContext().installBundle("reference:" + jar.toUri());
            if (bundle.getSymbolicName() == null) {
                problems.add(jar.getFileName() + " is not a bundle: its manifest has no Bundle-SymbolicName");
            }
        } catch (BundleException e) {
            problems.add(jar.getFileName() + " cannot be installed: " + e.getMessage());
        }
    }

    private static void stop(Framework framework) throws IOException {
        try {
            framework.stop();
            framework.waitForStop(0);
        } catch (BundleException e) {
            throw new IOException("the framework does not stop", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
