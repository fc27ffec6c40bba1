// SPDX-License-Identifier: Apache-2.0
package io.mortise.listener.tcp;

import io.mortise.transport.wire.Door;
import io.mortise.transport.wire.DoorSettings;
import io.mortise.transport.wire.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** Opens doors that lead nowhere, or says why it does not. */
final class FakeTransport implements Transport {
    final List<FakeDoor> doors = new CopyOnWriteArrayList<>();
    volatile String failure;
    volatile int attempts;

    @Override
    public CompletionStage<Door> open(SocketAddress address, DoorSettings settings) {
        attempts++;
        if (failure != null) {
            return CompletableFuture.failedFuture(new IOException(failure));
        }
        FakeDoor door = new FakeDoor((InetSocketAddress) address, settings);
        doors.add(door);
        return CompletableFuture.completedFuture(door);
    }

    static final class FakeDoor implements Door {
        final DoorSettings settings;
        private final InetSocketAddress address;
        volatile boolean closed;
        volatile boolean left;

        FakeDoor(InetSocketAddress address, DoorSettings settings) {
            this.address = address.getPort() == 0 ? new InetSocketAddress(address.getAddress(), 40_000) : address;
            this.settings = settings;
        }

        @Override
        public InetSocketAddress address() {
            return address;
        }

        @Override
        public int connections() {
            return 3;
        }

        @Override
        public void leave() {
            left = true;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
