// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport.wire;

import java.net.SocketAddress;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/** Opens doors for listeners; owns the event loops and every connection that comes in. A service; any thread. */
@ProviderType
public interface Transport {

    /**
     * Binds an address and accepts connections there. A listener, by its name in the settings, has one door: what it had
     * before is taken over if the address is the same, and otherwise closed as soon as the new one is open. If that cannot be
     * bound, the listener stays where it was, and its door says why ({@link Door#failure()}). Established connections stay
     * in all cases, with the settings with which they came in.
     *
     * @param address an {@link java.net.InetSocketAddress} or a {@link java.net.UnixDomainSocketAddress}
     * @return completes with the open door, or, if the listener has none, fails with an {@link java.io.IOException} that says which address could not
     *     be bound, and why
     */
    CompletionStage<Door> open(SocketAddress address, DoorSettings settings);
}
