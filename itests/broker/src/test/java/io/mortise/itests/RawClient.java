// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** MQTT 3.1.1 on a blocking socket, packet by packet, as fast or as slow as a test wants. */
final class RawClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 60_000;

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final DataOutputStream out;

    /** One packet as it came: its first byte, and what follows the fixed header. */
    record Packet(int head, byte[] body) {

        int type() {
            return head >> 4;
        }

        int qos() {
            return head >> 1 & 3;
        }

        /** Of a PUBLISH. */
        String topic() {
            return new String(body, 2, topicLength(), StandardCharsets.UTF_8);
        }

        private int topicLength() {
            return (body[0] & 0xFF) << 8 | body[1] & 0xFF;
        }

        private int packetId() {
            int at = 2 + topicLength();
            return (body[at] & 0xFF) << 8 | body[at + 1] & 0xFF;
        }

        /** The first eight bytes of the payload of a PUBLISH, as a number. */
        long number() {
            int at = 2 + topicLength() + (qos() > 0 ? 2 : 0);
            long number = 0;
            for (int i = 0; i < 8; i++) {
                number = number << 8 | body[at + i] & 0xFF;
            }
            return number;
        }
    }

    /** A socket, and nothing said on it. */
    RawClient(int port, int receiveBuffer) throws IOException {
        socket.setReceiveBufferSize(receiveBuffer);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), receiveBuffer));
        out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), 65_536));
    }

    /** A client that is connected, with a clean session. */
    static RawClient connected(int port, String id, int keepAliveSeconds, int receiveBuffer) throws IOException {
        RawClient client = new RawClient(port, receiveBuffer);
        client.connect(id, keepAliveSeconds);
        client.expect(2);
        return client;
    }

    void connect(String id, int keepAliveSeconds) throws IOException {
        connect(id, keepAliveSeconds, true);
    }

    void connect(String id, int keepAliveSeconds, boolean cleanSession) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream to = new DataOutputStream(body);
        to.writeUTF("MQTT");
        to.write(4); // 3.1.1
        to.write(cleanSession ? 2 : 0);
        to.writeShort(keepAliveSeconds);
        to.writeUTF(id);
        say(0x10, body.toByteArray());
        flush();
    }

    void subscribe(String filter, int qos) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream to = new DataOutputStream(body);
        to.writeShort(1);
        to.writeUTF(filter);
        to.write(qos);
        say(0x82, body.toByteArray());
        flush();
    }

    /** Publishes a payload of this size that begins with a number; flushed by {@link #flush()}. */
    void publish(String topic, long number, int size, int qos, boolean retain, int packetId) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream(size + 64);
        DataOutputStream to = new DataOutputStream(body);
        to.writeUTF(topic);
        if (qos > 0) {
            to.writeShort(packetId);
        }
        to.writeLong(number);
        to.write(new byte[size - 8]);
        say(0x30 | qos << 1 | (retain ? 1 : 0), body.toByteArray());
    }

    /** Acknowledges a PUBLISH at QoS 1. */
    void acknowledge(Packet publish) throws IOException {
        out.write(0x40);
        out.write(2);
        out.writeShort(publish.packetId());
    }

    void ping() throws IOException {
        say(0xC0, new byte[0]);
        flush();
    }

    void flush() throws IOException {
        out.flush();
    }

    private void say(int head, byte[] body) throws IOException {
        out.write(head);
        int rest = body.length;
        do {
            out.write(rest & 0x7F | (rest > 127 ? 0x80 : 0));
            rest >>= 7;
        } while (rest > 0);
        out.write(body);
    }

    /** The next packet. */
    Packet hear() throws IOException {
        int head = in.readUnsignedByte();
        int length = 0;
        for (int shift = 0; ; shift += 7) {
            int next = in.readUnsignedByte();
            length |= (next & 0x7F) << shift;
            if (next < 128) {
                break;
            }
        }
        byte[] body = new byte[length];
        in.readFully(body);
        return new Packet(head, body);
    }

    /** The next packet, which is of this type; messages that come before it are passed over. */
    Packet expect(int type) throws IOException {
        while (true) {
            Packet packet = hear();
            if (packet.type() == type) {
                return packet;
            }
            if (packet.type() != 3) {
                throw new AssertionError("packet of type " + type + " expected, got " + packet.type());
            }
        }
    }

    /** The next packet of this type, whatever comes before it. */
    Packet hear(int type) throws IOException {
        while (true) {
            Packet packet = hear();
            if (packet.type() == type) {
                return packet;
            }
        }
    }

    /** Whether what was heard is not all that has arrived. */
    boolean hasMore() throws IOException {
        return in.available() > 0;
    }

    /** Returns when the other side has closed the connection. */
    void awaitEnd() throws IOException {
        while (in.read() >= 0) {
            // what was still said does not matter
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
