// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for the end of a TLS handshake. Owned by the event loop of its connection. */
final class TlsHandshake extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(TlsHandshake.class);

    private final Entry entry;
    private final Tls tls;

    TlsHandshake(Entry entry, Tls tls) {
        this.entry = entry;
        this.tls = tls;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (!(event instanceof SslHandshakeCompletionEvent end)) {
            context.fireUserEventTriggered(event);
            return;
        }
        if (!end.isSuccess()) {
            LOG.debug("{}: no TLS: {}", context.channel().remoteAddress(), String.valueOf(end.cause()));
            context.close();
            return;
        }
        SSLSession session = context.pipeline().get(SslHandler.class).engine().getSession();
        try {
            List<X509Certificate> chain = chain(session);
            entry.secured(chain.isEmpty() ? null : tls.proven(chain));
            context.pipeline().remove(this);
        } catch (CertificateException nameless) {
            LOG.info("{} turned away: {}", context.channel().remoteAddress(), nameless.getMessage());
            context.close();
        }
    }

    private static List<X509Certificate> chain(SSLSession session) {
        List<X509Certificate> chain = new ArrayList<>();
        try {
            for (Certificate each : session.getPeerCertificates()) {
                chain.add((X509Certificate) each);
            }
        } catch (SSLPeerUnverifiedException nothingShown) {
            return List.of();
        }
        return chain;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("{}: no TLS: {}", context.channel().remoteAddress(), cause.toString());
        context.close();
    }
}
