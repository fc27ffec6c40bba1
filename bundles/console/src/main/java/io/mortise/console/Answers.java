// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;

/**
 * What goes back to a shell: chunks of a type, a length, and as many bytes.
 *
 * <pre>
 *   'o' length bytes    what the command wrote to its standard output
 *   'e' length bytes    what it wrote to its standard error
 *   'x' 4 status        it has ended: 0 well, 1 not
 * </pre>
 *
 * Numbers are four bytes, the highest first. Any thread: a chunk is written as a whole.
 */
final class Answers {
    static final int OK = 0;
    static final int FAILED = 1;

    private static final byte OUT = 'o';
    private static final byte ERROR = 'e';
    private static final byte END = 'x';
    private static final int HEADER = 1 + Integer.BYTES;
    private static final int LONGEST_CHUNK = 8 * 1024;

    private final WritableByteChannel channel;
    private final ByteBuffer chunk = ByteBuffer.allocate(HEADER + LONGEST_CHUNK); // guarded by this

    Answers(WritableByteChannel channel) {
        this.channel = channel;
    }

    /** A stream whose bytes are standard output. */
    OutputStream outputStream() {
        return new ChunkStream(OUT);
    }

    /** A stream whose bytes are standard error. */
    OutputStream errorStream() {
        return new ChunkStream(ERROR);
    }

    /** Writes a text and, unless it has one, a line break to standard output. */
    void output(CharSequence text) throws IOException {
        line(OUT, text.toString());
    }

    /** Writes a text and, unless it has one, a line break to standard error. */
    void error(String text) throws IOException {
        line(ERROR, text);
    }

    /** The command has ended. */
    synchronized void end(int status) throws IOException {
        chunk.clear().put(END).putInt(Integer.BYTES).putInt(status).flip();
        send();
    }

    private void line(byte type, String text) throws IOException {
        if (!text.isEmpty()) {
            byte[] bytes = (text.endsWith("\n") ? text : text + "\n").getBytes(StandardCharsets.UTF_8);
            write(type, bytes, 0, bytes.length);
        }
    }

    private synchronized void write(byte type, byte[] bytes, int offset, int length) throws IOException {
        int end = offset + length;
        for (int start = offset; start < end; start += LONGEST_CHUNK) {
            int part = Math.min(LONGEST_CHUNK, end - start);
            chunk.clear().put(type).putInt(part).put(bytes, start, part).flip();
            send();
        }
    }

    private void send() throws IOException {
        while (chunk.hasRemaining()) {
            channel.write(chunk);
        }
    }

    private final class ChunkStream extends OutputStream {
        private final byte type;

        ChunkStream(byte type) {
            this.type = type;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            Answers.this.write(type, bytes, offset, length);
        }
    }
}
