// SPDX-License-Identifier: Apache-2.0
package io.mortise.sys.topics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class LoadAverageTest {

    @Test
    void shouldComeToTheRateAMinuteAfterAWhile() {
        LoadAverage average = new LoadAverage(1, 10);
        long counter = 0;
        double last = 0;
        for (int look = 0; look < 200; look++) {
            counter += 50;
            last = average.look(counter);
        }
        assertEquals(300.0, last, 0.01);
    }

    @Test
    void shouldTakeInSixtyThreePercentWithinItsTime() {
        LoadAverage average = new LoadAverage(5, 10);
        long counter = 0;
        double last = 0;
        for (int look = 0; look < 30; look++) {
            counter += 10;
            last = average.look(counter);
        }
        assertEquals(60.0 * (1 - Math.exp(-1)), last, 0.01);
    }

    @Test
    void shouldFallWhenNothingHappens() {
        LoadAverage average = new LoadAverage(1, 60);
        average.look(100);
        assertEquals(100 * (1 - Math.exp(-1)) * Math.exp(-1), average.look(100), 0.01);
    }
}
