// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

class PrintableTest {

    @Test
    void shouldLeaveWhatIsFitAsItIs() {
        String fit = "Kühlschrank 4.5 °C";
        assertSame(fit, Printable.text(fit));
        assertEquals("", Printable.text(""));
    }

    @Test
    void shouldReplaceWhatWouldMakeALineOfItsOwn() {
        assertEquals("a?b?c", Printable.text("a\nb\u001bc"));
        assertEquals("?", Printable.text("\uffff"));
        assertEquals("\ud83d\ude00?", Printable.text("\ud83d\ude00\t"));
    }

    @Test
    void shouldCutWhatIsLong() {
        assertEquals("x".repeat(80), Printable.text("x".repeat(80)));
        assertEquals("x".repeat(80) + "…", Printable.text("x".repeat(81)));
    }
}
