// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

import static io.mortise.api.protocol.PacketType.AUTH;
import static io.mortise.api.protocol.PacketType.CONNACK;
import static io.mortise.api.protocol.PacketType.DISCONNECT;
import static io.mortise.api.protocol.PacketType.PUBACK;
import static io.mortise.api.protocol.PacketType.PUBCOMP;
import static io.mortise.api.protocol.PacketType.PUBREC;
import static io.mortise.api.protocol.PacketType.PUBREL;
import static io.mortise.api.protocol.PacketType.SUBACK;
import static io.mortise.api.protocol.PacketType.UNSUBACK;

import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/**
 * The one table of reason codes (MQTT 5.0, 2.4): what each is called and which packets may carry it.
 *
 * <p>0x00 has three names in the specification (Success, Normal disconnection, Granted QoS 0) and one here.
 */
public enum ReasonCode {
    SUCCESS(0x00, CONNACK, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK, UNSUBACK, DISCONNECT, AUTH),
    GRANTED_QOS_1(0x01, SUBACK),
    GRANTED_QOS_2(0x02, SUBACK),
    DISCONNECT_WITH_WILL_MESSAGE(0x04, DISCONNECT),
    NO_MATCHING_SUBSCRIBERS(0x10, PUBACK, PUBREC),
    NO_SUBSCRIPTION_EXISTED(0x11, UNSUBACK),
    CONTINUE_AUTHENTICATION(0x18, AUTH),
    REAUTHENTICATE(0x19, AUTH),
    UNSPECIFIED_ERROR(0x80, CONNACK, PUBACK, PUBREC, SUBACK, UNSUBACK, DISCONNECT),
    MALFORMED_PACKET(0x81, CONNACK, DISCONNECT),
    PROTOCOL_ERROR(0x82, CONNACK, DISCONNECT),
    IMPLEMENTATION_SPECIFIC_ERROR(0x83, CONNACK, PUBACK, PUBREC, SUBACK, UNSUBACK, DISCONNECT),
    UNSUPPORTED_PROTOCOL_VERSION(0x84, CONNACK),
    CLIENT_IDENTIFIER_NOT_VALID(0x85, CONNACK),
    BAD_USER_NAME_OR_PASSWORD(0x86, CONNACK),
    NOT_AUTHORIZED(0x87, CONNACK, PUBACK, PUBREC, SUBACK, UNSUBACK, DISCONNECT),
    SERVER_UNAVAILABLE(0x88, CONNACK),
    SERVER_BUSY(0x89, CONNACK, DISCONNECT),
    BANNED(0x8A, CONNACK),
    SERVER_SHUTTING_DOWN(0x8B, DISCONNECT),
    BAD_AUTHENTICATION_METHOD(0x8C, CONNACK, DISCONNECT),
    KEEP_ALIVE_TIMEOUT(0x8D, DISCONNECT),
    SESSION_TAKEN_OVER(0x8E, DISCONNECT),
    TOPIC_FILTER_INVALID(0x8F, SUBACK, UNSUBACK, DISCONNECT),
    TOPIC_NAME_INVALID(0x90, CONNACK, PUBACK, PUBREC, DISCONNECT),
    PACKET_IDENTIFIER_IN_USE(0x91, PUBACK, PUBREC, SUBACK, UNSUBACK),
    PACKET_IDENTIFIER_NOT_FOUND(0x92, PUBREL, PUBCOMP),
    RECEIVE_MAXIMUM_EXCEEDED(0x93, DISCONNECT),
    TOPIC_ALIAS_INVALID(0x94, DISCONNECT),
    PACKET_TOO_LARGE(0x95, CONNACK, DISCONNECT),
    MESSAGE_RATE_TOO_HIGH(0x96, DISCONNECT),
    QUOTA_EXCEEDED(0x97, CONNACK, PUBACK, PUBREC, SUBACK, DISCONNECT),
    ADMINISTRATIVE_ACTION(0x98, DISCONNECT),
    PAYLOAD_FORMAT_INVALID(0x99, CONNACK, PUBACK, PUBREC, DISCONNECT),
    RETAIN_NOT_SUPPORTED(0x9A, CONNACK, DISCONNECT),
    QOS_NOT_SUPPORTED(0x9B, CONNACK, DISCONNECT),
    USE_ANOTHER_SERVER(0x9C, CONNACK, DISCONNECT),
    SERVER_MOVED(0x9D, CONNACK, DISCONNECT),
    SHARED_SUBSCRIPTIONS_NOT_SUPPORTED(0x9E, SUBACK, DISCONNECT),
    CONNECTION_RATE_EXCEEDED(0x9F, CONNACK, DISCONNECT),
    MAXIMUM_CONNECT_TIME(0xA0, DISCONNECT),
    SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED(0xA1, SUBACK, DISCONNECT),
    WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED(0xA2, SUBACK, DISCONNECT);

