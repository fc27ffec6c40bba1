// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A broker as an operator starts it, {@code bin/mortise run}, with a data folder of its own. */
public final class RunningBroker implements AutoCloseable {
    public static final String MORTISE =
            Distribution.HOME.resolve("bin/mortise").toString();

    /** The Java that brokers run on, if not that of the tests. */
    private static final String JAVA_HOME = System.getProperty("mortise.java.home", "");

    private final Path data;
    private final Command command;
    private final String ready;

    /** Starts one on a free port of the loopback address, and waits until it is ready. */
    public RunningBroker(String... options) throws IOException, InterruptedException {
        this(Files.createTempDirectory("mortise"), options);
    }

    public RunningBroker(Path data, String... options) throws IOException, InterruptedException {
        this(data, "", options);
    }

    private RunningBroker(Path data, String jvmOptions, String... options) throws IOException, InterruptedException {
        this.data = data;
        List<String> words = new ArrayList<>(List.of(MORTISE, "run", "--data", data.toString()));
        words.addAll(List.of("--set", "io.mortise.listener.tcp~default:port=0"));
        words.addAll(List.of("--set", "io.mortise.listener.websocket~default:port=0"));
        words.addAll(List.of(options));
        ProcessBuilder process = new ProcessBuilder(words);
        if (!jvmOptions.isEmpty()) {
            process.environment().put("MORTISE_OPTS", jvmOptions);
        }
        if (!JAVA_HOME.isEmpty()) {
            process.environment().put("JAVA_HOME", JAVA_HOME);
        }
        this.command = new Command(process);
        try {
            this.ready = command.line(line -> line.startsWith("mortise ready"));
        } catch (InterruptedException | RuntimeException | Error failure) {
            close();
            throw failure;
        }
    }

    /** Starts one in a Java virtual machine with these options. */
    public static RunningBroker withJvmOptions(String jvmOptions, String... options)
            throws IOException, InterruptedException {
        return new RunningBroker(Files.createTempDirectory("mortise"), jvmOptions, options);
    }

    /** The number of its process. */
    public long pid() {
        return command.pid();
    }

    /** The port of the default listener. */
    public int port() {
        return ports("mqtt").get(0);
    }

    /** The ports at which this is spoken, {@code websocket} say, in the order in which the broker names them. */
    public List<Integer> ports(String protocol) {
        return Arrays.stream(ready.split(" "))
                .filter(word -> word.startsWith(protocol + "=") && !word.contains("=unix:"))
                .map(word -> Integer.valueOf(word.substring(word.lastIndexOf(':') + 1)))
                .toList();
    }

    public Path data() {
        return data;
    }

    /** The process, for its lines and its end. */
    public Command command() {
        return command;
    }

    /** Runs a command in its shell and answers what it printed. */
    public List<String> shell(String... words) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(MORTISE, "shell", "--data", data.toString()));
        all.addAll(List.of(words));
        return Command.run(all.toArray(String[]::new));
    }

    /** A way to its shell without a process between, for many commands one after the other. */
    public ShellSocket shellSocket() {
        return new ShellSocket(data.resolve("shell.sock"));
    }

    @Override
    public void close() throws IOException {
        command.close();
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
