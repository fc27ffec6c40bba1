// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * MQTT 3.1.1 as bytes: the packets that a client sends, encoded before the run starts.
 *
 * <p>Any thread; nothing here has state.
 */
final class Wire {

    // 2.2.1: packet types
    static final int CONNECT = 1;
    static final int CONNACK = 2;
    static final int PUBLISH = 3;
    static final int PUBACK = 4;
    static final int PUBREC = 5;
    static final int PUBREL = 6;
    static final int PUBCOMP = 7;
    static final int SUBSCRIBE = 8;
    static final int SUBACK = 9;
    static final int PINGREQ = 12;
    static final int PINGRESP = 13;
    static final int DISCONNECT = 14;

    static final int ACK_LENGTH = 4;

    private static final int CLEAN_SESSION = 0x02;
    private static final int PROTOCOL_LEVEL = 4;

    private Wire() {}

    /** 3.1: a clean session without keep-alive, will or credentials. */
    static byte[] connect(String clientId) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        putString(body, "MQTT");
        body.write(PROTOCOL_LEVEL);
        body.write(CLEAN_SESSION);
        putShort(body, 0);
        putString(body, clientId);
        return packet(CONNECT << 4, body);
    }

    /** 3.8: one topic filter. */
    static byte[] subscribe(int packetId, String topicFilter, int qos) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        putShort(body, packetId);
        putString(body, topicFilter);
        body.write(qos);
        return packet(SUBSCRIBE << 4 | 0x02, body);
    }

    /** 3.3: a PUBLISH whose packet identifier (QoS 1 and 2) and payload are zeros, to be overwritten for each message. */
    static byte[] publish(String topic, int qos, int payloadLength) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        putString(body, topic);
        if (qos > 0) {
            putShort(body, 0);
        }
        body.writeBytes(new byte[payloadLength]);
        return packet(PUBLISH << 4 | qos << 1, body);
    }

    static byte[] empty(int type) {
        return new byte[] {(byte) (type << 4), 0};
    }

    /** Writes a PUBACK, PUBREC, PUBREL or PUBCOMP. */
    static void putAck(byte[] to, int at, int type, int packetId) {
        // 3.6.1: PUBREL alone has the reserved bits 0010
        to[at] = (byte) (type << 4 | (type == PUBREL ? 0x02 : 0));
        to[at + 1] = 2;
        putShort(to, at + 2, packetId);
    }

    static void putShort(byte[] to, int at, int value) {
        to[at] = (byte) (value >> 8);
        to[at + 1] = (byte) value;
    }

    static int getShort(byte[] from, int at) {
        return (from[at] & 0xFF) << 8 | from[at + 1] & 0xFF;
    }

    private static byte[] packet(int firstByte, ByteArrayOutputStream body) {
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(firstByte);
        int length = body.size();
        do {
            packet.write(length & 0x7F | (length > 0x7F ? 0x80 : 0));
            length >>>= 7;
        } while (length > 0);
        packet.writeBytes(body.toByteArray());
        return packet.toByteArray();
    }

    private static void putShort(ByteArrayOutputStream to, int value) {
        to.write(value >> 8);
        to.write(value);
    }

    private static void putString(ByteArrayOutputStream to, String string) {
        byte[] bytes = string.getBytes(StandardCharsets.UTF_8);
        putShort(to, bytes.length);
        to.writeBytes(bytes);
    }
}
