// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import io.mortise.transport.wire.Door;
import io.mortise.transport.wire.DoorSettings;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An address that is bound, and how many came in there. Any thread. */
final class NettyDoor implements Door {
    private static final Logger LOG = LoggerFactory.getLogger(NettyDoor.class);

    private static final int CLOSE_TIMEOUT_SECONDS = 5;

    private final Channel channel;
    private final AtomicInteger connections;

    private NettyDoor(Channel channel, AtomicInteger connections) {
        this.channel = channel;
        this.connections = connections;
    }

    /** Binds an address; each connection that comes in gets a {@link PacketHandler} on its loop. */
    static CompletableFuture<NettyDoor> open(
            InetSocketAddress address,
            DoorSettings settings,
            EventLoopGroup eventLoops,
            Class<? extends ServerChannel> serverChannel,
            WriteBufferWaterMark waterMark,
            Map<EventLoop, HomeLoop> homes) {
        CompletableFuture<NettyDoor> door = new CompletableFuture<>();
        if (address.isUnresolved()) {
            door.completeExceptionally(cannotBind(address, "unknown host"));
            return door;
        }
        AtomicInteger connections = new AtomicInteger();
        ChannelFuture bound = new ServerBootstrap()
                .group(eventLoops)
                .channel(serverChannel)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, settings.backlog())
                .childOption(ChannelOption.TCP_NODELAY, settings.noDelay())
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel child) {
                        HomeLoop home = homes.get(child.eventLoop());
                        if (home == null) {
                            throw new IllegalStateException("a connection on an event loop that is not ours");
                        }
                        admit(child, settings, connections, home);
                    }
                })
                .bind(address);
        bound.addListener(done -> {
            Throwable cause = done.cause();
            if (cause != null) {
                door.completeExceptionally(cannotBind(address, reason(cause)));
            } else {
                door.complete(new NettyDoor(bound.channel(), connections));
            }
        });
        return door;
    }

    private static void admit(Channel child, DoorSettings settings, AtomicInteger connections, HomeLoop home) {
        if (connections.incrementAndGet() > settings.maximumConnections()) {
            connections.decrementAndGet();
            LOG.debug(
                    "{} turned away at {}: {} connections are open",
                    child.remoteAddress(),
                    settings.listener(),
                    settings.maximumConnections());
            child.close();
            return;
        }
        child.closeFuture().addListener(closed -> connections.decrementAndGet());
        child.pipeline().addLast(new PacketHandler(child, settings, home));
    }

    private static IOException cannotBind(InetSocketAddress address, String reason) {
        return new IOException(NetUtil.toSocketAddressString(address) + " cannot be bound: " + reason);
    }

    /** The system's own words, which epoll puts behind the name of its call. */
    private static String reason(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        return message.substring(message.lastIndexOf(": ") + 1).strip();
    }

    void whenClosed(Runnable action) {
        channel.closeFuture().addListener(closed -> action.run());
    }

    @Override
    public InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    @Override
    public int connections() {
        return connections.get();
    }

    @Override
    public void close() {
        if (!channel.isOpen()) {
            return;
        }
        channel.close().awaitUninterruptibly(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        // NIO gives the port back when its selector has run once more, which it has before a task that was scheduled by
        // another task: an event loop looks at its schedule once, after each run of the selector.
        EventLoop loop = channel.eventLoop();
        Promise<Void> selected = loop.newPromise();
        loop.execute(() -> loop.schedule(() -> selected.setSuccess(null), 0, TimeUnit.NANOSECONDS));
        selected.awaitUninterruptibly(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }
}
