// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** A client of bytes: says what it is told to say, however wrong that is, and hears packets. Used by one thread. */
final class ByteClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket = new Socket();
    private final DataInputStream in;

    ByteClient(int port) throws IOException {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    }

    /** A client that is connected. */
    static ByteClient connected(int port, int level, String clientId) throws IOException {
        ByteClient client = new ByteClient(port);
        client.say(connect(level, clientId, true, 0));
        byte[] connAck = client.hear();
        if (connAck[0] != 0x20 || connAck[3] != 0) {
            throw new AssertionError("CONNACK with success expected, got " + hex(connAck));
        }
        return client;
    }

    ByteClient say(byte[]... packets) throws IOException {
        for (byte[] packet : packets) {
            socket.getOutputStream().write(packet);
        }
        return this;
    }

    /** As {@link #say}, to a broker that may have closed the connection already. */
    boolean trySay(byte[] bytes) {
        try {
            say(bytes);
            return true;
        } catch (IOException closed) {
            return false;
        }
    }

    /** The next packet. */
    byte[] hear() throws IOException {
        byte[] packet = hearOrEnd();
        if (packet == null) {
            throw new EOFException("a packet expected, got the end of the connection");
        }
        return packet;
    }

    /** The next packet of a type, past others. */
    byte[] hear(int type) throws IOException {
        byte[] packet = hear();
        while ((packet[0] & 0xF0) >> 4 != type) {
            packet = hear();
        }
        return packet;
    }

    /** The next packet; {@code null} at the end of the connection. */
    byte[] hearOrEnd() throws IOException {
        try {
            int first = in.read();
            if (first < 0) {
                return null;
            }
            ByteArrayOutputStream packet = new ByteArrayOutputStream();
            packet.write(first);
            int length = 0;
            int next;
            int shift = 0;
            do {
                next = in.readUnsignedByte();
                packet.write(next);
                length |= (next & 0x7F) << shift;
                shift += 7;
            } while (next >= 0x80);
            packet.writeBytes(in.readNBytes(length));
            return packet.toByteArray();
        } catch (EOFException | SocketException reset) {
            return null;
        }
    }

    /** The next packet; {@code null} at the end of the connection, or if none comes in time. */
    byte[] hearOrNothing() throws IOException {
        try {
            return hearOrEnd();
        } catch (SocketTimeoutException nothing) {
            return null;
        }
    }

    /** The last packet before the end of the connection, which has to come; empty if there was none. */
    byte[] lastWords() throws IOException {
        byte[] last = {};
        for (byte[] packet = hearOrEnd(); packet != null; packet = hearOrEnd()) {
            last = packet;
        }
        return last;
    }

    /** Whether the broker ends the connection, or else answers PINGREQ, in bounded time: it is not stuck. */
    boolean endsOrAnswers() throws IOException {
        trySay(new byte[] {(byte) 0xC0, 0});
        try {
            byte[] packet = hearOrEnd();
            while (packet != null && packet[0] != (byte) 0xD0) {
                packet = hearOrEnd();
            }
            return true;
        } catch (SocketTimeoutException stuck) {
            return false;
        }
    }

    void patience(int millis) throws IOException {
        socket.setSoTimeout(millis);
    }

    /** Says that nothing more will come. */
    void endOutput() {
        try {
            socket.shutdownOutput();
        } catch (IOException closed) {
            return; // so it has ended already
        }
    }

    /** Whether anything has come that was not heard. */
    boolean hasSomethingToHear() throws IOException {
        return in.available() > 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    // ---- packets

    /** A packet with its remaining length. */
    static byte[] packet(int firstByte, Object... parts) {
        byte[] body = bytes(parts);
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(firstByte);
        packet.writeBytes(variable(body.length));
        packet.writeBytes(body);
        return packet.toByteArray();
    }

    /** Numbers and characters are bytes, texts have their length in front, bytes are as they are. */
    static byte[] bytes(Object... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Object part : parts) {
            if (part instanceof Integer number) {
                all.write(number);
            } else if (part instanceof Character character) {
                all.write(character);
            } else if (part instanceof String text) {
                byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
                all.writeBytes(twoBytes(utf8.length));
                all.writeBytes(utf8);
            } else {
                all.writeBytes((byte[]) part);
            }
        }
        return all.toByteArray();
    }

    static byte[] twoBytes(int value) {
        return new byte[] {(byte) (value >> 8), (byte) value};
    }

    static byte[] variable(int value) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        int rest = value;
        while (rest > 0x7F) {
            all.write(rest & 0x7F | 0x80);
            rest >>= 7;
        }
        all.write(rest);
        return all.toByteArray();
    }

    /** Nothing in 3.1.1, an empty property section in 5.0. */
    static byte[] noProperties(int level) {
        return level == 5 ? new byte[1] : new byte[0];
    }

    static byte[] connect(int level, String clientId, boolean clean, int keepAliveSeconds) {
        return packet(0x10, "MQTT", level, clean ? 2 : 0, twoBytes(keepAliveSeconds), noProperties(level), clientId);
    }

    static byte[] publish(int level, String topic, int qos, int packetId, byte[] payload) {
        byte[] id = qos == 0 ? new byte[0] : twoBytes(packetId);
        return packet(0x30 | qos << 1, topic, id, noProperties(level), payload);
    }

    static byte[] subscribe(int level, int packetId, String filter, int qos) {
        return packet(0x82, twoBytes(packetId), noProperties(level), filter, qos);
    }

    static byte[] unsubscribe(int level, int packetId, String filter) {
        return packet(0xA2, twoBytes(packetId), noProperties(level), filter);
    }

    static String hex(byte[] bytes) {
        return java.util.HexFormat.ofDelimiter(" ").formatHex(bytes, 0, Math.min(64, bytes.length));
    }
}
