// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

import static io.mortise.api.protocol.PacketType.AUTH;
import static io.mortise.api.protocol.PacketType.CONNACK;
import static io.mortise.api.protocol.PacketType.CONNECT;
import static io.mortise.api.protocol.PacketType.DISCONNECT;
import static io.mortise.api.protocol.PacketType.PUBACK;
import static io.mortise.api.protocol.PacketType.PUBCOMP;
import static io.mortise.api.protocol.PacketType.PUBLISH;
import static io.mortise.api.protocol.PacketType.PUBREC;
import static io.mortise.api.protocol.PacketType.PUBREL;
import static io.mortise.api.protocol.PacketType.SUBACK;
import static io.mortise.api.protocol.PacketType.SUBSCRIBE;
import static io.mortise.api.protocol.PacketType.UNSUBACK;
import static io.mortise.api.protocol.PacketType.UNSUBSCRIBE;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The one table of properties (MQTT 5.0, 2.2.2.2): identifier, type, and the packets that may have it. */
public enum Property {
    PAYLOAD_FORMAT_INDICATOR(0x01, Type.BYTE, true, PUBLISH),
    MESSAGE_EXPIRY_INTERVAL(0x02, Type.FOUR_BYTE_INTEGER, true, PUBLISH),
    CONTENT_TYPE(0x03, Type.UTF_8_STRING, true, PUBLISH),
    RESPONSE_TOPIC(0x08, Type.UTF_8_STRING, true, PUBLISH),
    CORRELATION_DATA(0x09, Type.BINARY_DATA, true, PUBLISH),
    SUBSCRIPTION_IDENTIFIER(0x0B, Type.VARIABLE_BYTE_INTEGER, false, PUBLISH, SUBSCRIBE),
    SESSION_EXPIRY_INTERVAL(0x11, Type.FOUR_BYTE_INTEGER, false, CONNECT, CONNACK, DISCONNECT),
    ASSIGNED_CLIENT_IDENTIFIER(0x12, Type.UTF_8_STRING, false, CONNACK),
    SERVER_KEEP_ALIVE(0x13, Type.TWO_BYTE_INTEGER, false, CONNACK),
    AUTHENTICATION_METHOD(0x15, Type.UTF_8_STRING, false, CONNECT, CONNACK, AUTH),
    AUTHENTICATION_DATA(0x16, Type.BINARY_DATA, false, CONNECT, CONNACK, AUTH),
    REQUEST_PROBLEM_INFORMATION(0x17, Type.BYTE, false, CONNECT),
    WILL_DELAY_INTERVAL(0x18, Type.FOUR_BYTE_INTEGER, true),
    REQUEST_RESPONSE_INFORMATION(0x19, Type.BYTE, false, CONNECT),
    RESPONSE_INFORMATION(0x1A, Type.UTF_8_STRING, false, CONNACK),
    SERVER_REFERENCE(0x1C, Type.UTF_8_STRING, false, CONNACK, DISCONNECT),
    REASON_STRING(
            0x1F,
            Type.UTF_8_STRING,
            false,
            CONNACK,
            PUBACK,
            PUBREC,
            PUBREL,
            PUBCOMP,
            SUBACK,
            UNSUBACK,
            DISCONNECT,
            AUTH),
    RECEIVE_MAXIMUM(0x21, Type.TWO_BYTE_INTEGER, false, CONNECT, CONNACK),
    TOPIC_ALIAS_MAXIMUM(0x22, Type.TWO_BYTE_INTEGER, false, CONNECT, CONNACK),
    TOPIC_ALIAS(0x23, Type.TWO_BYTE_INTEGER, false, PUBLISH),
    MAXIMUM_QOS(0x24, Type.BYTE, false, CONNACK),
    RETAIN_AVAILABLE(0x25, Type.BYTE, false, CONNACK),
    USER_PROPERTY(
            0x26,
            Type.UTF_8_STRING_PAIR,
            true,
            CONNECT,
            CONNACK,
            PUBLISH,
            PUBACK,
            PUBREC,
            PUBREL,
            PUBCOMP,
            SUBSCRIBE,
            SUBACK,
            UNSUBSCRIBE,
            UNSUBACK,
            DISCONNECT,
            AUTH),
    MAXIMUM_PACKET_SIZE(0x27, Type.FOUR_BYTE_INTEGER, false, CONNECT, CONNACK),
    WILDCARD_SUBSCRIPTION_AVAILABLE(0x28, Type.BYTE, false, CONNACK),
    SUBSCRIPTION_IDENTIFIER_AVAILABLE(0x29, Type.BYTE, false, CONNACK),
    SHARED_SUBSCRIPTION_AVAILABLE(0x2A, Type.BYTE, false, CONNACK);

    /** The data types of property values (MQTT 5.0, 2.2.2.2). */
    public enum Type {
        BYTE,
        TWO_BYTE_INTEGER,
        FOUR_BYTE_INTEGER,
        VARIABLE_BYTE_INTEGER,
        UTF_8_STRING,
        UTF_8_STRING_PAIR,
        BINARY_DATA;

        /** Whether values of this type are numbers. */
        public boolean isNumber() {
            return ordinal() <= VARIABLE_BYTE_INTEGER.ordinal();
        }
    }

    private static final @Nullable Property[] BY_IDENTIFIER = new @Nullable Property[0x2B];

    static {
        for (Property property : values()) {
            BY_IDENTIFIER[property.identifier] = property;
        }
    }

    private final int identifier;
    private final Type type;
    private final boolean inWill;
    private final Set<PacketType> packets;

    Property(int identifier, Type type, boolean inWill, PacketType... packets) {
        this.identifier = identifier;
        this.type = type;
        this.inWill = inWill;
        EnumSet<PacketType> set = EnumSet.noneOf(PacketType.class);
        set.addAll(Set.of(packets));
        this.packets = set;
    }

    /**
     * The property with this identifier.
     *
     * @return {@code null} if the specification defines none
     */
    public static @Nullable Property of(int identifier) {
        return identifier >= 0 && identifier < BY_IDENTIFIER.length ? BY_IDENTIFIER[identifier] : null;
    }

    /** The identifier on the wire. */
    public int identifier() {
        return identifier;
    }

    /** The data type of its value. */
    public Type type() {
        return type;
    }

    /** Whether a packet of this type may have it. */
    public boolean allowedIn(PacketType packet) {
        return packets.contains(packet);
    }

    /** Whether the will properties of a CONNECT may have it (3.1.3.2). */
    public boolean allowedInWill() {
        return inWill;
    }

    /**
     * Whether it may appear more than once in a packet of this type: user properties anywhere, subscription
     * identifiers in a PUBLISH (2.2.2.2).
     */
    public boolean repeatableIn(PacketType packet) {
        return this == USER_PROPERTY || this == SUBSCRIPTION_IDENTIFIER && packet == PUBLISH;
    }
}
