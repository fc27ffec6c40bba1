// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.connection;

import org.osgi.annotation.versioning.ProviderType;

/**
 * The broker, as a wire sees it: takes connections in, and gives them back when another broker takes over.
 *
 * <p>Any thread, unless said otherwise; calls may overlap.
 */
@ProviderType
public interface Broker {

    /**
     * Takes a new connection in. Called on the connection's home thread, before its first packet.
     *
     * @throws IllegalStateException after {@link #retire()}
     */
    ConnectionHandler accept(Connection connection);

    /**
     * Takes up a connection that another broker had released, where it was left. Called on the connection's home thread,
     * before {@link #serve()}; reading is paused, and goes on when the broker says {@link Connection#resumeReading()}.
     *
     * @throws IllegalStateException after {@link #retire()}
     */
    ConnectionHandler resume(Connection connection, HandOver handOver);

    /**
     * Begins to serve, once everything that another broker had released was handed to {@link #resume}: no message moves
     * before. Connections that are accepted earlier wait. Called once; may block for a moment; not called on a home thread.
     */
    void serve();

    /**
     * Stops serving, once all its connections were released or closed: sessions without a connection stay in the store
     * only, their subscriptions leave the router, timers end. May block for a moment; not called on a home thread.
     */
    void retire();
}
