// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.connection;

import io.mortise.api.auth.ClientCertificate;
import io.mortise.api.protocol.Packet;
import io.mortise.api.protocol.ReasonCode;
import java.net.SocketAddress;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * One client's wire, as the broker sees it: packets go out here, and come in at a {@link ConnectionHandler}.
 *
 * <p>A transport implements it for sockets. A bridge or a rule plugin implements it inside the process and hands it to
 * {@link Broker#accept}.
 *
 * <p>Each connection has a home thread, that of its {@link #executor()}. Unless a method says otherwise it is called
 * there, does not block, and may be called after the connection was closed, when it does nothing.
 */
@ConsumerType
public interface Connection {

    /** What the principal of a part of the broker itself begins with; no authenticator may give such a one to a client. */
    String INTERNAL = "$internal/";

    /** The name of the listener that it came through; for an in-process connection, of what it is. Any thread. */
    String listener();

    /** Where the peer is. Any thread. */
    SocketAddress remoteAddress();

    /** Where the peer connected to. Any thread. */
    SocketAddress localAddress();

    /** What TLS proved about the peer; {@code null} if it showed no certificate. Any thread. */
    default @Nullable ClientCertificate certificate() {
        return null;
    }

    /**
     * The home thread: everything about this connection runs here, one thing at a time. Never to be shut down by the
     * broker. Whoever made the connection may shut it down once the connection is closed; what it has accepted until then
     * it runs, and it refuses what comes later. Any thread.
     */
    ScheduledExecutorService executor();

    /** Whether the calling thread is the home thread. Any thread. */
    boolean inExecutor();

    /** The size of the largest packet that is let in, in bytes, fixed header included. Any thread. */
    int maximumPacketSize();

    /**
     * Writes a packet behind those written before; it leaves with the next {@link #flush()} at the latest. The Reason String
     * and User Properties of any packet but PUBLISH are left out if it were too large with them (3.2.2.3.9 and its like).
     *
     * @return {@code false} if it was left out because it is larger than the Maximum Packet Size of the client (MQTT 5.0,
     *     3.1.2.11.4)
     */
    boolean send(Packet packet);

    /** Lets everything that was written leave. Call it once for many packets. */
    void flush();

    /**
     * Whether more can be written without piling up. When it is not, hold back; {@link
     * ConnectionHandler#writabilityChanged()} says when it is again.
     */
    boolean isWritable();

    /**
     * Hands over no further packet until {@link #resumeReading()}, from the next one on, even of those that have arrived. What comes
     * meanwhile is read once at most, the rest stays in the socket. Calling it again changes nothing.
     */
    void pauseReading();

    /** Goes on reading. Calling it while reading changes nothing. Packets may arrive before it returns. */
    void resumeReading();

    /**
     * Whether a packet that arrives is handed over: not while reading is paused, nor while a part of the wire is away. A client
     * that cannot be heard is not silent. When it can be heard again, {@link ConnectionHandler#readComplete()} is called.
     */
    default boolean isReading() {
        return true;
    }

    /**
     * In whose name the peer acts, if it is a part of the broker's own process and whoever made this connection answers for
     * it: {@link #INTERNAL} and a name. The broker then asks no authenticator and no authorizer, lets it do everything, and
     * lets nobody else have this principal. {@code null}, as on every connection that comes from outside, leaves it
     * to them. Constant; any thread.
     */
    default @Nullable String internalPrincipal() {
        return null;
    }

    /** Lets what was written leave, then closes. Any thread. */
    void close();

    /**
     * Closes as {@link #close()} does, and says why where the wire has words of its own for it, as WebSocket does with its
     * close codes. Any thread.
     */
    default void close(ReasonCode reasonCode) {
        close();
    }
}
