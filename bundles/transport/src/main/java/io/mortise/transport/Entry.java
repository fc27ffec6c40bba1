// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import io.mortise.api.auth.ClientCertificate;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.transport.wire.DoorSettings;
import io.mortise.transport.wire.WebSocketSettings;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.util.concurrent.Future;
import java.net.SocketAddress;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way in of one connection, from the socket to the {@link PacketHandler}.
 *
 * <pre>
 *   begin ─► (PROXY header) ─► (TLS) ─► (HTTP, then WebSocket) ─► PacketHandler
 *              proxied           secured    upgraded
 * </pre>
 *
 * <p>Owned by the event loop of the connection; the dismissals may be called on any thread. Each step has handlers of Netty's
 * or of this bundle's in the pipeline, and takes out those that the next one does not need.
 */
final class Entry {
    private static final Logger LOG = LoggerFactory.getLogger(Entry.class);

    /** A frame may hold many small packets. */
    private static final int SMALLEST_LARGEST_FRAME = 65_536;

    private final Channel channel;
    private final DoorSettings settings;
    private final @Nullable Networks proxies;
    private final @Nullable Tls tls;
    private final HomeLoop home;
    private volatile Peer peer;
    private @Nullable Future<?> deadline;
    private @Nullable PacketHandler inside;

    Entry(Channel channel, DoorSettings settings, @Nullable Networks proxies, @Nullable Tls tls, HomeLoop home) {
        this.channel = channel;
        this.settings = settings;
        this.proxies = proxies;
        this.tls = tls;
        this.home = home;
        this.peer = Peer.of(channel);
    }

    /** Begins, if its listener has room for one more. */
    void begin(Clientele clientele) {
        int most = settings.limits().maximumConnections();
        if (!clientele.add(this, most)) {
            LOG.debug("{} turned away at {}: {} connections are open", peer.remoteAddress(), settings.listener(), most);
            home.traffic().turnedAway();
            channel.close();
            return;
        }
        channel.closeFuture().addListener(closed -> {
            clientele.remove(this);
            over();
        });
        if (proxies == null && settings.tls() == null && settings.webSocket() == null) {
            admit(); // at once: nothing stands before MQTT
            return;
        }
        deadline = channel.eventLoop()
                .schedule(this::overdue, settings.limits().connectTimeoutMillis(), TimeUnit.MILLISECONDS);
        if (proxies != null && proxies.contain(peer.remoteAddress())) {
            channel.pipeline().addLast(new HAProxyMessageDecoder(), new ProxyHeader(this));
        } else {
            secure();
        }
    }

    /** A proxy has said who connects, and where to; {@code null} if it did not know. */
    void proxied(@Nullable SocketAddress remote, @Nullable SocketAddress local) {
        if (remote != null && local != null) {
            peer = peer.at(remote, local);
        }
        secure();
    }

    private void secure() {
        if (settings.tls() == null) {
            speak();
            return;
        }
        ChannelHandler handler = tls == null ? null : tls.handler(channel.alloc());
        if (tls == null || handler == null) {
            LOG.debug(
                    "{} turned away at {}: no TLS {} for it",
                    peer.remoteAddress(),
                    settings.listener(),
                    settings.tls());
            home.traffic().turnedAway();
            channel.close();
            return;
        }
        channel.pipeline().addLast(handler, new TlsHandshake(this, tls));
    }

    /** TLS is agreed on, and has proved this. */
    void secured(@Nullable ClientCertificate certificate) {
        peer = peer.with(certificate);
        if (tls != null && certificate != null) {
            tls.add(this);
        }
        speak();
    }

    private void speak() {
        WebSocketSettings webSocket = settings.webSocket();
        if (webSocket == null) {
            admit();
        } else {
            Upgrade.begin(
                    channel,
                    this,
                    webSocket,
                    Math.max(settings.limits().maximumPacketSize(), SMALLEST_LARGEST_FRAME),
                    settings.tls() != null);
        }
    }

    /** WebSocket is agreed on. */
    void upgraded() {
        channel.pipeline().addBefore("wsdecoder", null, new EarlyBytes());
        channel.pipeline().addLast(new WebSocketFrames(System::nanoTime));
        admit();
    }

    private void admit() {
        cancelDeadline();
        PacketHandler handler = new PacketHandler(channel, settings.withoutPages(), home, peer);
        inside = handler;
        channel.pipeline().addLast(handler);
    }

    private void overdue() {
        LOG.debug(
                "{} took longer than {} ms",
                peer.remoteAddress(),
                settings.limits().connectTimeoutMillis());
        channel.close();
    }

    private void over() {
        cancelDeadline();
        if (tls != null) {
            tls.remove(this);
        }
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    /** What TLS proved; any thread. */
    @Nullable
    ClientCertificate certificate() {
        return peer.certificate();
    }

    /** Its listener is removed: the client is told so, if it got far enough to understand. */
    void dismiss() {
        dismiss(ReasonCode.SERVER_SHUTTING_DOWN, "the listener is removed");
    }

    /** Nobody vouches for its certificate any more. */
    void dismissDisowned() {
        dismiss(ReasonCode.NOT_AUTHORIZED, "the certificate is no longer trusted");
    }

    private void dismiss(ReasonCode reasonCode, String reason) {
        try {
            channel.eventLoop().execute(() -> {
                PacketHandler handler = inside;
                if (handler == null) {
                    channel.close();
                } else {
                    handler.dismiss(reasonCode, reason);
                }
            });
        } catch (RejectedExecutionException shutDown) {
            // The loops have ended, and with them every connection.
        }
    }
}
