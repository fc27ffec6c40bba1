// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

/**
 * Says on the standard error what is going on: a line for each piece of work, a dot for each second of it.
 *
 * <p>Used only on the main thread, which is the loop's.
 */
public final class Progress {

    private static final long SECOND = 1_000_000_000L;

    // none before the first piece of work
    private long nextDot = Long.MAX_VALUE;

    public void begin(String work) {
        System.err.print(work + " ");
        System.err.flush();
        nextDot = System.nanoTime() + SECOND;
    }

    public void tick(long now) {
        if (now >= nextDot) {
            System.err.print('.');
            System.err.flush();
            nextDot = now + SECOND;
        }
    }

    public void end(String outcome) {
        System.err.println(" " + outcome);
    }

    static void note(String line) {
        System.err.println("load: " + line);
    }
}
