// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.swap;

import io.mortise.itests.Command;
import io.mortise.itests.Door;
import io.mortise.itests.RunningBroker;
import io.mortise.itests.TcpDoor;
import io.mortise.itests.TlsDoor;
import io.mortise.itests.WebSocketDoor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A broker as it is shipped, with a door of each kind, the crowd in it, and somebody who replaces its parts. */
final class Stage implements AutoCloseable {
    private static final Path TLS = Path.of(System.getProperty("mortise.tls")).normalize();
    private static final String CLASS_LOADER = "org.apache.felix.framework.BundleWiringImpl$BundleClassLoader";

    private final RunningBroker broker;
    private final Crowd crowd;
    private final Visitors visitors;
    private final Operator operator;
    private final SwapTable table = new SwapTable();

    /**
     * Starts all of it.
     *
     * @param folder where it may write
     * @param settings what is configured besides
     */
    Stage(Path folder, String... settings) throws IOException, InterruptedException {
        Path rules = Files.writeString(folder.resolve("rules"), "topic readwrite #\n");
        List<String> options = new ArrayList<>();
        for (String setting : List.of(
                "io.mortise.tls~crowd:certificates=" + TLS.resolve("server-1.pem"),
                "io.mortise.tls~crowd:keys=" + TLS.resolve("server-1.key"),
                "io.mortise.listener.tcp~tls:port=0",
                "io.mortise.listener.tcp~tls:tls=crowd",
                "io.mortise.listener.websocket~tls:port=0",
                "io.mortise.listener.websocket~tls:tls=crowd",
                "io.mortise.swap:deploy.watched=true",
                "io.mortise.swap:deploy.probe.seconds=0",
                "io.mortise.engine:authorizers=open,file",
                "io.mortise.auth.file:rules=" + rules)) {
            options.addAll(List.of("--set", setting));
        }
        for (String setting : settings) {
            options.addAll(List.of("--set", setting));
        }
        broker = new RunningBroker(options.toArray(String[]::new));
        try {
            List<Door> doors = List.of(
                    new TcpDoor(broker.port()),
                    new TlsDoor(broker.ports("mqtt-tls").get(0)),
                    new WebSocketDoor(new TcpDoor(broker.ports("websocket").get(0))),
                    new WebSocketDoor(new TlsDoor(broker.ports("websocket-tls").get(0))));
            crowd = new Crowd(doors);
            visitors = new Visitors(crowd, doors);
            operator = new Operator(broker, folder);
            crowd.begin();
            crowd.settle();
        } catch (IOException | RuntimeException | Error failure) {
            broker.close();
            throw failure;
        }
    }

    /** The port that speaks MQTT over TCP. */
    int port() {
        return broker.port();
    }

    Crowd crowd() {
        return crowd;
    }

    /** Those who go away and come back. */
    Visitors visitors() {
        return visitors;
    }

    Operator operator() {
        return operator;
    }

    SwapTable table() {
        return table;
    }

    /** Nothing is replaced for as long as everybody says a few things: what it takes then is there to compare. */
    void beCalm(int rounds) {
        crowd.delays().take();
        long start = System.nanoTime();
        for (int i = 0; i < rounds; i++) {
            crowd.settle();
        }
        table.addCalm(System.nanoTime() - start, crowd.delays().take());
    }

    /** Replaces a part while everybody talks; notes what that took; and fails if anybody has noticed. */
    void replace(Part part, Road road) throws IOException {
        if (road == Road.ROLLBACK) {
            operator.replace(part, Road.SWAP_COMMAND, operator.nextVersion(part));
        }
        Path next = operator.nextVersion(part);
        crowd.delays().take();
        long start = System.nanoTime();
        operator.replace(part, road, next);
        long took = System.nanoTime() - start;
        crowd.settle();
        table.add(part, road, took, crowd.delays().take());
        Files.delete(next);
    }

    /** As {@link #replace}, while some are away who come back. */
    void replaceWhileSomeAreAway(Part part, Road road) throws IOException {
        visitors.leave();
        replace(part, road);
        visitors.comeBack();
    }

    /** How many class loaders of bundles cannot be collected. */
    int classLoaders() throws IOException, InterruptedException {
        return jcmd("GC.class_histogram").stream()
                .filter(line -> line.contains(CLASS_LOADER))
                .map(line -> line.strip().split("\\s+"))
                .filter(fields -> fields[3].equals(CLASS_LOADER))
                .mapToInt(fields -> Integer.parseInt(fields[1]))
                .sum();
    }

    /** Waits until there are no more class loaders of bundles than there were: those of old versions are collected. */
    void awaitClassLoaders(int before) {
        Awaitility.await().atMost(Command.PATIENCE_SECONDS, TimeUnit.SECONDS).untilAsserted(() -> {
            int now = classLoaders();
            if (now > before) {
                throw new AssertionError(now + " class loaders of bundles, and there were " + before);
            }
        });
    }

    /** The version of the Java that it runs on. */
    String javaVersion() throws IOException, InterruptedException {
        return jcmd("VM.system_properties").stream()
                .filter(line -> line.startsWith("java.version="))
                .map(line -> line.substring(line.indexOf('=') + 1))
                .findFirst()
                .orElseThrow();
    }

    private List<String> jcmd(String command) throws IOException, InterruptedException {
        String home = System.getProperty("mortise.java.home", "");
        Path jcmd = Path.of(home.isEmpty() ? System.getProperty("java.home") : home, "bin", "jcmd");
        return Command.run(jcmd.toString(), Long.toString(broker.pid()), command);
    }

    /** What the broker has logged. */
    String log() {
        return broker.command().transcript();
    }

    @Override
    public void close() throws IOException {
        try {
            visitors.close();
            crowd.close();
        } finally {
            broker.close();
        }
    }
}
