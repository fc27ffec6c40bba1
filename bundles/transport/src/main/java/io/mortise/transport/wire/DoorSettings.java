// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport.wire;

/**
 * What goes for every connection that comes in by one door.
 *
 * @param listener the name of the listener
 * @param backlog how many connections may wait to be accepted; at least 1
 * @param maximumConnections how many may be open at a time; further ones are closed at once; at least 1
 * @param maximumPacketSize the largest packet let in, in bytes, fixed header included; 1,024 to 268,435,460
 * @param connectTimeoutMillis how long a client may take from the socket to its whole CONNECT; at least 1
 * @param noDelay whether TCP_NODELAY is set
 */
public record DoorSettings(
        String listener,
        int backlog,
        int maximumConnections,
        int maximumPacketSize,
        int connectTimeoutMillis,
        boolean noDelay) {

    /** Refuses what is out of range. */
    public DoorSettings {
        within("backlog", 1, backlog, Integer.MAX_VALUE);
        within("maximumConnections", 1, maximumConnections, Integer.MAX_VALUE);
        within("maximumPacketSize", 1_024, maximumPacketSize, 268_435_460);
        within("connectTimeoutMillis", 1, connectTimeoutMillis, Integer.MAX_VALUE);
    }

    private static void within(String name, int least, int value, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + ": " + least + " to " + most + " expected, got " + value);
        }
    }
}
