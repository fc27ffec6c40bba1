// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * When a subscriber is there.
 *
 * <p>Used only on the loop's thread.
 */
final class Attendance {

    /** What a subscriber is like. */
    enum Habit {
        /** There whenever the broker is. */
        ONLINE,
        /** Away until everybody is to come. */
        OFFLINE,
        /** There and away by turns, some tenths of a second each. */
        COMING_AND_GOING
    }

    private static final int LONGEST_MILLIS = 400;

    private final Habit habit;
    private final Random random;
    private boolean there = true;
    private long until;

    Attendance(Habit habit, Random random) {
        this.habit = habit;
        this.random = random;
        this.until = System.nanoTime();
    }

    boolean isThere(Stage stage, long now) {
        if (stage.everybody || habit == Habit.ONLINE) {
            return true;
        }
        if (habit == Habit.OFFLINE) {
            return false;
        }
        if (now - until >= 0) {
            there = !there;
            until = now + TimeUnit.MILLISECONDS.toNanos(1 + random.nextInt(LONGEST_MILLIS));
        }
        return there;
    }
}
