// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import io.mortise.itests.load.Broker;
import io.mortise.itests.load.BrokerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The broker that is made to crash: always the same command, port and data, one process after the other.
 *
 * <p>Used only on the main thread, which is the loop's.
 */
final class Subject implements AutoCloseable {

    private static final long STOP_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final String name;
    private final String command;
    private final Path directory;
    private final int port;
    private @Nullable BrokerProcess process;

    /**
     * A broker that does not run yet.
     *
     * @param command as {@link BrokerProcess} wants it
     * @param directory where its data is, in {@code data}, and its log
     */
    Subject(String name, String command, Path directory) throws IOException {
        this.name = name;
        this.command = command;
        this.directory = directory;
        this.port = BrokerProcess.freePort();
    }

    String name() {
        return name;
    }

    Path data() {
        return directory.resolve("data");
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** Starts it and waits until its port accepts. */
    void start() throws IOException {
        process = BrokerProcess.start(name, command, port, directory);
    }

    /** The process that runs now. */
    Broker broker() {
        if (process == null) {
            throw new IllegalStateException(name + " does not run");
        }
        return process.broker();
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** SIGSTOP, and returns when no thread of it runs any more. */
    void freeze() throws IOException {
        long pid = broker().pid();
        Tool.run("kill", "-STOP", Long.toString(pid));
        long deadline = System.nanoTime() + STOP_NANOS;
        while (!isFrozen(pid)) {
            if (System.nanoTime() - deadline > 0) {
                throw new IOException(name + " does not stop");
            }
            Thread.onSpinWait();
        }
    }

    /** Whether each of its threads is stopped; one that waits for the disk is not, until it has been answered. */
    private static boolean isFrozen(long pid) throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
            for (Path thread : threads.toList()) {
                String stat = Files.readString(thread.resolve("stat"));
                if (stat.charAt(stat.lastIndexOf(')') + 2) != 'T') {
                    return false;
                }
            }
            return true;
        }
    }

    /** SIGKILL. */
    void kill() {
        if (process != null) {
            process.kill();
            process = null;
        }
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
            process = null;
        }
    }
}
