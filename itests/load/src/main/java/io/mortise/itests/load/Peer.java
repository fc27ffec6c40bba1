// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import java.io.IOException;

/**
 * Who speaks on a connection.
 *
 * <p>Called only on the loop's thread. An IOException from {@link #connected}, {@link #packet} or {@link #drained} ends the
 * connection, and {@link #lost} gets it as the reason.
 */
public interface Peer extends Frames.Sink {

    void connected(Connection connection) throws IOException;

    /** All packets of one read have been handed over. */
    default void drained() throws IOException {}

    /** The other side, or an error, ended the connection. */
    void lost(IOException reason);
}
