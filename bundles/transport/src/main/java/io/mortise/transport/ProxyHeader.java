// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes from a proxy that is trusted who connects: the first thing that comes is a header of the PROXY protocol, version 1
 * or 2. Owned by the event loop of its connection.
 */
final class ProxyHeader extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyHeader.class);

    private final Entry entry;

    ProxyHeader(Entry entry) {
        this.entry = entry;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        HAProxyMessage header = (HAProxyMessage) message;
        try {
            // A proxy that asks for itself, to see whether we live, and one that does not know: who it is stays.
            boolean proxied = header.command() == HAProxyCommand.PROXY;
            InetSocketAddress remote = proxied ? address(header.sourceAddress(), header.sourcePort()) : null;
            InetSocketAddress local = proxied ? address(header.destinationAddress(), header.destinationPort()) : null;
            entry.proxied(remote, local);
        } finally {
            header.release();
        }
        context.pipeline().remove(this); // the decoder removes itself, and then hands on what came behind the header
    }

    /** Only what is an address: no name is looked up. */
    private static @Nullable InetSocketAddress address(@Nullable String ip, int port) {
        byte[] bytes = ip == null ? null : NetUtil.createByteArrayFromIpAddressString(ip);
        try {
            return bytes == null ? null : new InetSocketAddress(InetAddress.getByAddress(bytes), port);
        } catch (UnknownHostException wrongLength) {
            throw new IllegalStateException("an IP address has 4 or 16 bytes", wrongLength);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.warn(
                "{}: a header of the PROXY protocol expected: {}",
                context.channel().remoteAddress(),
                cause.toString());
        context.close();
    }
}
