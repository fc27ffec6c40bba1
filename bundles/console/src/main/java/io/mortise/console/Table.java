// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows in aligned columns with a header line, and a last line that says how many there are.
 *
 * <p>Used by one thread. Every value is made harmless and is cut to its column's greatest width. Of very many rows only
 * the first are kept, so that looking at a large broker does not fill its memory.
 */
final class Table {
    static final int MOST_ROWS = 10_000;

    private static final String GAP = "  ";

    private final Column[] columns;
    private final int[] widths;
    private final List<String[]> rows = new ArrayList<>();
    private int count;

    Table(Column... columns) {
        this.columns = columns;
        this.widths = new int[columns.length];
        for (int i = 0; i < columns.length; i++) {
            widths[i] = columns[i].name.length();
        }
    }

    /** A column of text, at most so wide. */
    static Column text(String name, int width) {
        return new Column(name, width, false);
    }

    /** A column of numbers, which stand at its right edge. */
    static Column number(String name) {
        return new Column(name, Integer.MAX_VALUE, true);
    }

    /** Adds a row: one value for each column. */
    void row(Object... values) {
        if (values.length != columns.length) {
            throw new IllegalArgumentException(columns.length + " values expected, got " + values.length);
        }
        count++;
        if (count > MOST_ROWS) {
            return;
        }
        String[] cells = new String[values.length];
        for (int i = 0; i < values.length; i++) {
            cells[i] = Readable.cut(Readable.escaped(values[i].toString()), columns[i].width);
            widths[i] = Math.max(widths[i], length(cells[i]));
        }
        rows.add(cells);
    }

    /** The whole table, without a line break at its end. */
    String print(String noun) {
        StringBuilder text = new StringBuilder();
        String[] names = new String[columns.length];
        for (int i = 0; i < columns.length; i++) {
            names[i] = columns[i].name;
        }
        print(text, names);
        for (String[] cells : rows) {
            print(text, cells);
        }
        if (count > rows.size()) {
            text.append(rows.size()).append(" of ");
        }
        return text.append(Readable.count(count, noun)).toString();
    }

    private void print(StringBuilder text, String[] cells) {
        int start = text.length();
        for (int i = 0; i < cells.length; i++) {
            int padding = widths[i] - length(cells[i]);
            if (columns[i].right) {
                text.append(" ".repeat(padding)).append(cells[i]);
            } else {
                text.append(cells[i]).append(" ".repeat(padding));
            }
            text.append(GAP);
        }
        int end = text.length();
        while (end > start && text.charAt(end - 1) == ' ') {
            end--;
        }
        text.setLength(end);
        text.append('\n');
    }

    private static int length(String cell) {
        return cell.codePointCount(0, cell.length());
    }

    /** What a column is called, how wide it may become, and where its values stand. */
    static final class Column {
        private final String name;
        private final int width;
        private final boolean right;

        private Column(String name, int width, boolean right) {
            this.name = name;
            this.width = width;
            this.right = right;
        }
    }
}
