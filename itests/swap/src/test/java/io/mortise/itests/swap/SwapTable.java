// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.swap;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What messages took while parts were replaced, as Markdown. Used by one thread. */
final class SwapTable {
    private static final double NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final List<Row> rows = new ArrayList<>();

    /**
     * One swap.
     *
     * @param millis how long the operator waited for it
     */
    private record Row(String part, String road, int goalMillis, long millis, Delays.Result delays) {
        double longest() {
            return delays.longestNanos() / NANOS_PER_MILLI;
        }

        double p99() {
            return delays.histogram().quantile(0.99) / NANOS_PER_MILLI;
        }
    }

    void add(Part part, Road road, long nanos, Delays.Result delays) {
        rows.add(new Row(
                part.shortName(), road.words(), part.goalMillis(), TimeUnit.NANOSECONDS.toMillis(nanos), delays));
    }

    /** What it was like while nothing was replaced. */
    void addCalm(long nanos, Delays.Result delays) {
        rows.add(new Row("none", "for comparison", 0, TimeUnit.NANOSECONDS.toMillis(nanos), delays));
    }

    int size() {
        return rows.size();
    }

    /** Writes the table of all, and then one line for each part and road. */
    void write(Path file, String title) throws IOException {
        StringBuilder text = new StringBuilder("## " + title + "\n\n");
        text.append("| part | swaps | longest delay of a message, ms | p99, ms | goal, ms | the command took, ms |\n");
        text.append("|---|--:|--:|--:|--:|--:|\n");
        for (String part : rows.stream().map(Row::part).distinct().toList()) {
            line(text, part, rows.stream().filter(row -> row.part.equals(part)).toList());
        }
        text.append("\nBy road, longest delay of a message, ms\n\n| part | road | swaps | longest | p99 |\n");
        text.append("|---|---|--:|--:|--:|\n");
        for (String key : rows.stream()
                .map(row -> "| " + row.part + " | " + row.road)
                .distinct()
                .toList()) {
            List<Row> those = rows.stream()
                    .filter(row -> key.equals("| " + row.part + " | " + row.road))
                    .toList();
            text.append(key).append(String.format(" | %d | %.1f | %.1f |\n", those.size(), longest(those), p99(those)));
        }
        Files.createDirectories(file.getParent());
        Files.writeString(file, text, StandardCharsets.UTF_8);
    }

    private static void line(StringBuilder text, String part, List<Row> those) {
        int goal = those.get(0).goalMillis;
        text.append(String.format(
                "| %s | %d | %.1f | %.1f | %s | %d |\n",
                part,
                those.size(),
                longest(those),
                p99(those),
                goal == 0 ? "" : Integer.toString(goal),
                those.stream()
                        .map(Row::millis)
                        .sorted()
                        .skip(those.size() / 2)
                        .findFirst()
                        .orElseThrow()));
    }

    private static double longest(List<Row> those) {
        return those.stream().mapToDouble(Row::longest).max().orElseThrow();
    }

    /** That of the worst swap. */
    private static double p99(List<Row> those) {
        return those.stream().map(Row::p99).max(Comparator.naturalOrder()).orElseThrow();
    }
}
