// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import io.mortise.itests.load.Broker;
import io.mortise.itests.load.BrokerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The broker that is made to crash: always the same command, port and data, one process after the other.
 *
 * <p>Used only on the main thread, which is the loop's.
 */
final class Subject implements AutoCloseable {

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
