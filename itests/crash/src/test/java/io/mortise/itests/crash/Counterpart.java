// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The broker's end of one client's connections, byte by byte; it and the client take turns on the thread of the test.
 */
final class Counterpart implements AutoCloseable {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final ServerSocketChannel server = ServerSocketChannel.open();
    private final Stage stage;
    private Client client;
    private SocketChannel channel;

    Counterpart() throws IOException {
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        server.configureBlocking(false);
        stage = new Stage(1, (InetSocketAddress) server.getLocalAddress());
    }

    Stage stage() {
        return stage;
    }

    <C extends Client> C with(Supplier<C> made) {
        C it = made.get();
        client = it;
        return it;
    }

    /** Accepts its next connection, takes the CONNECT, and answers it. */
    void welcome(boolean sessionPresent) throws IOException {
        channel = null;
        await(() -> {
            try {
                channel = server.accept();
                return channel != null;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        channel.configureBlocking(false);
        expect(client.connect());
        byte present = (byte) (sessionPresent ? 1 : 0);
        send(client.version.hasProperties() ? new byte[] {0x20, 3, present, 0, 0} : new byte[] {0x20, 2, present, 0});
    }

    /** Breaks the connection. */
    void drop() throws IOException {
        channel.close();
        await(() -> !client.isConnected());
    }

    void send(byte[] bytes) throws IOException {
        channel.write(ByteBuffer.wrap(bytes));
    }

    /** The next bytes from the client, and no others. */
    void expect(byte[] bytes) {
        byte[] came = receive(bytes.length);
        assertArrayEquals(bytes, came, () -> Arrays.toString(came) + " instead of " + Arrays.toString(bytes));
    }

    byte[] receive(int length) {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        await(() -> {
            try {
                channel.read(buffer);
                return !buffer.hasRemaining();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        return buffer.array();
    }

    /** Lets the client go on until this is so. */
    void await(BooleanSupplier done) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!done.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("did not happen");
            }
            client.tick(System.nanoTime());
            try {
                stage.loop.round(1);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
        server.close();
        stage.close();
    }
}
