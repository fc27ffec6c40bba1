// SPDX-License-Identifier: Apache-2.0
package io.mortise.codec;

import io.mortise.api.protocol.PacketType;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.ReasonCode;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * What the specification forbids and netty lets pass in the packets that netty reads.
 *
 * <p>Owned by one event loop. Goes once over the bytes of a packet before netty sees them, from behind the fixed header to the
 * end, and keeps nothing.
 */
final class Strictness {
    private static final String SHARE = "$share/";
    private static final int LONGEST_CLIENT_IDENTIFIER_OF_3_1 = 23;
    private static final int LONGEST_PROTOCOL_NAME = 6;

    // connect flags (3.1.2.3)
    private static final int USER_NAME = 0x80;
    private static final int PASSWORD = 0x40;
    private static final int WILL_RETAIN = 0x20;
    private static final int WILL_QOS = 0x18;
    private static final int WILL = 0x04;
    private static final int CLEAN_START = 0x02;
    private static final int RESERVED = 0x01;

    // subscription options (3.8.3.1)
    private static final int MAXIMUM_QOS = 0x03;
    private static final int NO_LOCAL = 0x04;
    private static final int RETAIN_HANDLING = 0x30;
    private static final int RESERVED_OPTIONS = 0xC0;

    private final PropertyReader propertyReader;

    Strictness(PropertyReader propertyReader) {
        this.propertyReader = propertyReader;
    }

    /** Reads the reason code of a packet of this type (2.4), which is one that a client may say. */
    static ReasonCode reasonCode(ByteBuf frame, PacketType type) {
        int value = DataTypes.unsignedByte(frame, "reason code");
        ReasonCode reasonCode = ReasonCode.of(value, type);
        if (reasonCode == null) {
            throw Violations.protocolError("a reason code of " + type + " expected, got " + value);
        }
        if (!reasonCode.allowedFromClient(type)) {
            throw Violations.protocolError("a reason code of " + type + " that clients may send expected, got " + value
                    + ", which servers send");
        }
        return reasonCode;
    }

    /** Reads the protocol name and version at the start of a CONNECT (3.1.2.1, 3.1.2.2). */
    static ProtocolVersion protocolVersion(ByteBuf frame) {
        int length = DataTypes.skipUtf8String(frame, "protocol name");
        String name = frame.toString(
                frame.readerIndex() - length, Math.min(length, LONGEST_PROTOCOL_NAME + 1), StandardCharsets.UTF_8);
        int level = DataTypes.unsignedByte(frame, "protocol version");
        for (ProtocolVersion version : ProtocolVersion.values()) {
            if (version.level() == level && version.protocolName().equals(name)) {
                return version;
            }
        }
        throw new ProtocolViolation(
                ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
                "MQIsdp 3, MQTT 4 or MQTT 5 expected, got "
                        + (name.equals("MQTT") || name.equals("MQIsdp") ? name : "another name") + " " + level);
    }

    /**
     * Checks what follows the protocol version in a CONNECT (3.1).
     *
     * @return the connect flags, without those of a user name or a password that is missing
     */
    int connect(ByteBuf frame, ProtocolVersion version) {
        int flags = DataTypes.unsignedByte(frame, "connect flags");
        connectFlags(flags, version);
        DataTypes.twoByteInteger(frame, "keep alive");
        if (version.hasProperties()) {
            propertyReader.read(frame, PacketType.CONNECT);
        }
        int clientIdLength = DataTypes.skipUtf8String(frame, "client identifier");
        if ((flags & WILL) != 0) {
            if (version.hasProperties()) {
                propertyReader.readWill(frame);
            }
            DataTypes.skipUtf8String(frame, "will topic");
            DataTypes.skipBinaryData(frame, "will payload");
        }
        int missing = 0;
        if ((flags & USER_NAME) != 0) {
            if (Mqtt31.lacks(frame, version)) {
                missing |= USER_NAME;
            } else {
                DataTypes.skipUtf8String(frame, "user name");
            }
        }
        if ((flags & PASSWORD) != 0) {
            if (Mqtt31.lacks(frame, version)) {
                missing |= PASSWORD;
            } else {
                DataTypes.skipBinaryData(frame, "password");
            }
        }
        DataTypes.end(frame);
        clientIdentifier(clientIdLength, (flags & CLEAN_START) != 0, version);
        return flags & ~missing;
    }

    private static void connectFlags(int flags, ProtocolVersion version) {
        if ((flags & RESERVED) != 0 && version != ProtocolVersion.MQTT_3_1) { // MQTT 3.1 does not use it
            throw Violations.malformed("reserved connect flag: 0 expected, got 1"); // [MQTT-3.1.2-3]
        }
        if ((flags & WILL) == 0 && (flags & (WILL_QOS | WILL_RETAIN)) != 0) {
            throw Violations.malformed(
                    "will QoS and will retain without a will: 0 expected, got more"); // [MQTT-3.1.2-11],
            // [MQTT-3.1.2-13]
        }
        if ((flags & WILL_QOS) == WILL_QOS) {
            throw Violations.malformed("will QoS: 0, 1 or 2 expected, got 3"); // [MQTT-3.1.2-12]
        }
        if ((flags & (USER_NAME | PASSWORD)) == PASSWORD && !version.hasProperties()) {
            throw Violations.malformed(
                    "a password only with a user name expected, got one without"); // 3.1.1: [MQTT-3.1.2-22]
        }
    }

