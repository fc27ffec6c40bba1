// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The socket of a broker's shell, without {@code bin/mortise shell} before it: a Java that starts takes a processor from
 * the broker just when it is looked at. Each command has a connection of its own. Any thread.
 */
public final class ShellSocket {
    private static final int OUT = 'o';
    private static final int ERROR = 'e';
    private static final int END = 'x';

    private final Path file;

    /** At this file: {@code shell.sock} in the data folder of a broker. */
    public ShellSocket(Path file) {
        this.file = file;
    }

    /**
     * What a command printed, errors too, and whether it went well.
     *
     * @param status 0 if it did
     */
    public record Answer(int status, String text) {

        /** What it printed. */
        public String whenDone() {
            if (status != 0) {
                throw new AssertionError("it failed: " + text);
            }
            return text;
        }
    }

    /** Executes a command line; blocks until it has ended. */
    public Answer execute(String line) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(file));
            byte[] command = line.getBytes(StandardCharsets.UTF_8);
            ByteBuffer request = ByteBuffer.allocate(Integer.BYTES + command.length);
            request.putInt(command.length).put(command).flip();
            while (request.hasRemaining()) {
                channel.write(request);
            }
            return answer(new DataInputStream(Channels.newInputStream(channel)));
        }
    }

    private static Answer answer(DataInputStream in) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        while (true) {
            int type = in.readUnsignedByte();
            int length = in.readInt();
            switch (type) {
                case OUT, ERROR -> text.writeBytes(in.readNBytes(length));
                case END -> {
                    return new Answer(in.readInt(), text.toString(StandardCharsets.UTF_8));
                }
                default -> throw new IOException("a chunk of unknown type " + type);
            }
        }
    }
}
