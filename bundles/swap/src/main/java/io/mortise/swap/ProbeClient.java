// SPDX-License-Identifier: Apache-2.0
package io.mortise.swap;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A client of MQTT 3.1.1 that talks to itself: what it publishes comes back to it. Used by one thread; blocks.
 *
 * <p>It knows only the packets that it needs, and takes everything else for a fault of the broker. It shares no code with
 * the codec that it judges.
 */
final class ProbeClient implements AutoCloseable {
    private static final int CONNECT = 0x10;
    private static final int CONNACK = 0x20;
    private static final int PUBLISH = 0x30;
    private static final int PUBACK = 0x40;
    private static final int PUBREC = 0x50;
    private static final int PUBREL = 0x62;
    private static final int PUBCOMP = 0x70;
    private static final int SUBSCRIBE = 0x82;
    private static final int SUBACK = 0x90;
    private static final int DISCONNECT = 0xE0;

    private static final int USER_NAME = 0x80;
    private static final int PASSWORD = 0x40;
    private static final int CLEAN_SESSION = 0x02;
    private static final int MOST_PACKET_IDS = 65_535;
    private static final int LONGEST = 65_536;

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final DataOutputStream out;
    private final String topic;
    private int lastPacketId;

    /** The broker answers, and lets the probe do nothing: that is for auth to decide, and no fault. */
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    /**
     * Connects and subscribes.
     *
     * @param patienceMillis how long any answer may take
     * @throws Refused if it may not
     * @throws IOException if what it gets is not what MQTT says
     */
    ProbeClient(
            InetSocketAddress address,
            String clientId,
            String topic,
            String username,
            String password,
            int patienceMillis)
            throws IOException {
        this.topic = topic;
        socket.connect(address, patienceMillis);
        socket.setSoTimeout(patienceMillis);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
        try {
            connect(clientId, username, password);
            subscribe();
        } catch (IOException failure) {
            socket.close();
            throw failure;
        }
    }

    private void connect(String clientId, String username, String password) throws IOException {
        boolean known = !username.isEmpty();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream fields = new DataOutputStream(body);
        fields.writeUTF("MQTT");
        fields.writeByte(4);
        fields.writeByte(CLEAN_SESSION | (known ? USER_NAME | PASSWORD : 0));
        fields.writeShort(0); // no keep-alive: whatever takes long is seen by those who read
        fields.writeUTF(clientId);
        if (known) {
            fields.writeUTF(username);
            fields.writeUTF(password);
        }
        send(CONNECT, body.toByteArray());
        Packet answer = expect(CONNACK, "CONNACK");
        int code = answer.body[1];
        if (code != 0) {
            throw new Refused("CONNECT is answered with return code " + code);
        }
    }

