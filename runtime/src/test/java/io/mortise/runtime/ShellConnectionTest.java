// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class ShellConnectionTest {

    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void shouldSendTheCommandAndPrintBothStreamsUntilTheEnd() throws IOException {
        String answer = "6f 00000002 6869" // 'o', 2 bytes, "hi"
                + "65 00000003 6e6f21" // 'e', 3 bytes, "no!"
                + "6f 00000000" // 'o', nothing
                + "78 00000004 00000007"; // 'x', status 7

        assertEquals(7, connection(answer).execute("läuft"));

        assertEquals("hi", out.toString(StandardCharsets.UTF_8));
        assertEquals("no!", err.toString(StandardCharsets.UTF_8));
        assertEquals("000000066cc3a4756674", HexFormat.of().formatHex(sent.toByteArray()));
    }

    @Test
    void shouldFailWhenTheConnectionIsClosedInTheMiddleOfAnAnswer() {
        assertThrows(IOException.class, () -> connection("").execute("x"));
        assertThrows(IOException.class, () -> connection("6f 00000003 6869").execute("x"));
    }

    @Test
    void shouldFailWhenTheAnswerIsNotOne() {
        assertThrows(IOException.class, () -> connection("48 00000000").execute("x"));
    }

    private ShellConnection connection(String hexAnswer) {
        byte[] answer = HexFormat.of().parseHex(hexAnswer.replace(" ", ""));
        return new ShellConnection(new Canned(answer, sent), new PrintStream(out), new PrintStream(err));
    }

    /** A channel that has its answer already, and keeps what is written to it. */
    private static final class Canned implements ByteChannel {
        private final ReadableByteChannel answer;
        private final WritableByteChannel sent;

        Canned(byte[] answer, ByteArrayOutputStream sent) {
            this.answer = Channels.newChannel(new ByteArrayInputStream(answer));
            this.sent = Channels.newChannel(sent);
        }

        @Override
        public int read(ByteBuffer to) throws IOException {
            return answer.read(to);
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            return sent.write(from);
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
