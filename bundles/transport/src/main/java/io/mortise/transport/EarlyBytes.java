// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets so much of a WebSocket come before its CONNECT, and no more: a frame is kept until it is whole, and until the CONNECT
 * nobody knows whose memory is filled. Owned by the event loop of its connection.
 */
final class EarlyBytes extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(EarlyBytes.class);

    /** The largest CONNECT, in frames that are not all too small. */
    static final int MOST = 2 * PacketFramer.MAXIMUM_CONNECT_SIZE;

    private int bytes;

    /** The CONNECT has come. */
    static void end(Channel channel) {
        if (channel.pipeline().get(EarlyBytes.class) != null) {
            channel.pipeline().remove(EarlyBytes.class);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf read) {
            bytes += read.readableBytes();
            if (bytes > MOST) {
                LOG.debug("{} sent {} bytes and no CONNECT", context.channel().remoteAddress(), bytes);
                read.release();
                context.close();
                return;
            }
        }
        context.fireChannelRead(message);
    }
}
