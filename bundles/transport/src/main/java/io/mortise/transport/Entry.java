// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import io.mortise.api.protocol.ReasonCode;
import io.mortise.transport.wire.DoorSettings;
import io.netty.channel.Channel;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way in of one connection, from the socket to the {@link PacketHandler}.
 *
 * <p>Owned by the event loop of the connection; {@link #dismiss()} may be called on any thread.
 */
final class Entry {
    private static final Logger LOG = LoggerFactory.getLogger(Entry.class);

    private final Channel channel;
    private final DoorSettings settings;
    private final HomeLoop home;
    private final Peer peer;
    private @Nullable PacketHandler inside;

    Entry(Channel channel, DoorSettings settings, HomeLoop home) {
        this.channel = channel;
        this.settings = settings;
        this.home = home;
        this.peer = Peer.of(channel);
    }

    /** Begins, if its listener has room for one more. */
    void begin(Clientele clientele) {
        int most = settings.limits().maximumConnections();
        if (!clientele.add(this, most)) {
            LOG.debug("{} turned away at {}: {} connections are open", peer.remoteAddress(), settings.listener(), most);
            channel.close();
            return;
        }
        channel.closeFuture().addListener(closed -> clientele.remove(this));
        admit();
    }

    private void admit() {
        PacketHandler handler = new PacketHandler(channel, settings, home, peer);
        inside = handler;
        channel.pipeline().addLast(handler);
    }

    /** Its listener is removed: the client is told so, if it got far enough to understand. */
    void dismiss() {
        try {
            channel.eventLoop().execute(() -> {
                PacketHandler handler = inside;
                if (handler == null) {
                    channel.close();
                } else {
                    handler.dismiss(ReasonCode.SERVER_SHUTTING_DOWN, "the listener is removed");
                }
            });
        } catch (RejectedExecutionException shutDown) {
            // The loops have ended, and with them every connection.
        }
    }
}
