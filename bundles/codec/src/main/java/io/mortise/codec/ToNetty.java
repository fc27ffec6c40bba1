// SPDX-License-Identifier: Apache-2.0
package io.mortise.codec;

import io.mortise.api.protocol.ConnAck;
import io.mortise.api.protocol.PacketType;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.SubAck;
import io.mortise.api.protocol.UnsubAck;
import io.mortise.api.protocol.UserProperty;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnAckVariableHeader;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttSubAckPayload;
import io.netty.handler.codec.mqtt.MqttUnsubAckMessage;
import io.netty.handler.codec.mqtt.MqttUnsubAckPayload;
import java.util.List;

/**
 * Turns packets that a server sends into netty's messages. Any thread.
 *
 * <p>Properties are given along, since they may be fewer than the packet's where it would be too large; netty leaves them out
 * where the version has none.
 */
final class ToNetty {
    private static final int FAILURE_OF_3_1_1 = 0x80; // 3.1.1, 3.9.3

    private ToNetty() {}

    static MqttMessage connAck(ConnAck packet, Properties properties, ProtocolVersion version) {
        ReasonCode reasonCode = packet.reasonCode();
        int returnCode = version.hasProperties() ? reasonCode.value() : reasonCode.connectReturnCode();
        boolean sessionPresent = packet.sessionPresent()
                && reasonCode == ReasonCode.SUCCESS // [MQTT-3.2.2-6]
                && version != ProtocolVersion.MQTT_3_1; // which reserves the byte
        return new MqttConnAckMessage(
                header(MqttMessageType.CONNACK),
                new MqttConnAckVariableHeader(
                        MqttConnectReturnCode.valueOf((byte) returnCode), sessionPresent, properties(properties)));
    }

    static MqttMessage subAck(SubAck packet, Properties properties, ProtocolVersion version) {
        List<ReasonCode> reasonCodes = packet.reasonCodes();
        int[] values = new int[reasonCodes.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = granted(reasonCodes.get(i), version);
        }
        return new MqttSubAckMessage(
                header(MqttMessageType.SUBACK),
                new MqttMessageIdAndPropertiesVariableHeader(packet.packetId(), properties(properties)),
                new MqttSubAckPayload(values));
    }

    /**
     * MQTT 3.1 cannot say that a subscription failed: its server "must therefore make a positive acknowledgement" (3.1,
     * 3.9), here of the lowest QoS.
     */
    private static int granted(ReasonCode reasonCode, ProtocolVersion version) {
        if (!reasonCode.isError()) {
            return reasonCode.value();
        }
        return switch (version) {
            case MQTT_3_1 -> 0;
            case MQTT_3_1_1 -> FAILURE_OF_3_1_1;
            case MQTT_5 -> reasonCode.value();
        };
    }

    static MqttMessage unsubAck(UnsubAck packet, Properties properties) {
        List<ReasonCode> reasonCodes = packet.reasonCodes();
        short[] values = new short[reasonCodes.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (short) reasonCodes.get(i).value();
        }
        return new MqttUnsubAckMessage(
                header(MqttMessageType.UNSUBACK),
                new MqttMessageIdAndPropertiesVariableHeader(packet.packetId(), properties(properties)),
                new MqttUnsubAckPayload(values));
    }

    /** A DISCONNECT or an AUTH. */
    static MqttMessage reason(PacketType type, ReasonCode reasonCode, Properties properties) {
        return new MqttMessage(
                header(MqttMessageType.valueOf(type.value())),
                new MqttReasonCodeAndPropertiesVariableHeader((byte) reasonCode.value(), properties(properties)));
    }

    static MqttProperties properties(Properties properties) {
        if (properties.isEmpty()) {
            return MqttProperties.NO_PROPERTIES;
        }
        MqttProperties result = new MqttProperties();
        properties.forEach((property, value) -> result.add(property(property, value)));
        for (UserProperty user : properties.userProperties()) {
            result.add(new MqttProperties.UserProperty(user.name(), user.value()));
        }
        return result;
    }

    private static MqttProperties.MqttProperty<?> property(Property property, Object value) {
        int identifier = property.identifier();
        return switch (property.type()) {
            case BYTE, TWO_BYTE_INTEGER, FOUR_BYTE_INTEGER, VARIABLE_BYTE_INTEGER ->
                new MqttProperties.IntegerProperty(identifier, ((Long) value).intValue());
            case UTF_8_STRING -> new MqttProperties.StringProperty(identifier, (String) value);
            case BINARY_DATA -> new MqttProperties.BinaryProperty(identifier, ((Payload) value).toByteArray());
            case UTF_8_STRING_PAIR -> throw new IllegalStateException("a user property among the others");
        };
    }

    /** netty counts the remaining length itself. */
    private static MqttFixedHeader header(MqttMessageType type) {
        return new MqttFixedHeader(type, false, MqttQoS.AT_MOST_ONCE, false, 0);
    }
}
