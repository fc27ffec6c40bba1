// SPDX-License-Identifier: Apache-2.0
package io.mortise.sys.topics;

/**
 * How fast a counter rises, a minute: an average in which what was long ago counts less and less, as of Unix's load.
 *
 * <p>Used by one thread.
 */
final class LoadAverage {
    private final double keep;
    private final double looksAMinute;
    private double average;
    private long before;

    /**
     * Of a counter that is at zero.
     *
     * @param minutes the time after which a change has had 63 % of its effect
     * @param intervalSeconds how long after each other the counter is looked at
     */
    LoadAverage(int minutes, int intervalSeconds) {
        this.keep = Math.exp(-intervalSeconds / (60.0 * minutes));
        this.looksAMinute = 60.0 / intervalSeconds;
    }

    /** The counter is there now; answers the average. */
    double look(long now) {
        double rate = (now - before) * looksAMinute;
        before = now;
        average = rate + keep * (average - rate);
        return average;
    }
}
