// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ceiling: takes the place of a broker and hands every QoS 0 PUBLISH, byte for byte, to everyone who subscribed to anything.
 *
 * <p>Used only on the thread that runs it. It knows one topic and keeps no promise; what it reaches is what sockets, framing and
 * this machine allow.
 */
final class Relay implements Closeable {

    private static final byte[] CONNACK = {0x20, 2, 0, 0};
    private static final byte[] PINGRESP = Wire.empty(Wire.PINGRESP);

    private final Loop loop = new Loop(0);
    private final List<Connection> subscribers = new ArrayList<>();
    private final int port;

    Relay(int port) throws IOException {
        this.port = loop.listen(port, RelayPeer::new);
    }

    int port() {
        return port;
    }

    /** Serves until the thread is interrupted. */
    void serve() throws IOException {
        while (!Thread.currentThread().isInterrupted()) {
            loop.round(1000);
        }
    }

    @Override
    public void close() throws IOException {
        loop.close();
    }

    private final class RelayPeer implements Peer {

        private @Nullable Connection connection;

        @Override
        public void connected(Connection connection) {
            this.connection = connection;
        }

        @Override
        public void packet(byte[] bytes, int start, int body, int end) throws IOException {
            switch ((bytes[start] & 0xFF) >> 4) {
                case Wire.CONNECT -> answer(CONNACK);
                case Wire.SUBSCRIBE -> {
                    subscribers.add(connection());
                    answer(new byte[] {(byte) 0x90, 3, bytes[body], bytes[body + 1], 0});
                }
                case Wire.PUBLISH -> {
                    System.arraycopy(bytes, start, loop.output, loop.outputLength, end - start);
                    loop.outputLength += end - start;
                }
                case Wire.PINGREQ -> answer(PINGRESP);
                default -> leave();
            }
        }

        @Override
        public void drained() throws IOException {
            int length = loop.outputLength;
            loop.outputLength = 0;
            for (int i = 0; length > 0 && i < subscribers.size(); i++) {
                subscribers.get(i).send(loop.output, 0, length);
            }
        }

        private void answer(byte[] packet) throws IOException {
            connection().send(packet);
        }

        private Connection connection() {
            if (connection == null) {
                throw new IllegalStateException("a packet before the connection");
            }
            return connection;
        }

        private void leave() {
            subscribers.remove(connection());
            connection().close();
        }

        @Override
        public void lost(IOException reason) {
            subscribers.remove(connection());
        }
    }
}
