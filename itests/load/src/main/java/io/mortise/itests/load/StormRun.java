// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a storm of clients that want to connect does to those that are connected: the same scenario without it, and during two of them.
 * Before that, some clients come and go, as they have at any broker that has been up for a while; if none do, the first storm finds the
 * code that lets clients in as it was loaded.
 *
 * <p>The storm comes from a process of its own, and with the lowest priority: its clients would be on other machines, and what they
 * cost is not the broker's doing.
 */
final class StormRun {

    /** Of one broker. */
    record Outcome(String broker, String scenario, Result quiet, List<Stormy> storms) {}

    /** What was measured during a storm, and what came of the storm. */
    record Stormy(Result result, String storm) {}

    /**
     * A storm.
     *
     * @param within in which time all clients of the storm come
     * @param visitors how many clients come, and are answered, before anything is measured
     */
    record Kind(int connections, Duration within, String username, String password, int visitors) {
        private static final int VISITORS_A_SECOND = 200;

        /** Those who come before. */
        Kind before() {
            Duration time = Duration.ofSeconds(1 + visitors / VISITORS_A_SECOND);
            return new Kind(visitors, time, username, password, 0);
        }
    }

    private final Kind kind;
    private @Nullable Process storm;

    private StormRun(Kind kind) {
        this.kind = kind;
    }

    static Outcome run(Scenario scenario, Broker broker, Kind kind, Progress progress) throws IOException {
        return new StormRun(kind).run(scenario, broker, progress);
    }

    private Outcome run(Scenario scenario, Broker broker, Progress progress) throws IOException {
        if (kind.visitors() > 0) {
            progress.begin(broker.name() + ", visitors");
            start(broker.address(), kind.before());
            progress.end(outcome());
        }
        progress.begin(broker.name() + ", " + scenario.label() + ", quiet");
        Result quiet = ScenarioRun.run(scenario, broker, 0, progress, () -> {});
        progress.end("p99 " + quiet.latency().p99Millis() + " ms");
        List<Stormy> storms = new ArrayList<>();
        for (String which : List.of("first", "second")) {
            progress.begin(broker.name() + ", " + scenario.label() + ", in the " + which + " storm");
            try {
                Result result = ScenarioRun.run(scenario, broker, 1, progress, () -> start(broker.address(), kind));
                progress.end("p99 " + result.latency().p99Millis() + " ms");
                storms.add(new Stormy(result, outcome()));
            } finally {
                if (storm != null) {
                    storm.destroyForcibly();
                }
            }
        }
        return new Outcome(broker.name(), scenario.label(), quiet, storms);
    }

    private void start(InetSocketAddress broker, Kind kind) {
        List<String> command = List.of(
                "nice",
                "-n",
                "19",
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Load.class.getName(),
                "connects",
                "--host",
                broker.getHostString(),
                "--port",
                Integer.toString(broker.getPort()),
                "--connections",
                Integer.toString(kind.connections()),
                "--within",
                Long.toString(kind.within().toSeconds()),
                "--username",
                kind.username(),
                "--password",
                kind.password());
        try {
            storm = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String outcome() throws IOException {
        Process started = storm;
        return started == null
                ? "none"
                : new String(started.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }
}
