// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A broker that this program started from a command line, and ends.
 *
 * <p>Used on the main thread; {@link #close} also runs in a shutdown hook, so that an interrupted run leaves no broker behind.
 */
public final class BrokerProcess implements AutoCloseable {

    /**
     * How a broker is started.
     *
     * @param command as {@link #start(String, Launch)} takes it
     * @param speaksWebSocket whether that port is one for WebSockets
     */
    record Launch(String command, boolean speaksWebSocket) {}

    private static final long START_SECONDS = 120;
    private static final long STOP_SECONDS = 10;
    private static final long POLL_MILLIS = 10;

    private final Broker broker;
    private final Process process;
    private final @Nullable Path temporary;
    private final Thread hook = new Thread(this::end, "end-broker");

    private BrokerProcess(Broker broker, Process process, @Nullable Path temporary) {
        this.broker = broker;
        this.process = process;
        this.temporary = temporary;
    }

    /**
     * Starts the command and waits until its port accepts.
     *
     * @param launch its command is a line for {@code sh}, in which {@code {port}} is the port to listen on, {@code {spare}} another free one,
     *     {@code {data}} an empty directory, and {@code {conf}} and {@code {durable-conf}} are Mosquitto configurations that say the
     *     same, one of a broker that keeps all in memory and one of a broker that writes
     */
    static BrokerProcess start(String name, Launch launch) throws IOException {
        Path directory = Files.createTempDirectory("load-" + name + "-");
        return start(name, launch, freePort(), directory, directory);
    }

    /**
     * The same in a directory that stays, so that the broker finds again what it had: its data is in {@code data}, what it prints
     * is added to {@code log}.
     */
    public static BrokerProcess start(String name, String command, int port, Path directory) throws IOException {
        return start(name, new Launch(command, false), port, directory, null);
    }

    private static BrokerProcess start(String name, Launch launch, int port, Path directory, @Nullable Path temporary)
            throws IOException {
        Path data = Files.createDirectories(directory.resolve("data"));
        Path log = directory.resolve("log");
        String line = launch.command()
                .replace("{port}", Integer.toString(port))
                .replace("{spare}", Integer.toString(freePort()))
                .replace("{data}", data.toString())
                .replace("{conf}", MosquittoConf.inMemory(port).writeTo(directory))
                .replace("{durable-conf}", MosquittoConf.durable(port, data).writeTo(directory));
        Process process = new ProcessBuilder("sh", "-c", "exec " + line)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        process.getOutputStream().close();
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        BrokerProcess started = new BrokerProcess(
                new Broker(name, address, launch.speaksWebSocket(), process.pid(), data), process, temporary);
        Runtime.getRuntime().addShutdownHook(started.hook);
        try {
            started.awaitPort(line, log);
            return started;
        } catch (IOException e) {
            started.close();
            throw e;
        }
    }

    public Broker broker() {
        return broker;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    private void awaitPort(String line, Path log) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (System.nanoTime() < deadline && process.isAlive()) {
            try (Socket socket = new Socket()) {
                socket.connect(broker.address(), 1000);
                return;
            } catch (IOException e) {
                pause(); // not yet
            }
        }
        String reason = process.isAlive() ? "does not listen after " + START_SECONDS + " s" : "ended at once";
        throw new IOException(broker.name() + " " + reason + ": " + line + "\n" + tail(log));
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static String tail(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }

    /** A port of the loopback address that nobody listens on now. */
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Ends it and what it started without asking, SIGKILL, and waits until the process is gone. */
    public void kill() {
        if (forgetHook()) {
            finish(process.descendants().toList());
        }
    }

    @Override
    public void close() {
        if (forgetHook()) {
            end();
        }
    }

    /** Says whether this thread is to end it; not so when the program was interrupted. */
    private boolean forgetHook() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    private void end() {
        List<ProcessHandle> descendants = process.descendants().toList();
        process.destroy();
        await();
        finish(descendants);
    }

    private void finish(List<ProcessHandle> descendants) {
        process.destroyForcibly();
        descendants.forEach(ProcessHandle::destroyForcibly);
        await();
        if (temporary != null) {
            delete(temporary);
        }
    }

    private void await() {
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                Progress.note(broker.name() + " did not stop within " + STOP_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            Progress.note("could not delete " + directory + ": " + e.getMessage());
        }
    }
}
