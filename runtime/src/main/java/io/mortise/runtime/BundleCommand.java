// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime;

import java.io.IOException;
import java.io.PrintStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * A command that a bundle brings: it is a {@link ToolProvider} which the bundle names in {@code META-INF/services}, and runs
 * without a broker and without a framework. Used by the main thread.
 */
final class BundleCommand {

    private final Distribution distribution;
    private final PrintStream out;
    private final PrintStream err;

    BundleCommand(Distribution distribution, PrintStream out, PrintStream err) {
        this.distribution = distribution;
        this.out = out;
        this.err = err;
    }

    /** Runs the command with this name; the exit status is what it answers. */
    int run(String name, List<String> words) throws CommandFailure {
        try (URLClassLoader bundles = new URLClassLoader(jars(), getClass().getClassLoader())) {
            TreeMap<String, ToolProvider> tools = new TreeMap<>();
            for (ToolProvider tool : ServiceLoader.load(ToolProvider.class, bundles)) {
                if (tool.getClass().getClassLoader() == bundles) { // Java itself has some as well
                    tools.putIfAbsent(tool.name(), tool);
                }
            }
            ToolProvider tool = tools.get(name);
            if (tool == null) {
                throw CommandFailure.usage(name + " is not a command: expected run, shell, assemble, "
                        + String.join(
                                "",
                                tools.keySet().stream()
                                        .map(known -> known + ", ")
                                        .toList())
                        + "help or --version");
            }
            return tool.run(out, err, words.toArray(String[]::new));
        } catch (IOException e) {
            throw CommandFailure.failed("cannot read " + distribution.repository() + ": " + e);
        }
    }

    private URL[] jars() throws IOException {
        if (!Files.isDirectory(distribution.repository())) {
            return new URL[0];
        }
        try (Stream<Path> files = Files.walk(distribution.repository())) {
            List<Path> jars = files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
            URL[] urls = new URL[jars.size()];
            for (int i = 0; i < urls.length; i++) {
                urls[i] = url(jars.get(i));
            }
            return urls;
        }
    }

    private static URL url(Path jar) throws MalformedURLException {
        return jar.toUri().toURL();
    }
}
