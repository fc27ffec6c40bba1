// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketTest {
    private static final byte[] SWITCHING =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private static byte[] counting(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31);
        }
        return bytes;
    }

    /** The server's frame: not masked. */
    private static byte[] frame(int opcode, byte[] content) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(0x80 | opcode);
        if (content.length < 126) {
            frame.write(content.length);
        } else if (content.length < 65_536) {
            frame.write(126);
            frame.write(content.length >> 8);
            frame.write(content.length);
        } else {
            frame.write(127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                frame.write((int) ((long) content.length >> shift));
            }
        }
        frame.writeBytes(content);
        return frame.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 64, 100_000})
    void shouldTakeOutWhatIsInTheFramesWhereverReadsEnd(int step) throws IOException {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        sent.writeBytes(SWITCHING);
        for (int length : new int[] {0, 1, 125, 126, 65_535, 65_536, 3}) {
            sent.writeBytes(frame(2, counting(length)));
            expected.writeBytes(counting(length));
        }
        WebSocket webSocket = new WebSocket();
        ByteArrayOutputStream heard = new ByteArrayOutputStream();
        byte[] all = sent.toByteArray();
        byte[] input = new byte[100_010];
        for (int at = 0; at < all.length; at += step) {
            int length = Math.min(step, all.length - at);
            System.arraycopy(all, at, input, 10, length);
            int end = webSocket.unwrap(input, 10, 10 + length);
            heard.write(input, 10, end - 10);
        }
        assertTrue(webSocket.isOpen());
        assertArrayEquals(expected.toByteArray(), heard.toByteArray());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 125, 126, 65_535, 65_536})
    void shouldMaskWhatItSends(int length) {
        byte[] content = counting(length + 3);
        byte[] frame = new byte[length + WebSocket.LONGEST_HEADER];
        int end = new WebSocket().wrap(content, 3, length + 3, frame);
        int header = end - length;
        byte[] heard = Arrays.copyOfRange(frame, header, end);
        for (int i = 0; i < length; i++) {
            heard[i] ^= frame[header - 4 + (i & 3)];
        }
        assertArrayEquals(Arrays.copyOfRange(content, 3, length + 3), heard);
        byte[] unmasked = frame(2, heard);
        assertEquals(unmasked[0], frame[0]);
        assertEquals(unmasked[1] | 0xFFFFFF80, frame[1]);
        assertArrayEquals(
                Arrays.copyOfRange(unmasked, 2, unmasked.length - length), Arrays.copyOfRange(frame, 2, header - 4));
    }

    @Test
    void shouldNotTakeAnotherAnswerForAWebSocket() {
        byte[] answer = "HTTP/1.1 404 Not Found\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        WebSocket webSocket = new WebSocket();
        IOException refused = assertThrows(IOException.class, () -> webSocket.unwrap(answer, 0, answer.length));
        assertTrue(refused.getMessage().contains("404"), refused.getMessage());
    }

    @Test
    void shouldEndWithACloseFrameAndTakeNoText() throws IOException {
        for (int opcode : new int[] {8, 1}) {
            WebSocket webSocket = new WebSocket();
            assertFalse(webSocket.isOpen());
            webSocket.unwrap(SWITCHING.clone(), 0, SWITCHING.length);
            byte[] frame = frame(opcode, counting(2));
            assertThrows(IOException.class, () -> webSocket.unwrap(frame, 0, frame.length));
        }
    }
}
