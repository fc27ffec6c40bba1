// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The time in which a session waits for its client: when its will is due, and when it expires (MQTT 5.0, 3.1.3.2.2, 3.1.2.11.2).
 *
 * <p>Used in its session's mailbox, or while nothing runs there.
 */
final class Absence {
    private final Session session;
    private @Nullable Future<?> willTimer;
    private @Nullable Future<?> expiryTimer;

    Absence(Session session) {
        this.session = session;
    }

    /** The will is due in so many milliseconds. */
    void willDue(long millis, Runnable publish) {
        willTimer = session.after(millis, publish);
    }

    /** The session expires in so many milliseconds. */
    void expiryDue(long millis, Runnable expire) {
        expiryTimer = session.after(millis, expire);
    }

    /** The client is back, or the session is over. */
    void end() {
        willTimer = cancel(willTimer);
        expiryTimer = cancel(expiryTimer);
    }

    private static @Nullable Future<?> cancel(@Nullable Future<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
        return null;
    }
}
