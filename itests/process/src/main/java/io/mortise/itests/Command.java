// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A program that a test runs: its lines as they come, and its end. */
public final class Command implements AutoCloseable {
    public static final int PATIENCE_SECONDS = 30;

    private final List<String> words;
    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final List<String> transcript = new ArrayList<>();
    private final List<Thread> readers = new ArrayList<>();

    public Command(String... words) throws IOException {
        this(List.of(words));
    }

    public Command(List<String> words) throws IOException {
        this(new ProcessBuilder(words));
    }

    public Command(ProcessBuilder builder) throws IOException {
        this.words = builder.command();
        this.process = builder.start();
        read(process.getInputStream(), true);
        read(process.getErrorStream(), false);
    }

    /** Runs a program to its end, and answers what it printed to its output. */
    public static List<String> run(String... words) throws IOException, InterruptedException {
        try (Command command = new Command(words)) {
            command.exitsWith(0);
            return command.output();
        }
    }

    /** Whether this program is installed. */
    public static boolean exists(String program) {
        for (String folder : System.getenv("PATH").split(":")) {
            if (java.nio.file.Files.isExecutable(java.nio.file.Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }

    /** Waits for a line of its output. */
    public String line(Predicate<String> wanted) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() < deadline) {
            String line = lines.poll(100, TimeUnit.MILLISECONDS);
            if (line != null && wanted.test(line)) {
                return line;
            }
            if (line == null && !process.isAlive() && lines.isEmpty() && allRead()) {
                break;
            }
        }
        throw new AssertionError("the line did not come" + said());
    }

    /** Waits for its end, whatever that is. */
    public int exits() throws InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("it does not end" + said());
        }
        return process.exitValue();
    }

    /** Waits for its end. */
    public void exitsWith(int status) throws InterruptedException {
        exitsWith(status, PATIENCE_SECONDS);
    }

    /** Waits for its end, which may take a while. */
    public void exitsWith(int status, int patienceSeconds) throws InterruptedException {
        if (!process.waitFor(patienceSeconds, TimeUnit.SECONDS)) {
            throw new AssertionError("it does not end" + said());
        }
        for (Thread reader : readers) {
            reader.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        }
        if (process.exitValue() != status) {
            throw new AssertionError("exit " + status + " expected, got " + process.exitValue() + said());
        }
    }

    /** Everything that it has printed to its output and that nobody has taken with {@link #line}. */
    public List<String> output() {
        List<String> rest = new ArrayList<>();
        lines.drainTo(rest);
        return rest;
    }

    /** Everything that it has printed so far, errors too. */
    public String transcript() {
        synchronized (transcript) {
            return String.join("\n", transcript);
        }
    }

    /** Its process id. */
    public long pid() {
        return process.pid();
    }

    /** Asks it to end: SIGTERM. */
    public void terminate() {
        process.destroy();
    }

    /** Ends it without asking: SIGKILL. */
    public void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean allRead() {
        return readers.stream().noneMatch(Thread::isAlive);
    }

    private String said() {
        return "\n$ " + String.join(" ", words) + "\n" + transcript();
    }

    private void read(InputStream stream, boolean output) {
        Thread reader = new Thread(() -> {
            try (BufferedReader text = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                for (String line = text.readLine(); line != null; line = text.readLine()) {
                    synchronized (transcript) {
                        transcript.add(line);
                    }
                    if (output) {
                        lines.add(line);
                    }
                }
            } catch (IOException closed) {
                if (process.isAlive()) {
                    throw new UncheckedIOException(closed);
                }
            }
        });
        reader.setDaemon(true);
        reader.start();
        readers.add(reader);
    }
}
