// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;

/**
 * One session with the broker's shell; all numbers are big-endian. Used by one thread.
 *
 * <pre>
 * command   int length, UTF-8 text
 * answer    chunks of: byte type, int length, bytes
 *           'o' to standard output, 'e' to standard error, 'x' the end: an int, the exit status
 * </pre>
 */
final class ShellConnection {

    private final ByteChannel channel;
    private final DataInputStream answers;
    private final PrintStream out;
    private final PrintStream err;

    ShellConnection(ByteChannel channel, PrintStream out, PrintStream err) {
        this.channel = channel;
        this.answers = new DataInputStream(Channels.newInputStream(channel));
        this.out = out;
        this.err = err;
    }

    /** Executes {@code command} and prints its answer while it comes; the exit status. */
    int execute(String command) throws IOException {
        send(command);
        try {
            while (true) {
                byte type = answers.readByte();
                int length = answers.readInt();
                switch (type) {
                    case 'o' -> copy(length, out);
                    case 'e' -> copy(length, err);
                    case 'x' -> {
                        return answers.readInt();
                    }
                    default -> throw new IOException("a chunk of unknown type " + type);
                }
            }
        } catch (EOFException e) {
            throw new IOException("the connection was closed", e);
        }
    }

    private void send(String command) throws IOException {
        byte[] text = command.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + text.length);
        bytes.putInt(text.length).put(text).flip();
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private void copy(int length, PrintStream to) throws IOException {
        byte[] bytes = answers.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException();
        }
        to.write(bytes, 0, bytes.length);
        to.flush();
    }
}
