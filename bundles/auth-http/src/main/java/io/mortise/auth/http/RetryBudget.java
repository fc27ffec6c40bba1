// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.http;

/**
 * How often a question may be asked a second time: a share of all questions, so that a service which is overloaded is not asked
 * twice as much. Any thread.
 */
final class RetryBudget {

    /** What may be saved up, in hundredths of a question. */
    private static final int MOST = 1_000;

    private final int percent;

    /** Guarded by this. */
    private int saved = MOST;

    RetryBudget(int percent) {
        this.percent = percent;
    }

    /** A question was asked the first time. */
    synchronized void asked() {
        saved = Math.min(MOST, saved + percent);
    }

    /** Whether one may be asked again. */
    synchronized boolean take() {
        if (percent == 0 || saved < 100) {
            return false;
        }
        saved -= 100;
        return true;
    }
}
