// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.swap;

import java.util.ArrayList;
import java.util.List;

/** What clients noticed and should not have. Any thread. */
final class Findings {
    private static final int MOST = 50;

    private final List<String> all = new ArrayList<>(); // guarded by this

    synchronized void add(String finding) {
        if (all.size() < MOST) { // the first ones tell; a broker that is gone would fill a log
            all.add(finding);
        }
    }

    synchronized boolean isEmpty() {
        return all.isEmpty();
    }

    /** Fails if there are any. */
    synchronized void areNone() {
        if (!all.isEmpty()) {
            throw new AssertionError(String.join("\n", all));
        }
    }
}