    /** 3.1.3.1 of each version. */
    private static void clientIdentifier(int length, boolean cleanStart, ProtocolVersion version) {
        switch (version) {
            case MQTT_3_1 -> {
                if (length == 0 || length > LONGEST_CLIENT_IDENTIFIER_OF_3_1) {
                    throw new ProtocolViolation(
                            ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
                            "client identifier of MQTT 3.1: 1 to 23 bytes expected, got " + length);
                }
            }
            case MQTT_3_1_1 -> {
                if (length == 0 && !cleanStart) { // [MQTT-3.1.3-8]
                    throw new ProtocolViolation(
                            ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
                            "a client identifier for a session that is kept expected, got none");
                }
            }
            case MQTT_5 -> {} // an empty one asks for one to be assigned
        }
    }

    /** Checks a SUBSCRIBE (3.8). */
    void subscribe(ByteBuf frame, ProtocolVersion version) {
        packetIdAndProperties(frame, PacketType.SUBSCRIBE, version);
        do {
            int length = DataTypes.skipUtf8String(frame, "topic filter");
            boolean shared = startsWithShare(frame, frame.readerIndex() - length, length);
            subscriptionOptions(DataTypes.unsignedByte(frame, "subscription options"), shared, version);
        } while (frame.isReadable());
    }

    private static void subscriptionOptions(int options, boolean shared, ProtocolVersion version) {
        int reserved = version.hasProperties() ? RESERVED_OPTIONS : ~MAXIMUM_QOS;
        if ((options & reserved) != 0) {
            throw Violations.malformed(
                    "reserved bits of the subscription options: 0 expected, got " + options); // [MQTT-3.8.3-5]
        }
        if ((options & MAXIMUM_QOS) == 3) {
            throw Violations.protocolError("maximum QoS: 0, 1 or 2 expected, got 3");
        }
        if ((options & RETAIN_HANDLING) == RETAIN_HANDLING) {
            throw Violations.protocolError("retain handling: 0, 1 or 2 expected, got 3");
        }
        if ((options & NO_LOCAL) != 0 && shared) {
            throw Violations.protocolError("no local on a shared subscription: 0 expected, got 1"); // [MQTT-3.8.3-4]
        }
    }

    private static boolean startsWithShare(ByteBuf frame, int index, int length) {
        if (length < SHARE.length()) {
            return false;
        }
        for (int i = 0; i < SHARE.length(); i++) {
            if (frame.getByte(index + i) != SHARE.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Checks an UNSUBSCRIBE (3.10). */
    void unsubscribe(ByteBuf frame, ProtocolVersion version) {
        packetIdAndProperties(frame, PacketType.UNSUBSCRIBE, version);
        do {
            DataTypes.skipUtf8String(frame, "topic filter");
        } while (frame.isReadable());
    }

    private void packetIdAndProperties(ByteBuf frame, PacketType type, ProtocolVersion version) {
        DataTypes.packetId(frame);
        if (version.hasProperties()) {
            propertyReader.read(frame, type);
        }
        if (!frame.isReadable()) {
            throw Violations.protocolError(
                    "at least one topic filter in " + type + " expected, got none"); // [MQTT-3.8.3-2]
        }
    }

    /** Checks a DISCONNECT (3.14). */
    void disconnect(ByteBuf frame, ProtocolVersion version) {
        if (version.hasProperties() && frame.isReadable()) {
            reasonCode(frame, PacketType.DISCONNECT);
            if (frame.isReadable()) { // 3.14.2.2.1: without a property length there are no properties
                propertyReader.read(frame, PacketType.DISCONNECT);
            }
        }
        DataTypes.end(frame);
    }

    /** Checks an AUTH (3.15). */
    void auth(ByteBuf frame, ProtocolVersion version) {
        if (!version.hasProperties()) {
            throw Violations.malformed("packet type of " + version + ": 1 to 14 expected, got 15");
        }
        if (!frame.isReadable()) { // it would be Success, which only a server says
            throw Violations.protocolError("reason code of AUTH from a client: 24 or 25 expected, got none");
        }
        reasonCode(frame, PacketType.AUTH);
        if (!frame.isReadable() || !propertyReader.read(frame, PacketType.AUTH).has(Property.AUTHENTICATION_METHOD)) {
            throw Violations.protocolError("an authentication method in AUTH expected, got none"); // 3.15.2.2.2
        }
        DataTypes.end(frame);
    }
}
