// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import static java.util.Objects.requireNonNull;

import io.mortise.itests.load.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
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

    /** What is done to a broker, how often or how long if nobody says otherwise, and the size of the disk that it takes. */
    enum Kind {
        KILL("count", 20, 0),
        STOP("count", 20, 0),
        CUT("count", 20, 256),
        FILL("count", 4, 48),
        REST("seconds", 60, 0);

        private final String amountName;
        private final int amount;
        private final int diskMebibytes;

        Kind(String amountName, int amount, int diskMebibytes) {
            this.amountName = amountName;
            this.amount = amount;
            this.diskMebibytes = diskMebibytes;
        }

        boolean needsDisk() {
            return diskMebibytes > 0;
        }

        static Kind of(String command) {
            for (Kind kind : values()) {
                if (kind.name().toLowerCase(Locale.ROOT).equals(command)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("no command " + command);
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
        Kind kind = Kind.of(command);
        String broker = options.text("broker", "");
        int equals = broker.indexOf('=');
        if (equals < 1) {
            throw new IllegalArgumentException("--broker NAME=COMMAND expected");
        }
        Blows.Plan plan = new Blows.Plan(
                options.smallNumber(kind.amountName, kind.amount),
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
                options.smallNumber("disk-mebibytes", kind.diskMebibytes),
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
        List<String> words = new ArrayList<>();
        String table = switch (kind) {
            case KILL -> Report.rounds("kills", Blows.run(exercise, Exercise::kill, plan));
            case STOP -> Report.rounds("stops", Blows.run(exercise, Exercise::stop, plan));
            case CUT -> Report.rounds("power cuts", Blows.run(exercise, new PowerCut(requireNonNull(disk)), plan));
            case FILL -> {
                Ballast ballast = new Ballast(requireNonNull(disk).mountPoint());
                yield Fill.report(Fill.run(exercise, ballast, plan.count()));
            }
            case REST -> {
                Rest rest = Rest.run(exercise, plan.count());
                words.addAll(rest.words());
                yield rest.table();
            }
        };
        words.addAll(exercise.stage.findings.words());
        return new Outcome(table, words, exercise.stage.findings);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
