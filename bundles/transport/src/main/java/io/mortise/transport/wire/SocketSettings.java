// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport.wire;

/**
 * How the sockets of a door are set.
 *
 * @param backlog how many connections may wait to be accepted; at least 1
 * @param noDelay whether small packets leave at once (TCP_NODELAY)
 * @param keepAlive whether the system asks silent peers if they are still there (SO_KEEPALIVE)
 */
public record SocketSettings(int backlog, boolean noDelay, boolean keepAlive) {

    /** What a listener has that says nothing else. */
    public static final SocketSettings DEFAULT = new SocketSettings(1_024, true, true);

    /** Refuses what is out of range. */
    public SocketSettings {
        Range.check("backlog", 1, backlog, Integer.MAX_VALUE);
    }
}
