// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import io.mortise.transport.wire.DoorSettings;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An address on which the system lets clients connect; who accepts them can change.
 *
 * <p>Any thread. What is said about whose it is, is said under the lock of {@link Doors}.
 */
final class BoundAddress {
    private final SocketAddress asked;
    private final Channel channel;
    private final Attendant attendant;

    private @Nullable NettyDoor door;
    private @Nullable Future<?> absence;

    private BoundAddress(SocketAddress asked, Channel channel, Attendant attendant) {
        this.asked = asked;
        this.channel = channel;
        this.attendant = attendant;
    }

    /** Binds; each connection that comes in begins an {@link Entry} on its loop, with the settings of that moment. */
    static CompletableFuture<BoundAddress> bind(
            SocketAddress address,
            DoorSettings settings,
            Clientele clientele,
            EventLoopGroup eventLoops,
            Io io,
            WriteBufferWaterMark waterMark,
            Function<String, @Nullable Tls> tls,
            Map<EventLoop, HomeLoop> homes) {
        CompletableFuture<BoundAddress> bound = new CompletableFuture<>();
        if (address instanceof InetSocketAddress internet && internet.isUnresolved()) {
            bound.completeExceptionally(cannotBind(address, "unknown host"));
            return bound;
        }
        if (address instanceof UnixDomainSocketAddress socket) {
            SocketFile.removeIfDead(socket.getPath());
        }
        Attendant attendant = new Attendant(settings, clientele, tls, homes);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(eventLoops)
                .channel(io.serverChannel(address))
                .option(ChannelOption.SO_BACKLOG, settings.sockets().backlog())
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark)
                .childHandler(attendant);
        if (address instanceof InetSocketAddress) {
            bootstrap.option(ChannelOption.SO_REUSEADDR, true);
        }
        ChannelFuture binding = bootstrap.bind(io.address(address));
        binding.addListener(done -> {
            Throwable cause = done.cause();
            if (cause != null) {
                bound.completeExceptionally(cannotBind(address, reason(cause)));
            } else {
                if (address instanceof UnixDomainSocketAddress socket) {
                    SocketFile.forOwnerOnly(socket.getPath());
                }
                bound.complete(new BoundAddress(address, binding.channel(), attendant));
            }
        });
        return bound;
    }

    private static IOException cannotBind(SocketAddress address, String reason) {
        String text = address instanceof InetSocketAddress internet
                ? NetUtil.toSocketAddressString(internet)
                : address.toString();
        return new IOException(text + " cannot be bound: " + reason);
    }

    /** The system's own words, which epoll puts behind the name of its call. */
    private static String reason(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        return message.substring(message.lastIndexOf(": ") + 1).strip();
    }

    /** The address, with the port that was picked. */
    SocketAddress local() {
        return asked instanceof InetSocketAddress ? channel.localAddress() : asked;
    }

    /** Whether a door with this address and these settings can have it as it is. */
    boolean fits(SocketAddress address, DoorSettings settings) {
        return isAt(address)
                && attendant.settings().sockets().backlog()
                        == settings.sockets().backlog();
    }

    boolean isAt(SocketAddress address) {
        return channel.isOpen() && (asked.equals(address) || local().equals(address));
    }

    /** Whether clients can still connect to it. */
    boolean isBound() {
        return channel.isOpen();
    }

    /** Lets this door have it, which accepts with these settings from now on. */
    void give(NettyDoor next, DoorSettings settings) {
        stopWaiting();
        door = next;
        attendant.follow(settings);
        channel.config().setAutoRead(true);
    }

    boolean belongsTo(NettyDoor holder) {
        return door == holder;
    }

    /** Nobody accepts for a while: those who connect wait in the backlog. Then it is given up. */
    void rest(int seconds, Runnable giveUp) {
        door = null;
        channel.config().setAutoRead(false);
        absence = channel.eventLoop().schedule(giveUp, seconds, TimeUnit.SECONDS);
    }

    /** Whether it still waits for a door. */
    boolean isResting() {
        return door == null;
    }

    private void stopWaiting() {
        if (absence != null) {
            absence.cancel(false);
            absence = null;
        }
    }

    /** Gives the address back to the system. */
    CompletableFuture<Void> free() {
        door = null;
        stopWaiting();
        CompletableFuture<Void> freed = new CompletableFuture<>();
        channel.close().addListener(closed -> {
            // NIO gives the port back when its selector has run once more, which it has before a task that was
            // scheduled by
            // another task: an event loop looks at its schedule once, after each run of the selector.
            EventLoop loop = channel.eventLoop();
            loop.execute(() -> loop.schedule(() -> freed.complete(null), 0, TimeUnit.NANOSECONDS));
        });
        return freed;
    }

    @Override
    public String toString() {
        return local().toString();
    }
}
