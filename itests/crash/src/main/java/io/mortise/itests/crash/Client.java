// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import io.mortise.itests.load.Connection;
import io.mortise.itests.load.Peer;
import io.mortise.itests.load.Wire;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client that comes back whenever its connection breaks.
 *
 * <p>Used only on the loop's thread. A broker that dies under it is nothing special to it; what a broker says that no broker may say is
 * a violation, and ends the connection.
 */
abstract class Client implements Peer {

    private static final byte[] DISCONNECT = Wire.empty(Wire.DISCONNECT);
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long CONNACK_NANOS = TimeUnit.SECONDS.toNanos(5);

    final Stage stage;
    final Version version;
    final String clientId;

    private @Nullable Connection connection;
    private boolean ready;
    private long since;

    Client(Stage stage, Version version, String clientId) {
        this.stage = stage;
        this.version = version;
        this.clientId = clientId;
        this.since = System.nanoTime() - RETRY_NANOS;
    }

    /** The CONNECT to begin with. */
    abstract byte[] connect();

    /** The broker has accepted the CONNECT. */
    abstract void accepted(ConnAck answer) throws IOException;

    /** Any packet after the CONNACK. */
    abstract void received(int type, byte[] bytes, int start, int body, int end) throws IOException;

    /** Does what is to be done now; only while connected. */
    abstract void work(long now) throws IOException;

    /** Whether it wants to be connected. */
    boolean isWanted(long now) {
        return true;
    }

    /** Whether there is nothing more to wait for; asked when nobody publishes any more. */
    abstract boolean isSettled();

    /** Lets it connect, or work. */
    final void tick(long now) {
        try {
            if (connection == null) {
                if (now - since >= RETRY_NANOS && isWanted(now)) {
                    since = now;
                    connection = stage.loop.connect(null, stage.address, this);
                }
            } else if (ready) {
                work(now);
                flush();
            } else if (now - since > CONNACK_NANOS) {
                throw new IOException("no CONNACK");
            }
        } catch (IOException e) {
            leaveAbruptly();
        }
    }

    @Override
    public final void connected(Connection connection) throws IOException {
        this.connection = connection;
        connection.send(connect());
    }

    @Override
    public final void packet(byte[] bytes, int start, int body, int end) throws IOException {
        if (connection == null) {
            throw new IOException("left");
        }
        int type = (bytes[start] & 0xFF) >> 4;
        try {
            switch (type) {
                case Wire.CONNACK -> answered(ConnAck.read(version, bytes, body, end));
                case Wire.DISCONNECT -> throw new IOException("disconnected by the broker");
                default -> {
                    stage.packetAt = System.nanoTime();
                    received(type, bytes, start, body, end);
                }
            }
        } catch (IndexOutOfBoundsException e) {
            throw violation("packet of type " + type + " that ends too early");
        }
    }

    private void answered(ConnAck answer) throws IOException {
        if (answer.code() != 0) {
            throw new IOException("refused with " + answer.code());
        }
        ready = true;
        accepted(answer);
    }

    @Override
    public final void drained() throws IOException {
        flush();
    }

    private void flush() throws IOException {
        if (connection != null) {
            connection.sendOutput();
        }
    }

    @Override
    public final void lost(IOException reason) {
        connection = null;
        ready = false;
        since = System.nanoTime();
    }

    final void put(byte[] packet) throws IOException {
        if (connection == null) {
            throw new IOException("left");
        }
        connection.put(packet);
    }

    final boolean isConnected() {
        return ready;
    }

    /** Closes the connection without a word. */
    final void leaveAbruptly() {
        if (connection != null) {
            connection.close();
            lost(new IOException("left"));
        }
    }

    final void leavePolitely() throws IOException {
        put(DISCONNECT);
        flush();
        leaveAbruptly();
    }

    /** Counts what no broker may send, and gives the exception that ends the connection. */
    final IOException violation(String what) {
        stage.findings.add(Violation.PROTOCOL, clientId + ": " + what);
        return new IOException(what);
    }

    /** The reason code of an acknowledgement; 0 where there is none. */
    final int reason(byte[] bytes, int body, int end) {
        return version.hasProperties() && end > body + 2 ? bytes[body + 2] & 0xFF : 0;
    }
}
