// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinesTest {

    @Test
    void shouldNumberLinesThatHaveContent() throws BrokenFile {
        List<String> read = new ArrayList<>();
        lines("# comment\n\nfirst\r\n  \nsecond # not a comment\n")
                .forEachWithContent((number, line) -> read.add(number + " " + line));

        assertEquals(List.of("3 first", "5 second # not a comment"), read);
    }

    /** SEC-37: what is empty, cut off or something else entirely is no file at all. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                | it is empty",
                "'\n\n'            | it is empty",
                "'a\nb'            | line 2: it has no end; was the file cut off? Expected a line break",
                "'a'               | line 1: it has no end; was the file cut off? Expected a line break",
                "'a\n\u0001\n'         | line 2: expected text, got a control character",
                "'\uFEFFa\n'       | line 1: expected no byte order mark"
            })
    void shouldTakeNothingFromAFileThatIsNotWhole_SEC37(String text, String reason) {
        assertEquals(reason, assertThrows(BrokenFile.class, () -> lines(text)).getMessage());
    }

    @Test
    void shouldTakeNothingFromAFileThatIsNoText_SEC37() {
        assertThrows(BrokenFile.class, () -> Lines.of(new byte[] {'a', (byte) 0xC3, '\n'}));
    }

    private static Lines lines(String text) throws BrokenFile {
        return Lines.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
