// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.connection.Connection;
import org.jspecify.annotations.Nullable;

/**
 * Why nothing is read on one connection: as long as there is a reason, and no longer. Meanwhile the client's silence is not held
 * against it.
 *
 * <p>Used on the home thread of the connection.
 */
final class Holds {

    /** Why nothing is read. */
    enum Reason {
        GATE,
        HANDSHAKE,
        PERMISSIONS,
        ACKNOWLEDGEMENTS,
        CONGESTION,
        INTERCEPTION,
        RATE;

        private final int bit = 1 << ordinal();
    }

    private final Connection connection;
    private int reasons;
    private @Nullable KeepAlive keepAlive;
    private boolean over;

    Holds(Connection connection) {
        this.connection = connection;
    }

    /** From now on the client's silence is measured by this. */
    void measure(KeepAlive silence) {
        keepAlive = silence;
        if (reasons != 0) {
            silence.pause();
        }
    }

    void add(Reason reason) {
        if (reasons == 0) {
            connection.pauseReading();
            if (keepAlive != null) {
                keepAlive.pause();
            }
        }
        reasons |= reason.bit;
    }

    void remove(Reason reason) {
        if (reasons == 0) {
            return;
        }
        reasons &= ~reason.bit;
        if (reasons == 0 && !over) {
            if (keepAlive != null) {
                keepAlive.resume();
            }
            connection.resumeReading();
        }
    }

    /** The connection is over, or in other hands: nothing is read again. */
    void end() {
        over = true;
    }
}
