// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.felix.service.command.CommandProcessor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes shells in: one thread waits for them, each shell has one of its own. Any thread.
 *
 * <p>There are few at a time; one more is told so and goes.
 */
final class ShellServer {
    static final int MOST_SHELLS = 8;

    private static final Logger LOG = LoggerFactory.getLogger(ShellServer.class);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long PAUSE_MILLIS = 200;

    private final SocketFile file;
    private final CommandProcessor processor;
    private final Thread acceptor;
    private final Set<Shell> shells = ConcurrentHashMap.newKeySet();

    private ShellServer(SocketFile file, CommandProcessor processor) {
        this.file = file;
        this.processor = processor;
        this.acceptor = thread("mortise-shell-acceptor", this::acceptAll);
    }

    /** Begins to take shells in; owns the file from now on. */
    static ShellServer start(SocketFile file, CommandProcessor processor) {
        ShellServer server = new ShellServer(file, processor);
        server.acceptor.start();
        return server;
    }

    /**
     * Removes the file and ends all shells. One that is in a command has a moment to end it, and to say how it went; one
     * whose command is what stops us here cannot be waited for, and ends by itself right after.
     */
    void close() {
        try {
            file.close();
        } catch (IOException failure) {
            LOG.warn("cannot remove the shell socket: {}", failure.getMessage());
        }
        acceptor.interrupt();
        join(acceptor, PATIENCE_NANOS);
        shells.forEach(Shell::refuseMore);
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        for (Shell shell : shells) {
            shell.stop(deadline);
        }
    }

    /**
     * A thread that takes nothing over from the one that makes it, which may be in the middle of somebody's command.
     *
     * <p>Its context class loader, which Gogo's threads inherit, is one that stays: in a command that updates this bundle,
     * whoever asks our own for a service, as an XML parser does, would find it dead.
     */
    static Thread thread(String name, Runnable body) {
        Thread thread = new Thread(null, body, name, 0, false);
        thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
        thread.setDaemon(true);
        return thread;
    }

    /** Waits for the end of a thread, for so long at most. */
    static void join(Thread thread, long nanos) {
        try {
            thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    private void acceptAll() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                accept(file.accept());
            } catch (ClosedChannelException closed) {
                return;
            } catch (IOException | RuntimeException failure) {
                LOG.warn("cannot take a shell in: {}", failure.getMessage());
                pause(); // it may be that there are no file descriptors left; the next attempt would fail at once
            }
        }
    }

    private void accept(SocketChannel channel) throws IOException {
        if (shells.size() == MOST_SHELLS) {
            refuse(channel);
            return;
        }
        try {
            Shell shell = new Shell(channel, processor, shells::remove);
            shells.add(shell);
            shell.start();
        } catch (RuntimeException noSession) {
            channel.close();
            throw noSession;
        }
    }

    private static void refuse(SocketChannel channel) throws IOException {
        try (channel) {
            Answers answers = new Answers(channel);
            answers.error(MOST_SHELLS + " shells are open, and that is the most there can be");
            answers.end(Answers.FAILED);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }
}
