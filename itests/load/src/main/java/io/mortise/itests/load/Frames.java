// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import java.io.IOException;

/**
 * Finds whole MQTT packets in a run of bytes.
 *
 * <p>Any thread; nothing here has state.
 */
public final class Frames {

    /** Takes one packet: {@code bytes[start]} is its first byte, the variable header begins at {@code body}. */
    public interface Sink {
        void packet(byte[] bytes, int start, int body, int end) throws IOException;
    }

    private Frames() {}

    /**
     * Hands every whole packet between {@code from} and {@code to} over and says where the first unfinished one begins.
     *
     * @throws IOException when a remaining length has more than four bytes (2.2.3), or from the sink
     */
    public static int split(byte[] bytes, int from, int to, Sink sink) throws IOException {
        int start = from;
        while (start < to) {
            int body = start + 1;
            int length = 0;
            int shift = 0;
            byte digit = -1;
            while (digit < 0 && body < to) {
                if (shift > 21) {
                    throw new IOException("remaining length of more than four bytes");
                }
                digit = bytes[body++];
                length |= (digit & 0x7F) << shift;
                shift += 7;
            }
            if (digit < 0 || length > to - body) {
                return start;
            }
            sink.packet(bytes, start, body, body + length);
            start = body + length;
        }
        return start;
    }
}
