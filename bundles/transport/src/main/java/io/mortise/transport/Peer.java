// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import io.mortise.api.auth.ClientCertificate;
import io.netty.channel.Channel;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of a connection, as far as it is known before the first packet.
 *
 * @param remoteAddress where it is
 * @param localAddress where it connected to
 * @param certificate what TLS proved about it; {@code null} if it showed no certificate
 * @param sinceNanos when it came, by {@link System#nanoTime()}
 */
record Peer(
        SocketAddress remoteAddress,
        SocketAddress localAddress,
        @Nullable ClientCertificate certificate,
        long sinceNanos) {

    /** What the socket says. */
    static Peer of(Channel channel) {
        return new Peer(jdk(channel.remoteAddress()), jdk(channel.localAddress()), null, System.nanoTime());
    }

    /** The same with other addresses. */
    Peer at(SocketAddress remote, SocketAddress local) {
        return new Peer(remote, local, certificate, sinceNanos);
    }

    /** The same with what TLS proved. */
    Peer with(@Nullable ClientCertificate proven) {
        return new Peer(remoteAddress, localAddress, proven, sinceNanos);
    }

    /** No type of Netty goes further than this bundle. */
    static SocketAddress jdk(SocketAddress address) {
        return address instanceof DomainSocketAddress socket ? UnixDomainSocketAddress.of(socket.path()) : address;
    }
}
