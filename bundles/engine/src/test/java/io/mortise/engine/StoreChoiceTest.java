// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreChoiceTest {
    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void setUp() {
        file = folder.resolve("store-in-use");
    }

    @Test
    void shouldBeWhatIsConfiguredIfNothingWasMoved() {
        assertEquals("disk", new StoreChoice(file, "disk").complete());
        assertEquals(StoreChoice.ANY, new StoreChoice(file, StoreChoice.ANY).complete());
    }

    @Test
    void shouldBeWhereEverythingWasMovedToWhateverIsConfigured() throws Exception {
        new StoreChoice(file, "disk").write("memory");
        assertEquals("memory", new StoreChoice(file, "disk").complete());
        assertEquals("memory", new StoreChoice(file, StoreChoice.ANY).complete());
    }

    @Test
    void shouldBeTheCompleteOneWhileAnotherHasAPart() throws Exception {
        StoreChoice choice = new StoreChoice(file, StoreChoice.ANY);
        choice.write("a store with blanks", "other");
        assertEquals("a store with blanks", new StoreChoice(file, StoreChoice.ANY).complete());
        choice.write("other", "a store with blanks");
        assertEquals("other", new StoreChoice(file, StoreChoice.ANY).complete());
    }

    /** It ends with the file that was there, or with the new one: half of one is never read. */
    @Test
    void shouldLeaveNothingHalfWritten() throws Exception {
        StoreChoice choice = new StoreChoice(file, StoreChoice.ANY);
        choice.write("one");
        Files.writeString(folder.resolve("store-in-use.new"), "compl");
        assertEquals("one", new StoreChoice(file, StoreChoice.ANY).complete());
        choice.write("two", "one");
        assertEquals("complete two\nincomplete one\n", Files.readString(file));
    }

    @Test
    void shouldNotGuessWhenItCannotRead() throws Exception {
        Files.createDirectory(file);
        String message = assertThrows(UncheckedIOException.class, () -> new StoreChoice(file, "disk"))
                .getMessage();
        assertTrue(message.contains(file.toString()), message);
    }
}
