// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import java.io.EOFException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The client's side of one WebSocket (RFC 6455): the opening handshake, binary frames in, masked binary frames out.
 *
 * <p>Used only on the loop's thread. What comes is unwrapped where it lies: the bytes of MQTT move together, and the frames'
 * headers are gone. Whatever a broker has no reason to send, a text frame or a PING for example, is an error here.
 */
final class WebSocket {

    /** How much longer a frame can be than what is in it. */
    static final int LONGEST_HEADER = 14;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int FIN_BINARY = 0x82;
    private static final int CLOSE = 0x8;
    private static final int MASKED = 0x80;
    private static final int TWO_BYTES = 126;
    private static final int EIGHT_BYTES = 127;
    private static final String END_OF_HEAD = "\r\n\r\n";
    private static final int LONGEST_HEAD = 8192;

    private final int mask = ThreadLocalRandom.current().nextInt() | 1;
    private final long longMask = (long) mask << 32 | mask & 0xFFFF_FFFFL;
    private final StringBuilder head = new StringBuilder();
    private boolean open;
    private final byte[] header = new byte[10];
    private int headerLength;
    private long left;

    /** Asks for {@code /mqtt} (1.3). */
    byte[] request(InetSocketAddress address) {
        byte[] nonce = new byte[16];
        ThreadLocalRandom.current().nextBytes(nonce);
        return ("""
                GET /mqtt HTTP/1.1\r
                Host: %s:%d\r
                Upgrade: websocket\r
                Connection: Upgrade\r
                Sec-WebSocket-Key: %s\r
                Sec-WebSocket-Protocol: mqtt\r
                Sec-WebSocket-Version: 13\r
                \r
                """)
                .formatted(
                        address.getHostString(),
                        address.getPort(),
                        Base64.getEncoder().encodeToString(nonce))
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Whether the handshake is over. */
    boolean isOpen() {
        return open;
    }

    /**
     * Takes what has arrived between {@code from} and {@code to}, and moves what is in the frames to {@code from}.
     *
     * @return where that ends
     */
    int unwrap(byte[] bytes, int from, int to) throws IOException {
        int at = open ? from : opened(bytes, from, to);
        int end = from;
        while (at < to) {
            if (left == 0) {
                header[headerLength++] = bytes[at++];
                begin();
            } else {
                int length = (int) Math.min(left, to - at);
                System.arraycopy(bytes, at, bytes, end, length);
                at += length;
                end += length;
                left -= length;
            }
        }
        return end;
    }

    private int opened(byte[] bytes, int from, int to) throws IOException {
        int at = from;
        while (at < to && !open) {
            head.append((char) (bytes[at++] & 0xFF));
            open = head.length() >= END_OF_HEAD.length()
                    && head.indexOf(END_OF_HEAD, head.length() - END_OF_HEAD.length()) >= 0;
        }
        if (open && !head.toString().startsWith("HTTP/1.1 101 ") || head.length() > LONGEST_HEAD) {
            throw new IOException("101 Switching Protocols expected, not " + head);
        }
        return at;
    }

    /** Looks whether the header is complete (5.2); the bytes that follow it are counted then. */
    private void begin() throws IOException {
        if (headerLength < 2) {
            return;
        }
        int opcode = header[0] & 0x0F;
        if (opcode == CLOSE) {
            throw new EOFException("closed by the other side with a close frame");
        }
        if (opcode > 2 || opcode == 1 || (header[1] & MASKED) != 0) {
            throw new IOException("an unmasked binary frame expected, not opcode " + opcode);
        }
        int length = header[1] & 0x7F;
        int more = length == TWO_BYTES ? 2 : length == EIGHT_BYTES ? 8 : 0;
        if (headerLength == 2 + more) {
            left = length;
            if (more > 0) {
                left = 0;
                for (int i = 2; i < headerLength; i++) {
                    left = left << 8 | header[i] & 0xFF;
                }
            }
            headerLength = 0;
        }
    }

    /** Writes a frame with these bytes into {@code frame}, and says how long it is. */
    int wrap(byte[] bytes, int from, int to, byte[] frame) {
        int length = to - from;
        int at = 0;
        frame[at++] = (byte) FIN_BINARY;
        if (length < TWO_BYTES) {
            frame[at++] = (byte) (MASKED | length);
        } else {
            int digits = length < 65_536 ? 2 : 8;
            frame[at++] = (byte) (MASKED | (digits == 2 ? TWO_BYTES : EIGHT_BYTES));
            for (int digit = digits - 1; digit >= 0; digit--) {
                frame[at++] = (byte) ((long) length >> 8 * digit);
            }
        }
        for (int i = 0; i < 4; i++) {
            frame[at++] = (byte) (mask >> 8 * i);
        }
        int i = 0;
        for (; i <= length - Long.BYTES; i += Long.BYTES) {
            LONGS.set(frame, at + i, (long) LONGS.get(bytes, from + i) ^ longMask);
        }
        for (; i < length; i++) {
            frame[at + i] = (byte) (bytes[from + i] ^ mask >> 8 * (i & 3));
        }
        return at + length;
    }
}
