// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import io.mortise.api.connection.WebPage;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.transport.wire.WebSocketSettings;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;

/**
 * What is said to somebody who speaks HTTP and no WebSocket.
 *
 * @param status how it went
 * @param mediaType what the content is
 * @param content what is said
 * @param withContent whether it is sent, or only its length
 */
record HttpAnswer(HttpResponseStatus status, String mediaType, byte[] content, boolean withContent) {
    private static final String TEXT = "text/plain; charset=utf-8";

    static HttpAnswer of(HttpResponseStatus status, String text) {
        return new HttpAnswer(status, TEXT, (text + "\n").getBytes(StandardCharsets.UTF_8), true);
    }

    /** A page that the listener shows, or where MQTT is. */
    static HttpAnswer page(WebSocketSettings settings, String path, boolean withContent) {
        WebPage.Resource resource = settings.resources().get(path);
        return resource == null
                ? of(HttpResponseStatus.NOT_FOUND, "nothing is here; " + whereMqttIs(settings))
                : new HttpAnswer(
                        HttpResponseStatus.OK,
                        resource.mediaType(),
                        resource.content().toByteArray(),
                        withContent);
    }

    /** To somebody who found the right place, and speaks HTTP. */
    static HttpAnswer upgradeExpected(WebSocketSettings settings) {
        return of(HttpResponseStatus.UPGRADE_REQUIRED, whereMqttIs(settings));
    }

    private static String whereMqttIs(WebSocketSettings settings) {
        return "MQTT is spoken on " + settings.path()
                + " over WebSocket (version 13, sub-protocol mqtt): connect with an MQTT client";
    }

    /** Writes it, as the last thing on this connection. */
    void write(Channel channel) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, status, withContent ? Unpooled.wrappedBuffer(content) : Unpooled.EMPTY_BUFFER);
        HttpHeaders headers = response.headers();
        headers.set(HttpHeaderNames.CONTENT_TYPE, mediaType);
        headers.set(HttpHeaderNames.CONTENT_LENGTH, content.length);
        headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        headers.set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_CACHE);
        headers.set(HttpHeaderNames.X_FRAME_OPTIONS, "DENY");
        headers.set("x-content-type-options", "nosniff");
        headers.set("referrer-policy", "no-referrer");
        headers.set(HttpHeaderNames.CONTENT_SECURITY_POLICY, "default-src 'self'; connect-src 'self' ws: wss:");
        if (status.equals(HttpResponseStatus.UPGRADE_REQUIRED)) {
            headers.set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
            headers.set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "13");
        }
        if (status.equals(HttpResponseStatus.METHOD_NOT_ALLOWED)) {
            headers.set(HttpHeaderNames.ALLOW, "GET, HEAD");
        }
        channel.writeAndFlush(response).addListener(written -> Farewell.say(channel, ReasonCode.SUCCESS));
    }
}
