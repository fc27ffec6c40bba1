// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedFileTest {
    private static final List<String> NOTHING = List.of("nothing");

    @TempDir
    private Path folder;

    private Path path;

    @BeforeEach
    void setUp() {
        path = folder.resolve("words");
    }

    @Test
    void shouldReadAtOnce() throws IOException {
        Files.writeString(path, "a\nb\n");

        assertEquals(List.of("a", "b"), file().content());
    }

    @Test
    void shouldReadAChangeWhenTheFileHasComeToRest() throws IOException {
        Files.writeString(path, "a\n");
        WatchedFile<List<String>> file = file();
        assertFalse(file.look());

        Files.writeString(path, "first half\n");
        assertFalse(file.look());
        Files.writeString(path, "first half\nsecond half\n");
        assertFalse(file.look());
        assertEquals(List.of("a"), file.content());
        assertTrue(file.look());
        assertEquals(List.of("first half", "second half"), file.content());
        assertFalse(file.look());
    }

    /** SEC-37: at the beginning nothing is in force, and what is put right is taken up. */
    @Test
    void shouldHaveNothingUntilTheFileIsRight_SEC37() throws IOException {
        WatchedFile<List<String>> file = file();
        assertEquals(NOTHING, file.content());

        for (String broken : List.of("", "cut of", "wrong\n")) {
            Files.writeString(path, broken);
            assertFalse(file.look());
            assertFalse(file.look());
            assertEquals(NOTHING, file.content());
        }
        Files.writeString(path, "right\n");
        assertFalse(file.look());
        assertTrue(file.look());
        assertEquals(List.of("right"), file.content());
    }

    /** SEC-37: the last good content stays, whatever becomes of the file. */
    @Test
    void shouldKeepTheLastGoodContent_SEC37() throws IOException {
        Files.writeString(path, "good\n");
        WatchedFile<List<String>> file = file();

        for (String broken : List.of("", "cut of", "wrong\n")) {
            Files.writeString(path, broken);
            assertFalse(file.look());
            assertFalse(file.look());
            assertEquals(List.of("good"), file.content());
        }
        Files.delete(path);
        assertFalse(file.look());
        assertFalse(file.look());
        Files.createDirectory(path);
        assertFalse(file.look());
        assertFalse(file.look());
        assertEquals(List.of("good"), file.content());
    }

    private WatchedFile<List<String>> file() {
        return new WatchedFile<>("words", path, NOTHING, lines -> {
            if (lines.all().contains("wrong")) {
                throw new BrokenFile(1, "expected something else");
            }
            return lines.all();
        });
    }
}
