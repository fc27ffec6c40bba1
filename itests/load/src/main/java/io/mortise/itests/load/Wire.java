// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

/**
 * MQTT 3.1.1 as bytes: the packets that a client sends, encoded before the run starts.
 *
 * <p>Any thread; nothing here has state.
 */
public final class Wire {

    // 2.2.1: packet types
    public static final int CONNECT = 1;
    public static final int CONNACK = 2;
    public static final int PUBLISH = 3;
    public static final int PUBACK = 4;
    public static final int PUBREC = 5;
    public static final int PUBREL = 6;
    public static final int PUBCOMP = 7;
    public static final int SUBSCRIBE = 8;
    public static final int SUBACK = 9;
    public static final int UNSUBSCRIBE = 10;
    public static final int UNSUBACK = 11;
    public static final int PINGREQ = 12;
    public static final int PINGRESP = 13;
    public static final int DISCONNECT = 14;

    public static final int ACK_LENGTH = 4;

    private static final int CLEAN_SESSION = 0x02;
    private static final int USER_NAME_AND_PASSWORD = 0xC0;
    private static final int PROTOCOL_LEVEL = 4;

    private Wire() {}

    /** 3.1: without keep-alive, will or credentials. */
    static byte[] connect(String clientId, boolean cleanSession) {
        return new PacketBuilder()
                .putString("MQTT")
                .putByte(PROTOCOL_LEVEL)
                .putByte(cleanSession ? CLEAN_SESSION : 0)
                .putShort(0)
                .putString(clientId)
                .packet(CONNECT << 4);
    }

    /** 3.1: of a clean session, without keep-alive or will; user name and password with their lengths before them. */
    static byte[] connect(String clientId, byte[] username, byte[] password) {
        return new PacketBuilder()
                .putString("MQTT")
                .putByte(PROTOCOL_LEVEL)
                .putByte(CLEAN_SESSION | USER_NAME_AND_PASSWORD)
                .putShort(0)
                .putString(clientId)
                .putBytes(username)
                .putBytes(password)
                .packet(CONNECT << 4);
    }

    /** 3.8: one topic filter. */
    static byte[] subscribe(int packetId, String topicFilter, int qos) {
        return new PacketBuilder()
                .putShort(packetId)
                .putString(topicFilter)
                .putByte(qos)
                .packet(SUBSCRIBE << 4 | 0x02);
    }

    /** 3.3: a PUBLISH whose packet identifier (QoS 1 and 2) and payload are zeros, to be overwritten for each message. */
    static byte[] publish(String topic, int qos, int payloadLength) {
        PacketBuilder body = new PacketBuilder().putString(topic);
        if (qos > 0) {
            body.putShort(0);
        }
        return body.putBytes(new byte[payloadLength]).packet(PUBLISH << 4 | qos << 1);
    }

    public static byte[] empty(int type) {
        return new byte[] {(byte) (type << 4), 0};
    }

    /** Writes a PUBACK, PUBREC, PUBREL or PUBCOMP. */
    public static void putAck(byte[] to, int at, int type, int packetId) {
        // 3.6.1: PUBREL alone has the reserved bits 0010
        to[at] = (byte) (type << 4 | (type == PUBREL ? 0x02 : 0));
        to[at + 1] = 2;
        putShort(to, at + 2, packetId);
    }

    public static void putShort(byte[] to, int at, int value) {
        to[at] = (byte) (value >> 8);
        to[at + 1] = (byte) value;
    }

    public static int getShort(byte[] from, int at) {
        return (from[at] & 0xFF) << 8 | from[at + 1] & 0xFF;
    }
}
