// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TableTest {
    private final Table table = new Table(Table.text("CLIENT", 10), Table.number("QUEUED"), Table.text("USER", 10));

    @Test
    void shouldAlignColumnsAndCountRows() {
        table.row("fridge", 7, "alice");
        table.row("lamp", 12_345_678, "-");

        assertEquals("""
                CLIENT    QUEUED  USER
                fridge         7  alice
                lamp    12345678  -
                2 clients""", table.print("client"));
    }

    @Test
    void shouldSayThatThereIsNothing() {
        assertEquals("CLIENT  QUEUED  USER\n0 clients", table.print("client"));
    }

    @Test
    void shouldCutLongValues() {
        table.row("a-long-client-identifier", 1, "alice");

        assertEquals("""
                CLIENT      QUEUED  USER
                a-long-cl…       1  alice
                1 client""", table.print("client"));
    }

    @Test
    void shouldCountACharacterBeyondTheBasicPlaneOnce() {
        table.row("\ud83d\ude00", 1, "x");

        assertTrue(table.print("client").contains("\n\ud83d\ude00            1  x\n"), table.print("client"));
    }

    @Test
    void shouldEscapeWhatATerminalWouldObey() {
        table.row("\u001b[2J", 1, "a\nb");

        String printed = table.print("client");
        assertTrue(printed.contains("\\u001b[2J"), printed);
        assertTrue(printed.contains("a\\u000ab"), printed);
        assertFalse(printed.contains("\u001b"), printed);
    }

    @Test
    void shouldKeepTheFirstRowsOfVeryMany() {
        for (int i = 0; i < Table.MOST_ROWS + 5; i++) {
            table.row("c" + i, i, "-");
        }

        String printed = table.print("client");
        assertTrue(printed.endsWith("\n10000 of 10005 clients"), printed.substring(printed.length() - 60));
        assertEquals(Table.MOST_ROWS + 2, printed.lines().count());
    }

    @Test
    void shouldRefuseARowWithTooFewValues() {
        assertThrows(IllegalArgumentException.class, () -> table.row("fridge"));
    }
}
