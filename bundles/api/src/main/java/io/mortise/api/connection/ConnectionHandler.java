// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.connection;

import io.mortise.api.protocol.Packet;
import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.ReasonCode;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What the broker does with one {@link Connection}; the owner of the connection calls it.
 *
 * <p>Every method is called on the connection's home thread, and none blocks. After {@link #closed()} or {@link
 * #release()} no method is called any more.
 */
@ProviderType
public interface ConnectionHandler {

    /** A packet came in. */
    void received(Packet packet);

    /** All packets that had arrived were handed over: time to flush. */
    void readComplete();

    /** The peer broke the protocol; the handler says so to it in the protocol's words and closes the connection. */
    void violated(ProtocolViolation violation);

    /**
     * The connection has to end, through no fault of the client: its listener is removed, say. The handler says so to it in
     * the protocol's words and closes the connection.
     */
    void dismissed(ReasonCode reasonCode, String reason);

    /** {@link Connection#isWritable()} has changed. */
    void writabilityChanged();

    /** The connection is closed, by either side. */
    void closed();

    /**
     * Gives the connection back, to be taken up by another broker. Reading was paused on every connection before. From
     * now on this handler does not touch the connection; what the stage completes with is all that is known about it.
     */
    CompletionStage<HandOver> release();
}
