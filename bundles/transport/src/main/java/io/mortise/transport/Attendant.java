// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import io.mortise.transport.wire.DoorSettings;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import java.util.Map;

/** Lets in whoever connects to one address, by the settings of that moment. Any thread. */
@Sharable
final class Attendant extends ChannelInitializer<Channel> {
    private final Clientele clientele;
    private final Map<EventLoop, HomeLoop> homes;
    private volatile DoorSettings settings;

    Attendant(DoorSettings settings, Clientele clientele, Map<EventLoop, HomeLoop> homes) {
        this.settings = settings;
        this.clientele = clientele;
        this.homes = homes;
    }

    DoorSettings settings() {
        return settings;
    }

    /** Goes by these settings from the next connection on. */
    void follow(DoorSettings next) {
        settings = next;
    }

    @Override
    protected void initChannel(Channel child) {
        HomeLoop home = homes.get(child.eventLoop());
        if (home == null) {
            throw new IllegalStateException("a connection on an event loop that is not ours");
        }
        DoorSettings now = settings;
        if (child instanceof SocketChannel) {
            child.config().setOption(ChannelOption.TCP_NODELAY, now.sockets().noDelay());
            child.config().setOption(ChannelOption.SO_KEEPALIVE, now.sockets().keepAlive());
        }
        new Entry(child, now, home).begin(clientele);
    }
}
