// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The other end of the shell socket, as its protocol says. */
final class ShellClient implements Closeable {
    private final SocketChannel channel;

    ShellClient(Path socket) throws IOException {
        channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    }

    Answer ask(String line) throws IOException {
        send(line);
        return answer();
    }

    void send(String line) throws IOException {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        send(bytes.length, bytes);
    }

    void send(int length, byte... bytes) throws IOException {
        ByteBuffer request =
                ByteBuffer.allocate(4 + bytes.length).putInt(length).put(bytes).flip();
        while (request.hasRemaining()) {
            channel.write(request);
        }
    }

    Answer answer() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        while (true) {
            byte type = read(1).get();
            ByteBuffer bytes = read(read(4).getInt());
            switch (type) {
                case 'o' -> out.write(bytes.array());
                case 'e' -> err.write(bytes.array());
                case 'x' -> {
                    return new Answer(
                            out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8), bytes.getInt());
                }
                default -> throw new IOException("unknown chunk " + type);
            }
        }
    }

    /** Whether the other side has closed. */
    boolean isAtEnd() throws IOException {
        return channel.read(ByteBuffer.allocate(1)) < 0;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private ByteBuffer read(int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                throw new EOFException();
            }
        }
        return bytes.flip();
    }

    /** What a command printed, and how it ended. */
    record Answer(String out, String err, int status) {}
}
