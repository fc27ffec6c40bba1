// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one thread's selector, and the buffers that all its connections share.
 *
 * <p>Used only on the thread that calls {@link #round}. The load program has one such thread: there is no lock, no queue
 * and no hand-over in it, and the two buffers stay in the processor's cache.
 */
public final class Loop implements Closeable {

    /** What one system call may read, and what one turn may write. */
    static final int BUFFER_LENGTH = 256 * 1024;

    private static final int BACKLOG = 1024;

    final byte[] input;
    final byte[] output;
    final byte[] frame; // of a WebSocket, around output
    // how much of output is filled; a peer that fills it sends it before it returns to the loop
    int outputLength;
    // valid for the current batch of packets
    long readAt;
    long bytesRead;

    private final Selector selector;

    public Loop(int longestPacket) throws IOException {
        int length = Math.max(BUFFER_LENGTH, 4 * longestPacket);
        this.input = new byte[length];
        this.output = new byte[length];
        this.frame = new byte[length + WebSocket.LONGEST_HEADER];
        this.selector = Selector.open();
    }

    public Connection connect(@Nullable InetSocketAddress local, InetSocketAddress remote, Peer peer)
            throws IOException {
        return connect(local, remote, peer, null);
    }

    /** Connects over a WebSocket if there is one. */
    Connection connect(
            @Nullable InetSocketAddress local, InetSocketAddress remote, Peer peer, @Nullable WebSocket webSocket)
            throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            if (local != null) {
                channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                channel.bind(local);
            }
            boolean connected = channel.connect(remote);
            Connection connection = new Connection(this, channel, peer, webSocket);
            connection.register(selector, connected);
            return connection;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Accepts connections and says on which port; 0 takes a free one. */
    int listen(int port, Supplier<Peer> peers) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        server.configureBlocking(false);
        server.register(selector, SelectionKey.OP_ACCEPT, peers);
        return server.socket().getLocalPort();
    }

    /** Waits for at most this long, then lets every connection that can go on do so. */
    public void round(long timeoutMillis) throws IOException {
        bytesRead = 0;
        if (timeoutMillis == 0) {
            selector.selectNow(this::proceed);
        } else {
            selector.select(this::proceed, timeoutMillis);
        }
    }

    private void proceed(SelectionKey key) {
        try {
            if (key.attachment() instanceof Connection connection) {
                connection.proceed(key);
            } else {
                accept(key);
            }
        } catch (CancelledKeyException e) {
            // its connection was closed earlier in this round
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("unchecked") // listen attaches nothing else
    private void accept(SelectionKey key) throws IOException {
        SocketChannel channel = ((ServerSocketChannel) key.channel()).accept();
        if (channel != null) {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            new Connection(this, channel, ((Supplier<Peer>) key.attachment()).get(), null).register(selector, true);
        }
    }

    /** Closes every connection and the selector. */
    @Override
    public void close() throws IOException {
        List<SelectionKey> keys = new ArrayList<>(selector.keys());
        for (SelectionKey key : keys) {
            key.channel().close();
        }
        selector.close();
    }
}
