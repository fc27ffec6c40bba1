// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport.wire;

import java.net.InetSocketAddress;
import org.osgi.annotation.versioning.ProviderType;

/** An address that is bound. Any thread. */
@ProviderType
public interface Door {

    /** The address, with the port that was picked if 0 was asked for. */
    InetSocketAddress address();

    /** How many connections that came in here are open. */
    int connections();

    /**
     * Accepts no further connection and frees the address, before it returns; the open connections stay. May block for a
     * moment; not called on an event loop.
     */
    void close();
}
