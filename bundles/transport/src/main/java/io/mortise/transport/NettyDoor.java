// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import io.mortise.transport.wire.Door;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** What a listener holds of its address, as long as no other door has taken it over. Any thread. */
final class NettyDoor implements Door {
    private final Doors doors;
    private final BoundAddress address;
    private final Clientele clientele;
    private final @Nullable String failure;

    /** The failure is why it is not at another address. */
    NettyDoor(Doors doors, BoundAddress address, Clientele clientele, @Nullable String failure) {
        this.doors = doors;
        this.address = address;
        this.clientele = clientele;
        this.failure = failure;
    }

    @Override
    public SocketAddress address() {
        return address.local();
    }

    @Override
    public @Nullable String failure() {
        return failure;
    }

    @Override
    public int connections() {
        return clientele.size();
    }

    @Override
    public void leave() {
        doors.leave(this, address);
    }

    @Override
    public void close() {
        doors.close(this, address, clientele);
    }
}
