// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import io.mortise.api.protocol.ReasonCode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.compression.DecompressionException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Between frames of WebSocket and the bytes of MQTT (MQTT 5.0, 6). Owned by the event loop of its connection.
 *
 * <p>What binary frames hold is passed on as it comes, without a copy: where packets begin is not a matter of frames
 * [MQTT-6.0.0-2]. Each flush leaves as one binary frame. Everything else ends here.
 */
final class WebSocketFrames extends ChannelDuplexHandler {
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketFrames.class);

    /** So many frames in a row may come without a byte of MQTT in {@link #IDLE_SECONDS}: pings, pongs and empty ones. */
    static final int IDLE_FRAMES = 1_000;

    private static final long IDLE_SECONDS = 10;
    private static final int LINGER_SECONDS = 1;

    private final LongSupplier nanoTime;
    private @Nullable ChannelHandlerContext context;
    private int idleFrames;
    private long idleSince;
    private boolean closing;

    WebSocketFrames(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof WebSocketFrame frame)) {
            ((ByteBuf) message).release(); // it came with the request, before we had agreed on WebSocket
            end(ctx, WebSocketCloseStatus.PROTOCOL_ERROR, "frames expected after the handshake only");
        } else if (frame instanceof BinaryWebSocketFrame || frame instanceof ContinuationWebSocketFrame) {
            pass(ctx, frame.content());
        } else if (frame instanceof CloseWebSocketFrame close) {
            closed(ctx, close);
        } else if (frame instanceof PingWebSocketFrame ping) {
            answer(ctx, ping);
        } else if (frame instanceof PongWebSocketFrame pong) {
            pong.release();
            count(ctx);
        } else {
            frame.release();
            // [MQTT-6.0.0-1]
            end(ctx, WebSocketCloseStatus.INVALID_MESSAGE_TYPE, "binary frames expected, got a text frame");
        }
    }

    private void pass(ChannelHandlerContext ctx, ByteBuf bytes) {
        if (closing) {
            bytes.release();
        } else if (bytes.isReadable()) {
            idleFrames = 0;
            ctx.fireChannelRead(bytes);
        } else {
            bytes.release();
            count(ctx);
        }
    }

    /** 5.5.2: the last ping may stand for all; one that nobody reads the answer to gets none. */
    private void answer(ChannelHandlerContext ctx, PingWebSocketFrame ping) {
        if (closing || !ctx.channel().isWritable()) {
            ping.release();
        } else {
            ctx.writeAndFlush(new PongWebSocketFrame(ping.content()), ctx.voidPromise());
        }
        count(ctx);
    }

    private void count(ChannelHandlerContext ctx) {
        long now = nanoTime.getAsLong();
        if (idleFrames == 0 || now - idleSince > TimeUnit.SECONDS.toNanos(IDLE_SECONDS)) {
            idleSince = now;
            idleFrames = 0;
        }
        if (++idleFrames > IDLE_FRAMES) {
            end(ctx, WebSocketCloseStatus.POLICY_VIOLATION, "too many frames without anything in them");
        }
    }

    /** 5.5.1: the one who got a close frame sends one back; after ours theirs is the last that comes. */
    private void closed(ChannelHandlerContext ctx, CloseWebSocketFrame close) {
        int code = close.statusCode();
        close.release();
        if (closing) {
            ctx.close();
            return;
        }
        closing = true;
        CloseWebSocketFrame answer = code < 0 ? new CloseWebSocketFrame() : new CloseWebSocketFrame(true, 0, code, "");
        ctx.writeAndFlush(answer).addListener(written -> ctx.close());
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (closing && message instanceof ByteBuf) {
            ReferenceCountUtil.release(message); // 5.5.1: nothing follows a close frame
            if (!promise.isVoid()) {
                promise.setSuccess();
            }
        } else if (message instanceof ByteBuf bytes && bytes.isReadable()) {
            ctx.write(new BinaryWebSocketFrame(bytes), promise);
        } else {
            ctx.write(message, promise);
        }
    }

    /** Everything is written: says why it ends. The connection closes when the peer has answered. */
    void close(WebSocketCloseStatus status, ReasonCode reason) {
        ChannelHandlerContext ctx = context;
        if (ctx == null || closing) {
            return;
        }
        closing = true;
        String text = reason == ReasonCode.SUCCESS ? "" : reason.name();
        ctx.writeAndFlush(new CloseWebSocketFrame(status, text));
    }

    /** The peer does what it may not do: nothing that it sends matters any more. */
    private void end(ChannelHandlerContext ctx, WebSocketCloseStatus status, String reason) {
        if (closing) {
            return;
        }
        closing = true;
        LOG.debug("{} closed ({}): {}", ctx.channel().remoteAddress(), status.code(), reason);
        ctx.writeAndFlush(new CloseWebSocketFrame(status, reason));
        // Not at once: closing a socket on which something has arrived unread takes from the peer what it has not read
        // yet.
        ctx.executor().schedule(() -> ctx.close(), LINGER_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof DecompressionException || cause.getCause() instanceof DecompressionException) {
            end(ctx, WebSocketCloseStatus.MESSAGE_TOO_BIG, "what was compressed is too large");
        } else if (cause instanceof DecoderException) {
            // The decoder has said why, in a close frame of its own.
            LOG.debug("{} closed: {}", ctx.channel().remoteAddress(), cause.toString());
            closing = true;
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }
}
