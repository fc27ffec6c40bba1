// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** MQTT over WebSocket (chapter 6): what is written becomes a binary frame, what comes in frames is read as one stream. */
public record WebSocketDoor(Door under) implements Door {
    private static final String REQUEST =
            "GET /mqtt HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n";

    @Override
    public String name() {
        return "WebSocket over " + under.name();
    }

    @Override
    public WebSocket open() throws IOException {
        Stream stream = under.open();
        stream.out().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
        stream.out().flush();
        DataInputStream in = new DataInputStream(stream.in());
        return new WebSocket(stream, in, headers(in));
    }

    private static String headers(DataInputStream in) throws IOException {
        StringBuilder headers = new StringBuilder();
        while (headers.indexOf("\r\n\r\n") < 0) {
            headers.append((char) in.readUnsignedByte());
        }
        if (!headers.toString().startsWith("HTTP/1.1 101 ")) {
            throw new IOException("no WebSocket: " + headers);
        }
        return headers.toString();
    }

    /** A connection after the handshake. */
    public static final class WebSocket implements Stream {
        public static final int TEXT = 1;
        public static final int BINARY = 2;
        private static final int CLOSE = 8;
        private static final int PING = 9;
        private static final int PONG = 10;
        private static final int FINAL = 0x80;
        private static final int MASKED = 0x80;
        private static final byte[] NO_MASK = new byte[4];
        private static final int LONGEST_HEADER = 14;

        private final Stream stream;
        private final DataInputStream in;
        private final String answer;
        private long left;

        private WebSocket(Stream stream, DataInputStream in, String answer) {
            this.stream = stream;
            this.in = in;
            this.answer = answer;
        }

        /** What the server answered to the handshake, with its headers. */
        public String answer() {
            return answer;
        }

        /** Sends one whole frame; the mask of a client is there, and zero. */
        public void send(int opcode, byte[] payload, int offset, int length) throws IOException {
            ByteArrayOutputStream frame = new ByteArrayOutputStream(length + LONGEST_HEADER);
            frame.write(FINAL | opcode);
            if (length < 126) {
                frame.write(MASKED | length);
            } else {
                frame.write(MASKED | (length < 65_536 ? 126 : 127));
                for (int shift = length < 65_536 ? 8 : 56; shift >= 0; shift -= 8) {
                    frame.write(shift > 24 ? 0 : length >> shift);
                }
            }
            frame.writeBytes(NO_MASK);
            frame.write(payload, offset, length);
            stream.out().write(frame.toByteArray()); // at once: each write would be a segment of its own
            stream.out().flush();
        }

        @Override
        public OutputStream out() {
            return new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    write(new byte[] {(byte) b});
                }

                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    send(BINARY, bytes, offset, length);
                }
            };
        }

        @Override
        public InputStream in() {
            return new InputStream() {
                @Override
                public int read() throws IOException {
                    if (left == 0 && !nextFrame()) {
                        return -1;
                    }
                    left--;
                    return in.readUnsignedByte();
                }

                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    if (length == 0) {
                        return 0; // whoever wants nothing does not wait for a frame
                    }
                    if (left == 0 && !nextFrame()) {
                        return -1;
                    }
                    int count = in.read(bytes, offset, (int) Math.min(length, left));
                    left -= Math.max(0, count);
                    return count;
                }
            };
        }

        /** Reads up to the payload of a frame that has some; false when the server closes. */
        private boolean nextFrame() throws IOException {
            while (left == 0) {
                int first = in.read();
                if (first < 0) {
                    return false;
                }
                int length = in.readUnsignedByte();
                left = length < 126 ? length : length == 126 ? in.readUnsignedShort() : in.readLong();
                int opcode = first & 0x0f;
                if (opcode == CLOSE) {
                    return false;
                }
                if (opcode == PING) {
                    byte[] payload = in.readNBytes((int) left);
                    left = 0;
                    send(PONG, payload, 0, payload.length);
                } else if (opcode == TEXT) {
                    throw new IOException("MQTT in a text frame");
                }
            }
            return true;
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }
    }
}
