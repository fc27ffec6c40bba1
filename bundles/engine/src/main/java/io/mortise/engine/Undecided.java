// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * On how many connections packets wait for interceptors: what they become may be for any session, so none goes elsewhere before all are
 * decided. Any thread.
 */
final class Undecided {
    private int connections;
    private CompletableFuture<@Nullable Void> none = CompletableFuture.completedFuture(null);

    /** On one connection packets wait from now on. */
    synchronized void add() {
        if (connections++ == 0) {
            none = new CompletableFuture<>();
        }
    }

    /** On one connection nothing waits any more, and what was decided is done. */
    void remove() {
        CompletableFuture<@Nullable Void> told = null;
        synchronized (this) {
            if (--connections == 0) {
                told = none;
            }
        }
        if (told != null) {
            told.complete(null);
        }
    }

    /** Completes when nothing waits anywhere, on any thread. */
    synchronized CompletableFuture<@Nullable Void> whenNone() {
        return none;
    }
}
