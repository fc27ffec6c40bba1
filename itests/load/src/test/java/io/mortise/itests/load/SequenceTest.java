// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SequenceTest {

    private final Sequence sequence = new Sequence();

    private void accept(long... numbers) {
        for (long number : numbers) {
            sequence.accept(number);
        }
    }

    @Test
    void shouldFindNoFaultInOrderedMessages() {
        accept(0, 1, 2);
        assertFaults(0, 0, 0, 3);
    }

    @Test
    void shouldCountMessagesThatNeverCame() {
        accept(0, 3, 4);
        assertFaults(3, 0, 0, 6); // 1, 2 and, at the end, 5
    }

    @Test
    void shouldCountLateMessageAsLateAndNotAsMissing() {
        accept(0, 2);
        assertTrue(sequence.accept(1));
        assertFaults(0, 0, 1, 3);
    }

    @Test
    void shouldCountRepeatedMessageAsDuplicateWhetherOrNotThereWasGap() {
        accept(0, 1);
        assertFalse(sequence.accept(1));
        accept(4, 2);
        assertFalse(sequence.accept(2));
        assertFaults(1, 2, 1, 5);
    }

    @Test
    void shouldForgetGapsThatAreFarBehind() {
        accept(1);
        for (long number = 2; number < 200_000; number++) {
            accept(number);
        }
        assertFalse(sequence.accept(0));
        assertFaults(1, 1, 0, 200_000);
    }

    @Test
    void shouldTellGapsApartThatShareTheirPlaceInMemory() {
        accept(65_536, 65_536 + 3);
        assertTrue(sequence.accept(65_536 + 1));
        assertTrue(sequence.accept(5));
        assertFalse(sequence.accept(1));
    }

    private void assertFaults(long missing, long duplicates, long late, long sent) {
        assertEquals(missing, sequence.missing(sent), "missing");
        assertEquals(duplicates, sequence.duplicates(), "duplicates");
        assertEquals(late, sequence.late(), "late");
    }
}
