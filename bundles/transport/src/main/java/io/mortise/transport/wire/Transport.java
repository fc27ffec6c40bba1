// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport.wire;

import java.net.InetSocketAddress;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/** Opens doors for listeners; owns the event loops and every connection that comes in. A service; any thread. */
@ProviderType
public interface Transport {

    /**
     * Binds an address and accepts connections there.
     *
     * @return completes with the open door, or fails with an {@link java.io.IOException} that says which address could not
     *     be bound, and why
     */
    CompletionStage<Door> open(InetSocketAddress address, DoorSettings settings);
}