    private static final @Nullable ReasonCode[] BY_VALUE = new @Nullable ReasonCode[256];

    static {
        for (ReasonCode code : values()) {
            BY_VALUE[code.value] = code;
        }
    }

    private final int value;
    private final EnumSet<PacketType> packets;

    ReasonCode(int value, PacketType first, PacketType... more) {
        this.value = value;
        this.packets = EnumSet.of(first, more);
    }

    /**
     * The reason code that stands for {@code value}, if a packet of type {@code packet} may carry it.
     *
     * @param value 0 to 255
     * @return {@code null} if the specification gives this value no meaning in such a packet
     * @throws IndexOutOfBoundsException for any other value
     */
    public static @Nullable ReasonCode of(int value, PacketType packet) {
        ReasonCode code = BY_VALUE[value];
        return code != null && code.allowedIn(packet) ? code : null;
    }

    /** The reason code with which a SUBACK grants {@code qos}. */
    public static ReasonCode granted(Qos qos) {
        return switch (qos) {
            case AT_MOST_ONCE -> SUCCESS;
            case AT_LEAST_ONCE -> GRANTED_QOS_1;
            case EXACTLY_ONCE -> GRANTED_QOS_2;
        };
    }

    /** The value on the wire: 0 to 255. */
    public int value() {
        return value;
    }

    /** Whether it says that something failed: 0x80 and above. */
    public boolean isError() {
        return value >= 0x80;
    }

    /** Whether a packet of this type may carry it. */
    public boolean allowedIn(PacketType packet) {
        return packets.contains(packet);
    }

    /**
     * Whether a client may send a packet of this type with it. Some are the server's alone, by the column "Sent by" of the
     * tables in 3.14.2.1 and 3.15.2.1, and by what 3.4.2.1 and 3.5.2.1 say of 0x10.
     */
    public boolean allowedFromClient(PacketType packet) {
        return switch (packet) {
            case PUBACK, PUBREC -> allowedIn(packet) && this != NO_MATCHING_SUBSCRIBERS;
            case PUBREL, PUBCOMP -> allowedIn(packet);
            case DISCONNECT -> endsConnectionOfClient();
            case AUTH -> this == CONTINUE_AUTHENTICATION || this == REAUTHENTICATE;
            default -> false;
        };
    }

    private boolean endsConnectionOfClient() {
        return switch (this) {
            case SUCCESS,
                    DISCONNECT_WITH_WILL_MESSAGE,
                    UNSPECIFIED_ERROR,
                    MALFORMED_PACKET,
                    PROTOCOL_ERROR,
                    IMPLEMENTATION_SPECIFIC_ERROR,
                    TOPIC_NAME_INVALID,
                    RECEIVE_MAXIMUM_EXCEEDED,
                    TOPIC_ALIAS_INVALID,
                    PACKET_TOO_LARGE,
                    MESSAGE_RATE_TOO_HIGH,
                    QUOTA_EXCEEDED,
                    ADMINISTRATIVE_ACTION,
                    PAYLOAD_FORMAT_INVALID -> true;
            default -> false;
        };
    }

    /**
     * The CONNECT return code that comes nearest in MQTT 3.1 and 3.1.1 (3.1.1, 3.2.2.3): 0 to 5.
     */
    public int connectReturnCode() {
        return switch (this) {
            case SUCCESS -> 0;
            case UNSUPPORTED_PROTOCOL_VERSION -> 1;
            case CLIENT_IDENTIFIER_NOT_VALID -> 2;
            case BAD_USER_NAME_OR_PASSWORD -> 4;
            case NOT_AUTHORIZED, BANNED, BAD_AUTHENTICATION_METHOD -> 5;
            default -> 3;
        };
    }
}