    private void subscribe() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream fields = new DataOutputStream(body);
        int packetId = nextPacketId();
        fields.writeShort(packetId);
        fields.writeUTF(topic);
        fields.writeByte(2);
        send(SUBSCRIBE, body.toByteArray());
        Packet answer = expect(SUBACK, "SUBACK");
        if ((answer.body[2] & 0xFF) > 2) {
            throw new Refused("SUBSCRIBE to " + topic + " is answered with " + (answer.body[2] & 0xFF));
        }
    }

    /** Publishes a message and returns when it has come back and all acknowledgements, both ways, are done. */
    void exchange(int qos, String text) throws IOException {
        int packetId = qos == 0 ? 0 : nextPacketId();
        publish(qos, packetId, text);
        boolean acknowledged = qos == 0;
        boolean heard = false;
        @Nullable Integer released = null;
        while (!acknowledged || !heard) {
            Packet packet = read();
            switch (packet.header & 0xF0) {
                case PUBACK -> acknowledged = isMine(packet, packetId, qos == 1);
                case PUBREC -> {
                    isMine(packet, packetId, qos == 2);
                    send(PUBREL, packet.packetId());
                }
                case PUBCOMP -> acknowledged = isMine(packet, packetId, qos == 2);
                case PUBLISH -> {
                    check(packet, qos, text);
                    if (qos == 1) {
                        send(PUBACK, packet.packetIdOfPublish());
                    } else if (qos == 2) {
                        released = packet.numberOfPublish();
                        send(PUBREC, packet.packetIdOfPublish());
                    }
                    heard = qos < 2;
                }
                case PUBREL & 0xF0 -> {
                    if (released == null || released != packet.number()) {
                        throw new IOException("PUBREL of a message that did not come: " + packet.number());
                    }
                    send(PUBCOMP, packet.packetId());
                    heard = true;
                }
                default -> throw new IOException("packet type " + (packet.header >> 4) + " was not to come");
            }
        }
    }

    private static boolean isMine(Packet packet, int packetId, boolean expected) throws IOException {
        if (!expected || packet.number() != packetId) {
            throw new IOException("acknowledgement of type " + (packet.header >> 4) + " for " + packet.number()
                    + ", expected for " + packetId);
        }
        return true;
    }

    private void check(Packet packet, int qos, String text) throws IOException {
        int topicLength = packet.topicLength();
        String name = new String(packet.body, 2, topicLength, StandardCharsets.UTF_8);
        int start = 2 + topicLength + (qos == 0 ? 0 : 2);
        String payload = new String(packet.body, start, packet.body.length - start, StandardCharsets.UTF_8);
        if (!name.equals(topic) || !payload.equals(text) || (packet.header >> 1 & 3) != qos) {
            throw new IOException("\"" + text + "\" at QoS " + qos + " expected, got \"" + payload + "\" at QoS "
                    + (packet.header >> 1 & 3));
        }
    }

    private void publish(int qos, int packetId, String text) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream fields = new DataOutputStream(body);
        fields.writeUTF(topic);
        if (qos > 0) {
            fields.writeShort(packetId);
        }
        fields.write(text.getBytes(StandardCharsets.UTF_8));
        send(PUBLISH | qos << 1, body.toByteArray());
    }

    private int nextPacketId() {
        lastPacketId = lastPacketId % MOST_PACKET_IDS + 1;
        return lastPacketId;
    }

    private void send(int header, byte[] body) throws IOException {
        out.writeByte(header);
        int rest = body.length;
        do {
            out.writeByte(rest > 127 ? rest & 127 | 128 : rest);
            rest >>= 7;
        } while (rest > 0);
        out.write(body);
        out.flush();
    }

    private Packet expect(int header, String name) throws IOException {
        Packet packet = read();
        if (packet.header != header) {
            throw new IOException(name + " expected, got packet type " + (packet.header >> 4));
        }
        return packet;
    }

    private Packet read() throws IOException {
        int header = in.read();
        if (header < 0) {
            throw new EOFException("the broker has closed the connection");
        }
        int length = 0;
        int shift = 0;
        int next;
        do {
            next = in.readUnsignedByte();
            length |= (next & 127) << shift;
            shift += 7;
        } while (next > 127 && shift < 28);
        if (length > LONGEST) {
            throw new IOException("a packet of " + length + " bytes was not to come");
        }
        byte[] body = new byte[length];
        in.readFully(body);
        return new Packet(header, body);
    }

    @Override
    public void close() throws IOException {
        try {
            send(DISCONNECT, new byte[0]);
        } finally {
            socket.close();
        }
    }

    private record Packet(int header, byte[] body) {
        byte[] packetId() {
            return Arrays.copyOf(body, 2);
        }

        int number() {
            return (body[0] & 0xFF) << 8 | body[1] & 0xFF;
        }

        int topicLength() {
            return number();
        }

        byte[] packetIdOfPublish() {
            return Arrays.copyOfRange(body, 2 + topicLength(), 4 + topicLength());
        }

        int numberOfPublish() {
            byte[] id = packetIdOfPublish();
            return (id[0] & 0xFF) << 8 | id[1] & 0xFF;
        }
    }
}
