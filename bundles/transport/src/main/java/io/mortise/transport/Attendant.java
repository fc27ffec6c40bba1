// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import io.mortise.transport.wire.ConnectionRate;
import io.mortise.transport.wire.DoorSettings;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets in whoever connects to one address, by the settings of that moment. Any thread. */
@Sharable
final class Attendant extends ChannelInitializer<Channel> {
    private static final Logger LOG = LoggerFactory.getLogger(Attendant.class);

    private final Clientele clientele;
    private final Function<String, @Nullable Tls> tls;
    private final Map<EventLoop, HomeLoop> homes;
    private volatile Rules rules;

    /** The settings, and what was made of them. */
    private record Rules(DoorSettings settings, @Nullable Networks proxies, Rate rate) {

        static Rules of(DoorSettings settings) {
            ConnectionRate rate = settings.rate();
            return of(settings, new Rate(rate.perSecond(), rate.atOnce(), System::nanoTime));
        }

        private static Rules of(DoorSettings settings, Rate rate) {
            return new Rules(settings, settings.proxies().isEmpty() ? null : Networks.named(settings.proxies()), rate);
        }

        /** What was let in counts further, unless the rate is another. */
        Rules next(DoorSettings next) {
            return next.rate().equals(settings.rate()) ? of(next, rate) : of(next);
        }
    }

    /** Refuses settings that cannot be: {@code tls} is asked with each connection. */
    Attendant(
            DoorSettings settings,
            Clientele clientele,
            Function<String, @Nullable Tls> tls,
            Map<EventLoop, HomeLoop> homes) {
        this.rules = Rules.of(settings);
        this.clientele = clientele;
        this.tls = tls;
        this.homes = homes;
    }

    DoorSettings settings() {
        return rules.settings();
    }

    /** Goes by these settings from the next connection on. */
    void follow(DoorSettings next) {
        rules = rules.next(next);
    }

    @Override
    protected void initChannel(Channel child) {
        HomeLoop home = homes.get(child.eventLoop());
        if (home == null) {
            throw new IllegalStateException("a connection on an event loop that is not ours");
        }
        Rules now = rules;
        DoorSettings settings = now.settings();
        if (!now.rate().allows()) {
            LOG.debug(
                    "{} turned away at {}: more than {}", child.remoteAddress(), settings.listener(), settings.rate());
            home.traffic().turnedAway();
            child.close();
            return;
        }
        if (child instanceof SocketChannel) {
            child.config()
                    .setOption(ChannelOption.TCP_NODELAY, settings.sockets().noDelay());
            child.config()
                    .setOption(ChannelOption.SO_KEEPALIVE, settings.sockets().keepAlive());
        }
        String encrypted = settings.tls();
        Tls by = encrypted == null ? null : tls.apply(encrypted);
        new Entry(child, settings, now.proxies(), by, home).begin(clientele);
    }
}
