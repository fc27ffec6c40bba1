// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/** How sockets are driven. */
enum Io {
    /** Linux, with Netty's native library: less garbage, fewer system calls. */
    EPOLL,
    /** Everywhere. */
    NIO;

    /**
     * What a configuration asks for.
     *
     * @param name {@code auto}, {@code epoll} or {@code nio}
     * @throws IllegalArgumentException for any other name
     * @throws IllegalStateException if epoll was asked for and is not there
     */
    static Io named(String name) {
        return switch (name) {
            case "auto" -> Epoll.isAvailable() ? EPOLL : NIO;
            case "epoll" -> {
                if (!Epoll.isAvailable()) {
                    throw new IllegalStateException("io=epoll, but epoll is not there", Epoll.unavailabilityCause());
                }
                yield EPOLL;
            }
            case "nio" -> NIO;
            default -> throw new IllegalArgumentException("io: auto, epoll or nio expected, got " + name);
        };
    }

    IoHandlerFactory handlers() {
        return switch (this) {
            case EPOLL -> EpollIoHandler.newFactory();
            case NIO -> NioIoHandler.newFactory();
        };
    }

    Class<? extends ServerChannel> serverChannel(SocketAddress address) {
        boolean unix = address instanceof UnixDomainSocketAddress;
        return switch (this) {
            case EPOLL -> unix ? EpollServerDomainSocketChannel.class : EpollServerSocketChannel.class;
            case NIO -> unix ? NioServerDomainSocketChannel.class : NioServerSocketChannel.class;
        };
    }

    /** The address as these sockets know it. */
    SocketAddress address(SocketAddress address) {
        return this == EPOLL && address instanceof UnixDomainSocketAddress socket
                ? new DomainSocketAddress(socket.getPath().toString())
                : address;
    }
}
