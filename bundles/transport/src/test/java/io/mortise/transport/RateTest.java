// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateTest {
    private long now;

    private int allowed(Rate rate, int tries) {
        int allowed = 0;
        for (int i = 0; i < tries; i++) {
            allowed += rate.allows() ? 1 : 0;
        }
        return allowed;
    }

    private void pass(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** The clock may start anywhere, and wraps. */
    @ParameterizedTest
    @ValueSource(longs = {0, Long.MIN_VALUE, Long.MAX_VALUE - 1_000})
    void shouldAllowABurstAndThenTheRate(long start) {
        now = start;
        Rate rate = new Rate(10, 25, () -> now);
        assertEquals(25, allowed(rate, 100));
        pass(100);
        assertEquals(1, allowed(rate, 100));
        pass(1_000);
        assertEquals(10, allowed(rate, 100));
    }

    @Test
    void shouldAllowAWholeBurstAgainAfterAQuietWhileAndNoMore() {
        Rate rate = new Rate(10, 25, () -> now);
        allowed(rate, 25);
        pass(2_500);
        assertEquals(25, allowed(rate, 100));
        pass(TimeUnit.DAYS.toMillis(1));
        assertEquals(25, allowed(rate, 100));
    }

    @Test
    void shouldAllowOneAfterAnotherIfThereIsNoBurst() {
        Rate rate = new Rate(4, 1, () -> now);
        assertEquals(1, allowed(rate, 10));
        pass(249);
        assertEquals(0, allowed(rate, 10));
        pass(1);
        assertEquals(1, allowed(rate, 10));
    }

    @Test
    void shouldAllowASecondsWorthAtOnceUnlessItIsSaidOtherwise() {
        assertEquals(10, allowed(new Rate(10, () -> now), 100));
    }
}
