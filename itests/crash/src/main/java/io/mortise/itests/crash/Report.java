// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import io.mortise.itests.load.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What was seen, as Markdown.
 *
 * <p>Any thread; nothing here has state.
 */
final class Report {

    private Report() {}

    /** One line a round, and one for all of them. */
    static String rounds(String what, List<Row> rows) {
        List<String> head = new ArrayList<>(
                List.of("round", what, "published", "acknowledged", "refused", "delivered", "again at QoS 1"));
        for (Violation violation : Violation.values()) {
            head.add(violation.column);
        }
        head.addAll(List.of("restart ms p50", "max"));
        Table table = new Table(head);
        for (int i = 0; i < rows.size(); i++) {
            table.add(cells(i == rows.size() - 1 ? "all" : Integer.toString(i + 1), rows.get(i)));
        }
        return table.toString();
    }

    private static List<String> cells(String label, Row row) {
        List<String> cells = new ArrayList<>(List.of(
                label,
                count(row.blows()),
                count(row.published()),
                count(row.acknowledged()),
                count(row.refused()),
                count(row.delivered()),
                count(row.repeated())));
        for (Violation violation : Violation.values()) {
            cells.add(count(row.count(violation)));
        }
        List<Long> sorted = row.restartMillis().stream().sorted().toList();
        cells.add(sorted.isEmpty() ? "-" : count(sorted.get(sorted.size() / 2)));
        cells.add(sorted.isEmpty() ? "-" : count(sorted.get(sorted.size() - 1)));
        return cells;
    }

    static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }
}
