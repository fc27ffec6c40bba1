// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport.wire;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/** An address that is bound. Any thread. */
@ProviderType
public interface Door {

    /** The address, with the port that was picked if 0 was asked for. */
    SocketAddress address();

    /** Why it is not at the address that was asked for, but where it was before; {@code null} if it is where it should be. */
    default @Nullable String failure() {
        return null;
    }

    /** How many connections are open that came in by this listener. */
    int connections();

    /**
     * The listener goes and will be back, as when its bundle is updated or its configuration changes: accepts no further
     * connection. The open ones stay. The address stays bound for a while, and those who connect wait there, until this
     * listener opens a door again: the same address is then taken over, another one takes its place.
     */
    void leave();

    /**
     * The listener is removed: accepts no further connection, frees the address before it returns, and lets everyone go who
     * came in by this listener, with the protocol's words for it. May block for a moment; not called on an event loop.
     */
    void close();
}
