// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import io.mortise.transport.wire.WebSocketSettings;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker13;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketServerExtensionHandler;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateServerExtensionHandshaker;
import io.netty.util.ReferenceCountUtil;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns the one HTTP request of a connection into a WebSocket, or answers it.
 *
 * <p>Owned by the event loop of its connection. One request is read: a GET without a body, whose header is at most 8 KiB.
 * After its answer nothing on the connection matters any more, so that there is no second request to mistake for a first.
 */
final class Upgrade extends ChannelInboundHandlerAdapter {

    /** MQTT 5.0, 6 and, for MQTT 3.1, by custom. */
    private static final String SUB_PROTOCOLS = "mqtt,mqttv3.1";

    private static final Set<String> KNOWN_SUB_PROTOCOLS = Set.of(SUB_PROTOCOLS.split(","));

    private static final int LONGEST_LINE = 4_096;
    private static final int LONGEST_HEADER = 8_192;
    private static final int LONGEST_CHUNK = 1_024;
    private static final int COMPRESSION_LEVEL = 6;

    private final Entry entry;
    private final WebSocketSettings settings;
    private final int largestFrame;
    private final boolean encrypted;
    private @Nullable HttpRequest request;
    private boolean answered;

    private Upgrade(Entry entry, WebSocketSettings settings, int largestFrame, boolean encrypted) {
        this.entry = entry;
        this.settings = settings;
        this.largestFrame = largestFrame;
        this.encrypted = encrypted;
    }

    /** Puts what it takes into the pipeline. No content is decoded: what is compressed stays that way. */
    static void begin(Channel channel, Entry entry, WebSocketSettings settings, int largestFrame, boolean encrypted) {
        channel.pipeline()
                .addLast(new HttpServerCodec(new HttpDecoderConfig()
                        .setMaxInitialLineLength(LONGEST_LINE)
                        .setMaxHeaderSize(LONGEST_HEADER)
                        .setMaxChunkSize(LONGEST_CHUNK)
                        .setStrictLineParsing(true)
                        .setHeadersFactory(DefaultHttpHeadersFactory.headersFactory())));
        if (settings.compression()) {
            channel.pipeline().addLast(compression(largestFrame));
        }
        channel.pipeline().addLast(new Upgrade(entry, settings, largestFrame, encrypted));
    }

    /** Each message of a client is compressed by itself, and becomes no larger than a frame may be. */
    private static ChannelHandler compression(int largestFrame) {
        return new WebSocketServerExtensionHandler(new PerMessageDeflateServerExtensionHandshaker(
                COMPRESSION_LEVEL,
                false,
                PerMessageDeflateServerExtensionHandshaker.MAX_WINDOW_SIZE,
                true,
                true,
                largestFrame));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (answered) {
                return;
            }
            if (message instanceof HttpRequest next) {
                request = next;
                refuseWhatIsNoRequest(context, next);
            } else if (message instanceof HttpContent content
                    && content.content().isReadable()) {
                answer(context, HttpAnswer.of(HttpResponseStatus.BAD_REQUEST, "a request without a body expected"));
            }
            HttpRequest whole = request;
            if (message instanceof LastHttpContent && !answered && whole != null) {
                answer(context, whole);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void refuseWhatIsNoRequest(ChannelHandlerContext context, HttpRequest next) {
        DecoderResult result = next.decoderResult();
        if (result.isSuccess()) {
            return;
        }
        Throwable cause = result.cause();
        HttpResponseStatus status = cause instanceof TooLongHttpLineException
                ? HttpResponseStatus.REQUEST_URI_TOO_LONG
                : cause instanceof TooLongHttpHeaderException
                        ? HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
                        : HttpResponseStatus.BAD_REQUEST;
        answer(
                context,
                HttpAnswer.of(status, "an HTTP request expected, with a header of up to " + LONGEST_HEADER + " bytes"));
    }

    private void answer(ChannelHandlerContext context, HttpRequest whole) {
        String uri = whole.uri();
        int query = uri.indexOf('?');
        String path = query < 0 ? uri : uri.substring(0, query);
        boolean get = whole.method().equals(HttpMethod.GET);
        if (!get && !whole.method().equals(HttpMethod.HEAD)) {
            answer(
                    context,
                    HttpAnswer.of(HttpResponseStatus.METHOD_NOT_ALLOWED, "GET expected, got " + whole.method()));
        } else if (!path.equals(settings.path())) {
            answer(context, HttpAnswer.page(settings, path, get));
        } else if (!get || !isUpgrade(whole)) {
            answer(context, HttpAnswer.upgradeExpected(settings));
        } else {
            upgrade(context, whole);
        }
    }

    private static boolean isUpgrade(HttpRequest request) {
        return request.headers().containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)
                && request.headers().containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true);
    }

    private void upgrade(ChannelHandlerContext context, HttpRequest whole) {
        String origin = whole.headers().get(HttpHeaderNames.ORIGIN);
        String host = whole.headers().get(HttpHeaderNames.HOST);
        if (!whole.protocolVersion().equals(HttpVersion.HTTP_1_1)
                || !"13".equals(whole.headers().get(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
            answer(context, HttpAnswer.upgradeExpected(settings));
        } else if (!new Origins(settings.origins()).admit(origin, host, encrypted)) {
            answer(
                    context,
                    HttpAnswer.of(
                            HttpResponseStatus.FORBIDDEN,
                            "pages from " + Origins.printable(origin)
                                    + " may not connect here; the broker's operator can list it in the listener's"
                                    + " origins"));
        } else if (!offersSubProtocol(whole)) {
            answer(context, HttpAnswer.of(HttpResponseStatus.BAD_REQUEST, "Sec-WebSocket-Protocol: mqtt expected"));
        } else {
            handshake(context, whole);
        }
    }

    /** [MQTT-6.0.0-3]: without it nobody knows what will be spoken. */
    private static boolean offersSubProtocol(HttpRequest request) {
        for (String header : request.headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL)) {
            for (String offered : header.split(",")) {
                if (KNOWN_SUB_PROTOCOLS.contains(offered.strip())) {
                    return true;
                }
            }
        }
        return false;
    }

    private void handshake(ChannelHandlerContext context, HttpRequest whole) {
        WebSocketServerHandshaker handshaker = new WebSocketServerHandshaker13(
                null,
                SUB_PROTOCOLS,
                WebSocketDecoderConfig.newBuilder()
                        .allowExtensions(settings.compression())
                        .maxFramePayloadLength(largestFrame)
                        .withUTF8Validator(false)
                        .build());
        // A header may come in several lines, of which the handshaker reads the first.
        whole.headers()
                .set(
                        HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL,
                        String.join(",", whole.headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL)));
        DefaultFullHttpRequest full = new DefaultFullHttpRequest(
                whole.protocolVersion(),
                whole.method(),
                whole.uri(),
                Unpooled.EMPTY_BUFFER,
                whole.headers(),
                EmptyHttpHeaders.INSTANCE);
        try {
            handshaker.handshake(context.channel(), full);
        } catch (WebSocketHandshakeException malformed) {
            answer(context, HttpAnswer.of(HttpResponseStatus.BAD_REQUEST, String.valueOf(malformed.getMessage())));
            return;
        }
        answered = true;
        entry.upgraded();
        context.pipeline().remove(this);
    }

    private void answer(ChannelHandlerContext context, HttpAnswer answer) {
        answered = true;
        answer.write(context.channel());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
