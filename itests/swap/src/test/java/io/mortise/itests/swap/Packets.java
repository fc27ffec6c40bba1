// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.swap;

import io.mortise.itests.load.PacketBuilder;
import io.mortise.itests.load.Wire;

/** MQTT 3.1.1 and 5.0 as bytes, as far as the clients need it. Any thread; nothing here has state. */
final class Packets {
    static final int V3 = 4;
    static final int V5 = 5;

    static final int TOPIC_ALIAS = 0x23;
    static final int TOPIC_ALIAS_MAXIMUM = 0x22;
    private static final int KEEP_ALIVE_SECONDS = 30;

    private static final int SESSION_EXPIRY_INTERVAL = 0x11;
    private static final int WILL_DELAY_INTERVAL = 0x18;
    private static final int SESSION_EXPIRY_SECONDS = 3600;
    private static final int ALIASES = 10;
    private static final int CLEAN = 0x02;
    private static final int WILL_AT_QOS_1 = 0x0C;

    private Packets() {}

    /** A will: it is said at QoS 1, at 5.0 after a delay. */
    record Will(String topic, byte[] payload, int delaySeconds) {}

    /** CONNECT of a client without a will. */
    static byte[] connect(int level, String clientId, boolean clean) {
        return connect(level, clientId, clean, KEEP_ALIVE_SECONDS);
    }

    /** CONNECT of a client without a will, and with another keep-alive; 0 for none. */
    static byte[] connect(int level, String clientId, boolean clean, int keepAliveSeconds) {
        return connectHead(level, clean ? CLEAN : 0, clean, keepAliveSeconds)
                .putString(clientId)
                .packet(Wire.CONNECT << 4);
    }

    /** CONNECT of a client of 5.0 with a will; its session outlives its connection, or the will could not wait. */
    static byte[] connect(String clientId, Will will) {
        return connectHead(V5, CLEAN | WILL_AT_QOS_1, false, KEEP_ALIVE_SECONDS)
                .putString(clientId)
                .putByte(5)
                .putByte(WILL_DELAY_INTERVAL)
                .putInt(will.delaySeconds)
                .putString(will.topic)
                .putShort(will.payload.length)
                .putBytes(will.payload)
                .packet(Wire.CONNECT << 4);
    }

    private static PacketBuilder connectHead(int level, int flags, boolean clean, int keepAliveSeconds) {
        PacketBuilder head = new PacketBuilder()
                .putString("MQTT")
                .putByte(level)
                .putByte(flags)
                .putShort(keepAliveSeconds);
        if (level == V5) {
            head.putByte(8)
                    .putByte(TOPIC_ALIAS_MAXIMUM)
                    .putShort(ALIASES)
                    .putByte(SESSION_EXPIRY_INTERVAL)
                    .putInt(clean ? 0 : SESSION_EXPIRY_SECONDS);
        }
        return head;
    }

    static byte[] subscribe(int level, String filter, int qos) {
        return withProperties(level, new PacketBuilder().putShort(1))
                .putString(filter)
                .putByte(qos)
                .packet(Wire.SUBSCRIBE << 4 | 0x02);
    }

    /** The fixed header of a PUBLISH and what goes before its payload; an empty topic if the alias stands for it. */
    static byte[] publishHead(
            int level, int qos, boolean retain, String topic, int packetId, int alias, int payloadLength) {
        PacketBuilder packet = new PacketBuilder().putString(topic);
        if (qos > 0) {
            packet.putShort(packetId);
        }
        if (level == V5) {
            if (alias > 0) {
                packet.putByte(3).putByte(TOPIC_ALIAS).putShort(alias);
            } else {
                packet.putByte(0);
            }
        }
        byte[] whole = packet.putBytes(new byte[payloadLength]).packet(Wire.PUBLISH << 4 | qos << 1 | (retain ? 1 : 0));
        byte[] head = new byte[whole.length - payloadLength];
        System.arraycopy(whole, 0, head, 0, head.length);
        return head;
    }

    static byte[] disconnect() {
        return Wire.empty(Wire.DISCONNECT);
    }

    private static PacketBuilder withProperties(int level, PacketBuilder packet) {
        return level == V5 ? packet.putByte(0) : packet;
    }

    /** The value of a property of two bytes in a section that begins at {@code at}; 0 if it is not there. */
    static int property(byte[] bytes, int at, int wanted) {
        int next = at + 1; // a section of less than 128 bytes is all that comes here
        int end = next + bytes[at];
        while (next < end) {
            int id = bytes[next++];
            if (id == wanted) {
                return Wire.getShort(bytes, next);
            }
            next += length(id, bytes, next);
        }
        return 0;
    }

    /** 2.2.2.2: how long the value of a property is. */
    private static int length(int id, byte[] bytes, int at) {
        return switch (id) {
            case 0x01, 0x17, 0x19, 0x24, 0x25, 0x28, 0x29, 0x2A -> 1;
            case 0x13, 0x21, 0x22, 0x23 -> 2;
            case 0x02, 0x11, 0x18, 0x27 -> 4;
            case 0x03, 0x08, 0x09, 0x12, 0x15, 0x16, 0x1A, 0x1C, 0x1F -> 2 + Wire.getShort(bytes, at);
            case 0x26 -> {
                int name = 2 + Wire.getShort(bytes, at);
                yield name + 2 + Wire.getShort(bytes, at + name);
            }
            default -> throw new IllegalArgumentException("property " + id + " was not to come");
        };
    }
}
