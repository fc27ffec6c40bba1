// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * One socket: whole packets in, bytes out.
 *
 * <p>Used only on the loop's thread. Reading goes through the loop's one buffer; a connection keeps only the unfinished packet
 * between two reads, and what the socket would not take at once, so that ten thousand idle ones cost little.
 */
public final class Connection {

    private static final byte[] NOTHING = {};

    private final Loop loop;
    private final SocketChannel channel;
    private final Peer peer;
    private final @Nullable WebSocket webSocket;

    private @Nullable SelectionKey key;
    private byte[] unfinished = NOTHING;
    private int unfinishedLength;
    private byte[] unsent = NOTHING;
    private int unsentFrom;
    private int unsentTo;

    Connection(Loop loop, SocketChannel channel, Peer peer, @Nullable WebSocket webSocket) {
        this.loop = loop;
        this.channel = channel;
        this.peer = peer;
        this.webSocket = webSocket;
    }

    void register(Selector selector, boolean connected) throws IOException {
        key = channel.register(selector, connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
        if (connected) {
            begin();
        }
    }

    private void begin() throws IOException {
        if (webSocket == null) {
            peer.connected(this);
        } else {
            byte[] request = webSocket.request((InetSocketAddress) channel.getRemoteAddress());
            sendBytes(request, 0, request.length);
        }
    }

    void proceed(SelectionKey key) {
        try {
            if (key.isConnectable()) {
                channel.finishConnect();
                key.interestOps(SelectionKey.OP_READ);
                begin();
                return;
            }
            if (key.isWritable()) {
                flush();
            }
            if (key.isReadable()) {
                read();
            }
        } catch (IOException e) {
            close();
            peer.lost(e);
        }
    }

    private void read() throws IOException {
        byte[] input = loop.input;
        System.arraycopy(unfinished, 0, input, 0, unfinishedLength);
        int read = channel.read(ByteBuffer.wrap(input, unfinishedLength, input.length - unfinishedLength));
        if (read < 0) {
            throw new EOFException("closed by the other side");
        }
        loop.readAt = System.nanoTime();
        loop.bytesRead += read;
        int end = unfinishedLength + read;
        if (webSocket != null) {
            boolean opening = !webSocket.isOpen();
            end = webSocket.unwrap(input, unfinishedLength, end);
            if (opening && webSocket.isOpen()) {
                peer.connected(this);
            }
        }
        int rest = Frames.split(input, 0, end, peer);
        keepUnfinished(input, rest, end);
        peer.drained();
    }

    private void keepUnfinished(byte[] input, int from, int to) throws IOException {
        unfinishedLength = to - from;
        if (unfinishedLength == input.length) {
            throw new IOException("packet longer than the buffer of " + input.length + " bytes");
        }
        if (unfinishedLength > unfinished.length) {
            unfinished = new byte[unfinishedLength * 2];
        }
        System.arraycopy(input, from, unfinished, 0, unfinishedLength);
    }

    /** Whether the socket took everything so far. */
    public boolean isFlushed() {
        return unsentFrom == unsentTo;
    }

    /** Writes the bytes, and keeps a copy of what the socket does not take yet. */
    void send(byte[] bytes, int from, int to) throws IOException {
        if (webSocket == null) {
            sendBytes(bytes, from, to);
        } else {
            sendBytes(loop.frame, 0, webSocket.wrap(bytes, from, to, loop.frame));
        }
    }

    private void sendBytes(byte[] bytes, int from, int to) throws IOException {
        int sent = from;
        if (isFlushed()) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, from, to - from);
            channel.write(buffer);
            sent = buffer.position();
        }
        if (sent < to) {
            keepUnsent(bytes, sent, to);
        }
    }

    public void send(byte[] packet) throws IOException {
        send(packet, 0, packet.length);
    }

    /** Adds a packet to what the next {@link #sendOutput} sends; nothing else may be sent before that. */
    public void put(byte[] packet) throws IOException {
        if (packet.length > loop.output.length - loop.outputLength) {
            sendOutput();
        }
        System.arraycopy(packet, 0, loop.output, loop.outputLength, packet.length);
        loop.outputLength += packet.length;
    }

    /** Sends what peers have put into the loop's output buffer, and empties that. */
    public void sendOutput() throws IOException {
        if (loop.outputLength > 0) {
            int length = loop.outputLength;
            loop.outputLength = 0;
            send(loop.output, 0, length);
        }
    }

    private void keepUnsent(byte[] bytes, int from, int to) {
        int waiting = unsentTo - unsentFrom;
        int length = to - from;
        byte[] target = unsent.length < waiting + length ? new byte[2 * (waiting + length)] : unsent;
        if (target != unsent || unsentTo + length > unsent.length) {
            System.arraycopy(unsent, unsentFrom, target, 0, waiting);
            unsent = target;
            unsentFrom = 0;
            unsentTo = waiting;
        }
        System.arraycopy(bytes, from, unsent, unsentTo, length);
        unsentTo += length;
        want(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }

    private void flush() throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(unsent, unsentFrom, unsentTo - unsentFrom);
        channel.write(buffer);
        unsentFrom = buffer.position();
        if (isFlushed()) {
            unsentFrom = 0;
            unsentTo = 0;
            unsent = unsent.length > Loop.BUFFER_LENGTH ? NOTHING : unsent;
            want(SelectionKey.OP_READ);
        }
    }

    private void want(int operations) {
        if (key != null && key.isValid()) {
            key.interestOps(operations);
        }
    }

    /** Ends it; what it had put into the loop's output goes to nobody. */
    public void close() {
        loop.outputLength = 0;
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a socket that cannot be closed would spoil what is measured
        }
    }
}
