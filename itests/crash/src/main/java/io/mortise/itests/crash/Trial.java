// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import io.mortise.itests.load.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One run against one broker, in a directory of its own that is deleted afterwards.
 *
 * @param kind what is done to the broker
 * @param command the line that starts it
 * @param diskMebibytes the size of its disk, where it gets one
 * @param keep whether the directory stays
 */
record Trial(
        Kind kind,
        String name,
        String command,
        long seed,
        double rate,
        Blows.Plan plan,
        int diskMebibytes,
        boolean keep) {

    /** What is done to a broker. */
    enum Kind {
        KILL,
        STOP,
        CUT,
        FILL;

        boolean needsDisk() {
            return this == CUT || this == FILL;
        }
    }

    /**
     * What came of it.
     *
     * @param table Markdown
     * @param words the violations, the first of each kind
     */
    record Outcome(String table, List<String> words, Findings findings) {}

    static Trial of(String command, Options options) {
        Kind kind = switch (command) {
            case "kill" -> Kind.KILL;
            case "stop" -> Kind.STOP;
            case "cut" -> Kind.CUT;
            case "fill" -> Kind.FILL;
            default -> throw new IllegalArgumentException("no command " + command);
        };
        String broker = options.text("broker", "");
        int equals = broker.indexOf('=');
        if (equals < 1) {
            throw new IllegalArgumentException("--broker NAME=COMMAND expected");
        }
        Blows.Plan plan = new Blows.Plan(
                options.smallNumber("count", kind == Kind.FILL ? 4 : 20),
                options.smallNumber("a-round", 10),
                options.smallNumber("shortest-millis", 20),
                options.smallNumber("longest-millis", 600));
        Trial trial = new Trial(
                kind,
                broker.substring(0, equals),
                broker.substring(equals + 1),
                options.number("seed", 1),
                options.number("rate", 1000),
                plan,
                options.smallNumber("disk-mebibytes", kind == Kind.FILL ? 48 : 256),
                Boolean.parseBoolean(options.text("keep", "false")));
        options.end();
        return trial;
    }

    Outcome run() throws IOException {
        Path directory = Files.createTempDirectory("crash-" + name + "-");
        try (Disk disk = kind.needsDisk() ? Disk.create(directory, diskMebibytes) : null;
                Exercise exercise = new Exercise(new Subject(name, command, directory), seed, rate)) {
            return run(exercise, disk);
        } finally {
            if (keep) {
                System.err.println("crash: " + directory + " is kept");
            } else {
                delete(directory);
            }
        }
    }

    private Outcome run(Exercise exercise, @Nullable Disk disk) throws IOException {
        String table;
        if (disk == null) {
            Blow blow = kind == Kind.STOP ? Exercise::stop : Exercise::kill;
            table = Report.rounds(kind == Kind.STOP ? "stops" : "kills", Blows.run(exercise, blow, plan));
        } else if (kind == Kind.CUT) {
            table = Report.rounds("power cuts", Blows.run(exercise, new PowerCut(disk), plan));
        } else {
            table = Fill.report(Fill.run(exercise, new Ballast(disk.mountPoint()), plan.count()));
        }
        return new Outcome(table, exercise.stage.findings.words(), exercise.stage.findings);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
