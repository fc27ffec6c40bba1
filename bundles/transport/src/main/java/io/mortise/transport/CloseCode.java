// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import io.mortise.api.protocol.ReasonCode;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;

/** What a WebSocket says when MQTT ends it (RFC 6455, 7.4.1). */
final class CloseCode {

    private CloseCode() {}

    static WebSocketCloseStatus of(ReasonCode reason) {
        return switch (reason) {
            case SUCCESS -> WebSocketCloseStatus.NORMAL_CLOSURE;
            case SERVER_SHUTTING_DOWN, USE_ANOTHER_SERVER, SERVER_MOVED -> WebSocketCloseStatus.ENDPOINT_UNAVAILABLE;
            case MALFORMED_PACKET, PROTOCOL_ERROR, UNSUPPORTED_PROTOCOL_VERSION -> WebSocketCloseStatus.PROTOCOL_ERROR;
            case PACKET_TOO_LARGE -> WebSocketCloseStatus.MESSAGE_TOO_BIG;
            case UNSPECIFIED_ERROR, IMPLEMENTATION_SPECIFIC_ERROR -> WebSocketCloseStatus.INTERNAL_SERVER_ERROR;
            case SERVER_UNAVAILABLE, SERVER_BUSY -> WebSocketCloseStatus.TRY_AGAIN_LATER;
            default -> WebSocketCloseStatus.POLICY_VIOLATION;
        };
    }
}
