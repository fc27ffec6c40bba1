// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.itests.WebSocketDoor;
import io.mortise.itests.WebSocketDoor.WebSocket;
import io.mortise.itests.conformance.wire.Clients;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** WebSocket as the transport (chapter 6): frames, which every other test takes for granted. */
@Conformance(through = WebSocketDoor.class)
class WebSocketIT {
    private static final String CONNECT = "10 [ <MQTT> 04 02 0000 <@c> ]";

    private final Clients clients;

    WebSocketIT(Clients clients) {
        this.clients = clients;
    }

    @Test
    @Mqtt311("6.0.0-4")
    @Mqtt5("6.0.0-4")
    void shouldSelectTheSubprotocol() throws IOException {
        try (WebSocket socket = open()) {
            String answer = socket.answer().toLowerCase(Locale.ROOT);
            assertTrue(answer.contains("\r\nsec-websocket-protocol: mqtt\r\n"), answer);
        }
    }

    @Test
    @Mqtt311("6.0.0-1")
    @Mqtt5("6.0.0-1")
    void shouldCloseAtATextFrame() throws IOException {
        try (WebSocket socket = open()) {
            send(socket, WebSocket.TEXT, CONNECT);
            assertEquals(-1, socket.in().read());
        }
        try (WebSocket socket = open()) {
            send(socket, WebSocket.BINARY, CONNECT);
            hears(socket, "20 [ 00 00 ]"); // in a binary frame, or it would not be read
            send(socket, WebSocket.TEXT, "c0 00");
            assertEquals(-1, socket.in().read());
        }
    }

    @Test
    @Mqtt311("6.0.0-2")
    @Mqtt5("6.0.0-2")
    void shouldReadPacketsWhereverFramesEnd() throws IOException {
        try (WebSocket socket = open()) {
            for (byte each : clients.bytes(CONNECT)) {
                socket.send(WebSocket.BINARY, new byte[] {each}, 0, 1);
            }
            hears(socket, "20 [ 00 00 ]");
            send(socket, WebSocket.BINARY, "82 [ 0001 <@/t> 00 ] c0 00 c0"); // two packets and a half
            socket.send(WebSocket.BINARY, new byte[0], 0, 0);
            send(socket, WebSocket.BINARY, "00 c0 00");
            hears(socket, "90 [ 0001 00 ] d0 00 d0 00 d0 00");
        }
    }

    private WebSocket open() throws IOException {
        return ((WebSocketDoor) clients.door()).open();
    }

    private void send(WebSocket socket, int opcode, String text) throws IOException {
        byte[] bytes = clients.bytes(text);
        socket.send(opcode, bytes, 0, bytes.length);
    }

    private void hears(WebSocket socket, String text) throws IOException {
        byte[] expected = clients.bytes(text);
        HexFormat hex = HexFormat.ofDelimiter(" ");
        assertEquals(hex.formatHex(expected), hex.formatHex(socket.in().readNBytes(expected.length)));
    }
}
