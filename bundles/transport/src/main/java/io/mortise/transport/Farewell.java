// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import io.mortise.api.protocol.ReasonCode;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

/**
 * The end of a connection on the wire, once everything is written: WebSocket says it with a close frame, TLS with a
 * close_notify, TCP with a FIN. Called on the event loop of the connection.
 *
 * <p>After the last byte only our side is closed at first: closing a socket on which something has arrived unread makes the
 * peer's TCP throw away what it has not read yet, and that may be the packet that says why.
 */
final class Farewell {

    private Farewell() {}

    static void say(Channel channel, ReasonCode reason) {
        WebSocketFrames frames = channel.pipeline().get(WebSocketFrames.class);
        if (frames != null) {
            frames.close(CloseCode.of(reason), reason); // the peer answers with a close frame of its own
            return;
        }
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            closeOurSide(channel);
        } else {
            tls.closeOutbound().addListener(said -> closeOurSide(channel));
        }
    }

    private static void closeOurSide(Channel channel) {
        if (channel instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
        } else {
            channel.close();
        }
    }
}
