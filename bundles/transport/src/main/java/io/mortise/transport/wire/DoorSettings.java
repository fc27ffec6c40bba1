// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport.wire;

/**
 * What goes for every connection that comes in by one door: values only, so that nothing of a listener stays behind with the
 * connections that it let in. Begin with {@link #of} and change what differs.
 *
 * @param listener the name of the listener
 * @param sockets how its sockets are set
 * @param limits what the door lets in
 */
public record DoorSettings(String listener, SocketSettings sockets, DoorLimits limits) {

    /** A door of this listener with everything at its default. */
    public static DoorSettings of(String listener) {
        return new DoorSettings(listener, SocketSettings.DEFAULT, DoorLimits.DEFAULT);
    }

    /** The same with these sockets. */
    public DoorSettings with(SocketSettings other) {
        return new DoorSettings(listener, other, limits);
    }

    /** The same with these limits. */
    public DoorSettings with(DoorLimits other) {
        return new DoorSettings(listener, sockets, other);
    }
}
