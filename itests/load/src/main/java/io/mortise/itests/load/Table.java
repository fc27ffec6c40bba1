// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import java.util.ArrayList;
import java.util.List;

/**
 * A Markdown table whose columns also line up for someone who reads the text itself.
 *
 * <p>Used only on the main thread.
 */
public final class Table {

    private final List<List<String>> rows = new ArrayList<>();

    public Table(List<String> head) {
        rows.add(List.copyOf(head));
    }

    public void add(List<String> cells) {
        if (cells.size() != rows.get(0).size()) {
            throw new IllegalArgumentException(rows.get(0).size() + " cells expected, not " + cells.size());
        }
        rows.add(List.copyOf(cells));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        int[] widths = widths();
        for (int row = 0; row < rows.size(); row++) {
            appendRow(text, rows.get(row), widths);
            if (row == 0) {
                appendRule(text, widths);
            }
        }
        return text.toString();
    }

    private int[] widths() {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        return widths;
    }

    // The first column names, the others count.
    private static void appendRow(StringBuilder text, List<String> row, int[] widths) {
        for (int column = 0; column < widths.length; column++) {
            String cell = row.get(column);
            String padding = " ".repeat(widths[column] - cell.length());
            text.append("| ")
                    .append(column == 0 ? cell + padding : padding + cell)
                    .append(' ');
        }
        text.append("|\n");
    }

    private static void appendRule(StringBuilder text, int[] widths) {
        for (int column = 0; column < widths.length; column++) {
            text.append('|').append("-".repeat(widths[column] + 1)).append(column == 0 ? '-' : ':');
        }
        text.append("|\n");
    }
}
