// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import java.io.File;
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

/**
 * A broker that this program started from a command line, and ends.
 *
 * <p>Used on the main thread; {@link #close} also runs in a shutdown hook, so that an interrupted run leaves no broker behind.
 */
final class BrokerProcess implements AutoCloseable {

    private static final long START_SECONDS = 30;
    private static final long STOP_SECONDS = 10;
    private static final long POLL_MILLIS = 50;

    private final Broker broker;
    private final Process process;
    private final Path directory;
    private final Thread hook = new Thread(this::end, "end-broker");

    private BrokerProcess(Broker broker, Process process, Path directory) {
        this.broker = broker;
        this.process = process;
        this.directory = directory;
    }

    /**
     * Starts the command and waits until its port accepts.
     *
     * @param command a line for {@code sh}, in which {@code {port}} is the port to listen on, {@code {spare}} another free one,
     *     {@code {data}} an empty directory, and {@code {conf}} a Mosquitto configuration that says the same
     */
    static BrokerProcess start(String name, String command) throws IOException {
        Path directory = Files.createTempDirectory("load-" + name + "-");
        int port = freePort();
        Path conf = Files.writeString(directory.resolve("mosquitto.conf"), mosquittoConf(port));
        Path data = Files.createDirectory(directory.resolve("data"));
        String line = command.replace("{port}", Integer.toString(port))
                .replace("{spare}", Integer.toString(freePort()))
                .replace("{data}", data.toString())
                .replace("{conf}", conf.toString());
        File log = directory.resolve("log").toFile();
        Process process = new ProcessBuilder("sh", "-c", "exec " + line)
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
        process.getOutputStream().close();
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        BrokerProcess started = new BrokerProcess(new Broker(name, address, process.pid()), process, directory);
        Runtime.getRuntime().addShutdownHook(started.hook);
        try {
            started.awaitPort(line, log.toPath());
            return started;
        } catch (IOException e) {
            started.close();
            throw e;
        }
    }

    Broker broker() {
        return broker;
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

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    // No limit of Mosquitto's own shall be what is measured: nothing queued is dropped, nothing is written to disk.
    private static String mosquittoConf(int port) {
        return """
                listener %d 127.0.0.1
                allow_anonymous true
                persistence false
                max_queued_messages 0
                max_inflight_messages 1000
                log_type error
                """.formatted(port);
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return; // interrupted: the hook ends it
        }
        end();
    }

    private void end() {
        List<ProcessHandle> descendants = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                Progress.note(broker.name() + " did not stop within " + STOP_SECONDS + " s and is killed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        descendants.forEach(ProcessHandle::destroyForcibly);
        deleteDirectory();
    }

    private void deleteDirectory() {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            Progress.note("could not delete " + directory + ": " + e.getMessage());
        }
    }
}
