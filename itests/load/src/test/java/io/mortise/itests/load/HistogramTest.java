// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class HistogramTest {

    private final Histogram histogram = new Histogram();

    @Test
    void shouldBeExactForSmallValues() {
        for (int value = 1; value <= 60; value++) {
            histogram.record(value);
        }
        assertEquals(30, histogram.quantile(0.5));
        assertEquals(60, histogram.quantile(1));
        assertEquals(1, histogram.quantile(0));
    }

    @Test
    void shouldBeWithinOnePartIn32ForEveryMagnitude() {
        for (long value = 1; value > 0; value = value * 3 + 1) {
            histogram.clear();
            histogram.record(value);
            long found = histogram.quantile(0.5);
            assertTrue(found >= value && found - value <= value / 32, value + " became " + found);
        }
        histogram.clear();
        histogram.record(Long.MAX_VALUE);
        assertEquals(Long.MAX_VALUE, histogram.quantile(1));
    }

    @Test
    void shouldFindRareHighValueOnlyAboveItsShare() {
        for (int i = 0; i < 99; i++) {
            histogram.record(10);
        }
        histogram.record(1_000_000);
        assertEquals(10, histogram.quantile(0.99));
        assertTrue(histogram.quantile(0.995) >= 1_000_000);
    }

    @Test
    void shouldSayZeroWhenNothingWasRecorded() {
        histogram.record(5);
        histogram.clear();
        assertEquals(0, histogram.quantile(0.5));
    }
}
