// SPDX-License-Identifier: Apache-2.0
package io.mortise.swap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Version;

class JournalTest {
    @TempDir
    Path folder;

    private Journal journal;

    private final Candidate one = version("1");
    private final Candidate two = version("2");
    private final Candidate three = version("3");

    @BeforeEach
    void open() {
        journal = new Journal(folder.resolve("audit.log"));
    }

    private static Candidate version(String version) {
        return new Candidate(
                Path.of(version), "com.example.a", new Version(version), version.repeat(64), false, Set.of());
    }

    @Test
    void shouldAnswerWhatWasWritten() throws IOException {
        journal.add("op", "swap", one, two, 12, Journal.DONE);
        journal.add("op", "install", null, three, -1, Journal.REFUSED + ": it says\tno\nand no");
        List<Journal.Entry> entries = journal.entries();
        assertEquals(2, entries.size());
        assertEquals("swap", entries.get(0).action());
        assertEquals("com.example.a", entries.get(0).bundle());
        assertEquals("1.0.0", entries.get(0).from());
        assertEquals("2.0.0", entries.get(0).to());
        assertEquals(12, entries.get(0).pauseMillis());
        assertTrue(entries.get(0).isDone());
        assertEquals("-", entries.get(1).from());
        assertEquals("refused: it says no and no", entries.get(1).outcome());
    }

    @Test
    void shouldKnowTheVersionThatTheRunningOneTookThePlaceOf() throws IOException {
        assertNull(journal.before("com.example.a", one.sha256()));
        journal.add("op", "swap", one, two, 12, Journal.DONE);
        journal.add("op", "swap", two, three, 12, Journal.ROLLED_BACK + ": it was bad");
        assertEquals(one.sha256(), journal.before("com.example.a", two.sha256()));
        assertNull(journal.before("com.example.a", three.sha256()), "it never took a place");
        assertNull(journal.before("com.example.b", two.sha256()));
    }

    @Test
    void shouldKnowTheLongestOfTheLastPauses() throws IOException {
        assertEquals(OptionalLong.empty(), journal.lastPause("com.example.a"));
        journal.add("op", "swap", one, two, 900, Journal.DONE);
        for (long pause : new long[] {5, 7, -1, 3, 4, 6}) {
            journal.add("op", "swap", one, two, pause, Journal.DONE);
        }
        assertEquals(OptionalLong.of(7), journal.lastPause("com.example.a"));
    }

    @Test
    void shouldPassOverALineThatACrashCutOff() throws IOException {
        journal.add("op", "swap", one, two, 12, Journal.DONE);
        Files.writeString(folder.resolve("audit.log"), "2026-01-01T00:00:00Z\tro", StandardOpenOption.APPEND);
        assertEquals(1, journal.entries().size());
    }

    @Test
    void shouldKnowWhatServesNow() throws IOException {
        assertNull(journal.current("com.example.a"));
        journal.add("op", "swap", one, two, 12, Journal.DONE);
        journal.add("op", "swap", two, three, 12, Journal.ROLLED_BACK + ": it was bad");
        assertEquals(two.sha256(), journal.current("com.example.a"));
        assertNull(journal.current("com.example.b"));
    }
}
