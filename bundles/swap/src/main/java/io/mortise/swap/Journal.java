// SPDX-License-Identifier: Apache-2.0
package io.mortise.swap;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What was done to the bundles, and what was refused: a file that is only ever appended to, a line an event, its fields
 * separated by tabs. Any thread.
 */
final class Journal {
    /** The outcome of what went well. */
    static final String DONE = "done";

    /** The outcome of what was tried and taken back. */
    static final String ROLLED_BACK = "rolled back";

    /** The outcome of what was tried and could not be taken back. */
    static final String BROKEN = "broken";

    /** The outcome of what was asked beside the version in force, and is gone again. */
    static final String COMPARED = "compared";

    /** The outcome of what was not tried. */
    static final String REFUSED = "refused";

    private static final String NONE = "-";
    private static final int FIELDS = 10;

    /**
     * One event.
     *
     * @param at when, to the millisecond
     * @param who the account that the command came from, or the file in the watched folder
     * @param action {@code swap}, {@code rollback}, {@code install}, {@code uninstall}, {@code compare}
     * @param bundle the symbolic name
     * @param from the version before; {@code -} if there was none
     * @param fromSha256 its checksum; {@code -} if there was none
     * @param to the version after; {@code -} if there is none
     * @param toSha256 its checksum; {@code -} if there is none
     * @param pauseMillis the longest time that a message took meanwhile; -1 if nobody looked
     * @param outcome one of the outcomes, with a reason behind a colon if it was not done
     */
    record Entry(
            Instant at,
            String who,
            String action,
            String bundle,
            String from,
            String fromSha256,
            String to,
            String toSha256,
            long pauseMillis,
            String outcome) {

        boolean isDone() {
            return outcome.equals(DONE);
        }
    }

    /** The account that runs the broker; nobody else can open its shell. */
    static final String OPERATOR = System.getProperty("user.name", NONE);

    private final Path file;

    Journal(Path file) {
        this.file = file;
    }

    /** Appends an event; it is on disk when this returns. */
    synchronized void add(
            String who,
            String action,
            @Nullable Candidate from,
            @Nullable Candidate to,
            long pauseMillis,
            String outcome)
            throws IOException {
        Candidate named = to != null ? to : from;
        String line = String.join(
                "\t",
                Instant.now().truncatedTo(ChronoUnit.MILLIS).toString(),
                field(who),
                action,
                named == null ? NONE : field(named.symbolicName()),
                from == null ? NONE : from.version().toString(),
                from == null ? NONE : from.sha256(),
                to == null ? NONE : to.version().toString(),
                to == null ? NONE : to.sha256(),
                Long.toString(pauseMillis),
                field(outcome));
        Files.writeString(
                file,
                line + "\n",
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND,
                StandardOpenOption.DSYNC);
    }

    /** All events, the oldest first; a line that is none, as a crash may leave it, is passed over. */
    synchronized List<Entry> entries() throws IOException {
        List<Entry> entries = new ArrayList<>();
        if (!Files.exists(file)) {
            return entries;
        }
        try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
            lines.map(line -> line.split("\t", -1))
                    .filter(fields -> fields.length == FIELDS)
                    .forEach(fields -> entries.add(new Entry(
                            Instant.parse(fields[0]),
                            fields[1],
                            fields[2],
                            fields[3],
                            fields[4],
                            fields[5],
                            fields[6],
                            fields[7],
                            Long.parseLong(fields[8]),
                            fields[9])));
        }
        return entries;
    }

    /** The longest pause that the last swaps of a bundle took, in milliseconds. */
    OptionalLong lastPause(String symbolicName) throws IOException {
        List<Entry> swaps = entries().stream()
                .filter(entry -> entry.bundle().equals(symbolicName) && entry.isDone() && entry.pauseMillis() >= 0)
                .toList();
        return swaps.subList(Math.max(0, swaps.size() - 5), swaps.size()).stream()
                .mapToLong(Entry::pauseMillis)
                .max();
    }

    /** When a version came last, by a swap or for the first time: by its name and version with a blank between. */
    Map<String, Instant> lastSwaps() throws IOException {
        Map<String, Instant> last = new HashMap<>();
        for (Entry entry : entries()) {
            if (entry.isDone() && !entry.to().equals(NONE)) {
                last.put(entry.bundle() + " " + entry.to(), entry.at());
            }
        }
        return last;
    }

    /** The checksum of the version that serves since the last swap of a bundle; {@code null} if there was none. */
    @Nullable
    String current(String symbolicName) throws IOException {
        return entries().stream()
                .filter(entry -> entry.isDone() && entry.bundle().equals(symbolicName))
                .reduce((earlier, later) -> later)
                .map(Entry::toSha256)
                .orElse(null);
    }

    /** The checksum of the version that the one now running took the place of, if it did so by a swap. */
    @Nullable
    String before(String symbolicName, String runningSha256) throws IOException {
        List<Entry> entries = entries();
        for (int i = entries.size() - 1; i >= 0; i--) {
            Entry entry = entries.get(i);
            if (entry.isDone()
                    && entry.bundle().equals(symbolicName)
                    && entry.toSha256().equals(runningSha256)
                    && !entry.fromSha256().equals(NONE)) {
                return entry.fromSha256();
            }
        }
        return null;
    }

    /** A text as one field: no line and no field begins in it. */
    private static String field(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ").strip();
    }
}
