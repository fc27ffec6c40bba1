// SPDX-License-Identifier: Apache-2.0
package io.mortise.codec;

import io.mortise.api.protocol.PacketType;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.ReasonCode;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Reads the properties of a packet that a client sent (MQTT 5.0, 2.2.2), with every check that the specification asks for.
 *
 * <p>Owned by one event loop; used for one packet after the other. Topic alias and message expiry interval of a PUBLISH are
 * kept beside the others, as {@link io.mortise.api.protocol.Publish} and {@link io.mortise.api.protocol.Message} keep them:
 * a PUBLISH with no other property costs no object.
 */
final class PropertyReader {
    private static final long NONE = -1;

    private final Policy policy;

    // valid for one packet
    private PacketType packet = PacketType.CONNECT;
    private int userProperties;
    private int userPropertyBytes;
    private int topicAlias;
    private long messageExpirySeconds = NONE;

    // valid for one property section
    private boolean will;
    private long seen;
    private Properties.@Nullable Builder builder;

    PropertyReader(Policy policy) {
        this.policy = policy;
    }

    /** Reads the properties of a packet, from the property length on. */
    Properties read(ByteBuf frame, PacketType type) {
        packet = type;
        userProperties = 0;
        userPropertyBytes = 0;
        topicAlias = 0;
        messageExpirySeconds = NONE;
        will = false;
        return section(frame);
    }

    /** Reads the will properties of the CONNECT whose properties were read last. */
    Properties readWill(ByteBuf frame) {
        will = true;
        return section(frame);
    }

    /** The topic alias of the PUBLISH that was read last; 0 if it has none. */
    int topicAlias() {
        return topicAlias;
    }

    /** The message expiry interval of the PUBLISH that was read last; below 0 if it has none. */
    long messageExpirySeconds() {
        return messageExpirySeconds;
    }

    private Properties section(ByteBuf frame) {
        int length = DataTypes.variableByteInteger(frame, "property length", policy.shortestIntegers());
        if (length == 0) {
            return Properties.NONE;
        }
        if (length > frame.readableBytes()) {
            throw Violations.malformed("property length: at most the " + frame.readableBytes()
                    + " bytes until the end of the packet expected, got " + length);
        }
        seen = 0;
        builder = null;
        int end = frame.readerIndex() + length;
        while (frame.readerIndex() < end) {
            property(frame);
        }
        if (frame.readerIndex() > end) {
            throw Violations.malformed("property length: an end between two properties expected, got one inside");
        }
        if (has(Property.AUTHENTICATION_DATA) && !has(Property.AUTHENTICATION_METHOD)) {
            throw Violations.protocolError("authentication data: an authentication method with it expected, got none");
        }
        Properties.Builder collected = builder;
        builder = null;
        return collected == null ? Properties.NONE : collected.build();
    }

    private void property(ByteBuf frame) {
        int identifier = DataTypes.variableByteInteger(frame, "property identifier", policy.shortestIntegers());
        Property property = Property.of(identifier);
        if (property == null || !(will ? property.allowedInWill() : property.allowedIn(packet))) {
            // 2.2.2.2: an identifier that is not valid for its packet type makes the packet malformed
            throw Violations.malformed("a property of " + place() + " expected, got "
                    + (property == null ? "identifier " + identifier : property));
        }
        if (property == Property.SUBSCRIPTION_IDENTIFIER && packet == PacketType.PUBLISH) {
            throw Violations.protocolError(
                    "no subscription identifier from a client expected, got one"); // [MQTT-3.3.4-6]
        }
        if (has(property) && property != Property.USER_PROPERTY) {
            throw Violations.protocolError(property + ": at most once in " + place() + " expected, got it again");
        }
        seen |= 1L << property.ordinal();
        switch (property.type()) {
            case BYTE -> number(property, DataTypes.unsignedByte(frame, property.name()));
            case TWO_BYTE_INTEGER -> number(property, DataTypes.twoByteInteger(frame, property.name()));
            case FOUR_BYTE_INTEGER -> number(property, DataTypes.fourByteInteger(frame, property.name()));
            case VARIABLE_BYTE_INTEGER ->
                number(property, DataTypes.variableByteInteger(frame, property.name(), policy.shortestIntegers()));
            case UTF_8_STRING -> text(property, DataTypes.utf8String(frame, property.name()));
            case UTF_8_STRING_PAIR -> user(frame);
            case BINARY_DATA -> binary(property, DataTypes.binaryData(frame, property.name()));
        }
    }

    private void number(Property property, long value) {
        range(property, value);
        if (packet == PacketType.PUBLISH && property == Property.TOPIC_ALIAS) {
            topicAlias = (int) value;
        } else if (packet == PacketType.PUBLISH && property == Property.MESSAGE_EXPIRY_INTERVAL) {
            messageExpirySeconds = value;
        } else {
            builder().number(property, value);
        }
    }

    /** Checks what the type of the property leaves open. Properties that only a server sends never come here. */
    private static void range(Property property, long value) {
        switch (property) {
            case PAYLOAD_FORMAT_INDICATOR, REQUEST_PROBLEM_INFORMATION, REQUEST_RESPONSE_INFORMATION -> {
                if (value > 1) {
                    throw Violations.protocolError(property + ": 0 or 1 expected, got " + value);
                }
            }
            case RECEIVE_MAXIMUM, MAXIMUM_PACKET_SIZE, SUBSCRIPTION_IDENTIFIER -> {
                if (value == 0) {
                    throw Violations.protocolError(property + ": at least 1 expected, got 0");
                }
            }
            case TOPIC_ALIAS -> {
                if (value == 0) {
                    throw new ProtocolViolation(
                            ReasonCode.TOPIC_ALIAS_INVALID, "topic alias: at least 1 expected, got 0");
                }
            }
            default -> {} // any value of its type
        }
    }

    private void text(Property property, String value) {
        if (property == Property.RESPONSE_TOPIC
                && (value.isEmpty() || value.indexOf('+') >= 0 || value.indexOf('#') >= 0)) {
            // [MQTT-3.3.2-14]
            throw Violations.protocolError("response topic: a topic name without wildcards expected, got another");
        }
        builder().text(property, value);
    }

    private void binary(Property property, Payload value) {
        builder().binary(property, value);
    }

    private void user(ByteBuf frame) {
        int start = frame.readerIndex();
        String name = DataTypes.utf8String(frame, "name of a user property");
        String value = DataTypes.utf8String(frame, "value of a user property");
        userProperties++;
        userPropertyBytes += frame.readerIndex() - start - 4; // without the two lengths
        if (userProperties > policy.userPropertiesMaximum()
                || userPropertyBytes > policy.userPropertiesMaximumBytes()) {
            throw new ProtocolViolation(
                    ReasonCode.QUOTA_EXCEEDED,
                    "user properties: at most " + policy.userPropertiesMaximum() + " with "
                            + policy.userPropertiesMaximumBytes() + " bytes expected, got more");
        }
        builder().user(name, value);
    }

    private boolean has(Property property) {
        return (seen & 1L << property.ordinal()) != 0;
    }

    private Properties.Builder builder() {
        Properties.Builder collecting = builder;
        if (collecting == null) {
            collecting = Properties.builder();
            builder = collecting;
        }
        return collecting;
    }

    private String place() {
        return will ? "a will" : packet.name();
    }
}
