// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import io.mortise.itests.load.PacketBuilder;
import io.mortise.itests.load.Wire;
import org.jspecify.annotations.Nullable;

/**
 * The packets that the clients send, in either version.
 *
 * <p>Any thread; nothing here has state.
 */
final class Packets {

    private static final int CLEAN_START = 0x02;
    private static final int WILL = 0x04;
    private static final int WILL_QOS_1 = 0x08;

    // 2.2.2.2, MQTT 5.0
    private static final int SESSION_EXPIRY_INTERVAL = 0x11;
    private static final int WILL_DELAY_INTERVAL = 0x18;

    // An hour; nothing that a run needs may expire while it lasts.
    private static final int SESSION_EXPIRY_SECONDS = 3600;

    /** What is to be published, at QoS 1, some time after its client has gone. */
    record Will(String topic, byte[] payload, int delaySeconds) {}

    private Packets() {}

    /** Asks for a session that outlives the connection. */
    static byte[] connect(Version version, String clientId) {
        return connect(version, clientId, 0, SESSION_EXPIRY_SECONDS, null);
    }

    /** Asks for one that does not. */
    static byte[] connectClean(Version version, String clientId) {
        return connect(version, clientId, CLEAN_START, 0, null);
    }

    /** MQTT 5.0 only: before, a will has no delay. */
    static byte[] connect(String clientId, Will will) {
        return connect(Version.MQTT_5, clientId, CLEAN_START, SESSION_EXPIRY_SECONDS, will);
    }

    private static byte[] connect(Version version, String clientId, int flags, int expirySeconds, @Nullable Will will) {
        PacketBuilder packet = new PacketBuilder()
                .putString("MQTT")
                .putByte(version.level)
                .putByte(will == null ? flags : flags | WILL | WILL_QOS_1)
                .putShort(0);
        if (version.hasProperties()) {
            packet.putByte(5).putByte(SESSION_EXPIRY_INTERVAL).putInt(expirySeconds);
        }
        packet.putString(clientId);
        if (will != null) {
            packet.putByte(5).putByte(WILL_DELAY_INTERVAL).putInt(will.delaySeconds());
            packet.putString(will.topic());
            packet.putShort(will.payload().length).putBytes(will.payload());
        }
        return packet.packet(Wire.CONNECT << 4);
    }

    static byte[] publish(
            Version version, String topic, int qos, boolean retain, boolean dup, int packetId, byte[] payload) {
        PacketBuilder packet = new PacketBuilder().putString(topic).putShort(packetId);
        putNoProperties(version, packet);
        int flags = (dup ? 0x08 : 0) | qos << 1 | (retain ? 0x01 : 0);
        return packet.putBytes(payload).packet(Wire.PUBLISH << 4 | flags);
    }

    static byte[] subscribe(Version version, int packetId, String topicFilter, int qos) {
        PacketBuilder packet = new PacketBuilder().putShort(packetId);
        putNoProperties(version, packet);
        return packet.putString(topicFilter).putByte(qos).packet(Wire.SUBSCRIBE << 4 | 0x02);
    }

    static byte[] unsubscribe(Version version, int packetId, String topicFilter) {
        PacketBuilder packet = new PacketBuilder().putShort(packetId);
        putNoProperties(version, packet);
        return packet.putString(topicFilter).packet(Wire.UNSUBSCRIBE << 4 | 0x02);
    }

    private static void putNoProperties(Version version, PacketBuilder packet) {
        if (version.hasProperties()) {
            packet.putByte(0);
        }
    }

    /** A PUBACK, PUBREC, PUBREL or PUBCOMP; in MQTT 5.0 this short form means success. */
    static byte[] ack(int type, int packetId) {
        byte[] packet = new byte[Wire.ACK_LENGTH];
        Wire.putAck(packet, 0, type, packetId);
        return packet;
    }
}
