// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import io.mortise.transport.wire.Door;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client that speaks HTTP and WebSocket byte by byte, rightly or wrongly. */
final class WebSocketPeer implements AutoCloseable {
    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;
    private static final int FIN = 0x80;
    static final int RSV1 = 0x40;

    final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    /** What came: its first byte, and what it holds. */
    record Frame(int head, byte[] payload) {

        int opcode() {
            return head & 0x0F;
        }

        /** Of a close frame. */
        int code() {
            return (payload[0] & 0xFF) << 8 | payload[1] & 0xFF;
        }
    }

    WebSocketPeer(Door door) throws IOException {
        InetSocketAddress address = (InetSocketAddress) door.address();
        socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
    }

    /** One that has agreed on WebSocket, and on MQTT. */
    static WebSocketPeer upgraded(Door door, String... headers) throws IOException {
        WebSocketPeer peer = new WebSocketPeer(door);
        String answer = peer.request(upgrade("/mqtt", "Sec-WebSocket-Protocol: mqtt", headers));
        if (!answer.startsWith("HTTP/1.1 101 ")) {
            throw new AssertionError(answer);
        }
        return peer;
    }

    static String upgrade(String path, String protocol, String... headers) {
        return "GET " + path
                + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==\r\n"
                + (protocol.isEmpty() ? "" : protocol + "\r\n")
                + (headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n") + "\r\n";
    }

    /** Sends this, and answers the header that comes back, up to the empty line. */
    String request(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                return answer.toString();
            }
            answer.append((char) next);
        }
        return answer.toString();
    }

    /** Everything up to the end of the connection. */
    String rest() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    void send(int opcode, ByteBuf payload) throws IOException {
        send(FIN | opcode, ByteBufUtil.getBytes(payload));
    }

    /** A part of a message. */
    void part(int opcode, byte[] payload) throws IOException {
        send(opcode, payload);
    }

    void send(int head, byte[] payload) throws IOException {
        out.write(masked(head, payload));
    }

    void raw(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    static byte[] masked(int head, byte[] payload) throws IOException {
        byte[] mask = {1, 2, 3, 4};
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream frame = new DataOutputStream(bytes);
        frame.write(head);
        if (payload.length < 126) {
            frame.write(0x80 | payload.length);
        } else if (payload.length < 65_536) {
            frame.write(0x80 | 126);
            frame.writeShort(payload.length);
        } else {
            frame.write(0x80 | 127);
            frame.writeLong(payload.length);
        }
        frame.write(mask);
        for (int i = 0; i < payload.length; i++) {
            frame.write(payload[i] ^ mask[i % 4]);
        }
        return bytes.toByteArray();
    }

    Frame read() throws IOException {
        int head = in.readUnsignedByte();
        long length = in.readUnsignedByte(); // not masked: it comes from a server
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        byte[] payload = new byte[(int) length];
        in.readFully(payload);
        return new Frame(head, payload);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
