// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import org.jspecify.annotations.Nullable;

/**
 * Says whether the broker may work, and with what.
 *
 * <p>Open while all parts are there and the broker serves. It is closed in three steps: while it is <em>closing</em> the
 * parts still work, but no connection begins to read; when it is <em>closed</em> nothing is read and no mailbox begins to
 * run, but what runs already still finds the parts; when it is <em>empty</em> no thread uses a part. Nothing passes a
 * closed gate and nothing is lost at it: TCP and the mailboxes hold the rest.
 *
 * <p>Any thread reads; {@link Engine} alone moves it.
 */
final class Gate {
    private volatile @Nullable Parts parts;
    private volatile boolean passable;
    private volatile boolean reading;

    /** Whether mailboxes may run and packets be handled: open, or closing. */
    boolean isPassable() {
        return passable;
    }

    /** Whether a connection may begin to read: open. */
    boolean isOpen() {
        return reading;
    }

    /**
     * The parts. Asked only by what began to run while the gate was passable.
     *
     * @throws IllegalStateException if it is empty
     */
    Parts parts() {
        Parts current = parts;
        if (current == null) {
            throw new IllegalStateException("nothing runs while the gate is closed");
        }
        return current;
    }

    void open(Parts complete) {
        parts = complete;
        passable = true;
        reading = true;
    }

    void closing() {
        reading = false;
    }

    void closed() {
        passable = false;
    }

    void empty() {
        parts = null;
    }
}
