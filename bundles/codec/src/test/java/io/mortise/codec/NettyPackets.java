// SPDX-License-Identifier: Apache-2.0
package io.mortise.codec;

import io.mortise.api.protocol.Auth;
import io.mortise.api.protocol.Connect;
import io.mortise.api.protocol.Disconnect;
import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Packet;
import io.mortise.api.protocol.PacketType;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.PubAck;
import io.mortise.api.protocol.PubComp;
import io.mortise.api.protocol.PubRec;
import io.mortise.api.protocol.PubRel;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.Subscribe;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.protocol.Unsubscribe;
import io.mortise.api.protocol.Will;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectPayload;
import io.netty.handler.codec.mqtt.MqttConnectVariableHeader;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttSubscribePayload;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption.RetainedHandlingPolicy;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.handler.codec.mqtt.MqttUnsubscribePayload;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What netty reads and writes, as packets: the other opinion about the bytes. */
final class NettyPackets {
    private final Map<ProtocolVersion, NettyMqtt> netty = new EnumMap<>(ProtocolVersion.class);

    NettyPackets() {
        for (ProtocolVersion version : ProtocolVersion.values()) {
            netty.put(version, new NettyMqtt(version));
        }
    }

    /** Reads a PUBLISH or an acknowledgement. */
    Packet read(ProtocolVersion version, byte[] bytes) {
        MqttMessage message = netty.get(version).read(Unpooled.wrappedBuffer(bytes));
        if (message instanceof MqttPublishMessage publish) {
            Packet packet = publish(publish);
            publish.release();
            return packet;
        }
        MqttPubReplyMessageVariableHeader header = (MqttPubReplyMessageVariableHeader) message.variableHeader();
        int packetId = header.messageId();
        Properties properties = FromNetty.properties(header.properties());
        return switch (message.fixedHeader().messageType()) {
            case PUBACK -> new PubAck(packetId, reasonCode(message, header), properties);
            case PUBREC -> new PubRec(packetId, reasonCode(message, header), properties);
            case PUBREL -> new PubRel(packetId, reasonCode(message, header), properties);
            case PUBCOMP -> new PubComp(packetId, reasonCode(message, header), properties);
            default -> throw new AssertionError(message);
        };
    }

    private static ReasonCode reasonCode(MqttMessage message, MqttPubReplyMessageVariableHeader header) {
        int type = message.fixedHeader().messageType().value();
        return ReasonCode.of(header.reasonCode() & 0xFF, PacketType.of(type));
    }

    private static Publish publish(MqttPublishMessage message) {
        MqttFixedHeader header = message.fixedHeader();
        MqttPublishVariableHeader variable = message.variableHeader();
        Properties all = FromNetty.properties(variable.properties());
        long expirySeconds = all.number(Property.MESSAGE_EXPIRY_INTERVAL, -1);
        List<Integer> identifiers = new ArrayList<>();
        variable.properties()
                .getProperties(MqttProperties.SUBSCRIPTION_IDENTIFIER)
                .forEach(each -> identifiers.add((Integer) each.value()));
        Qos qos = Qos.of(header.qosLevel().value());
        return new Publish(
                new Message(
                        variable.topicName().isEmpty() ? Topic.NONE : Topic.of(variable.topicName()),
                        Payload.owning(ByteBufUtil.getBytes(message.payload())),
                        qos,
                        header.isRetain(),
                        all.toBuilder()
                                .without(Property.TOPIC_ALIAS)
                                .without(Property.MESSAGE_EXPIRY_INTERVAL)
                                .build(),
                        expirySeconds < 0 ? Message.NEVER : Packets.NOW + expirySeconds * 1000),
                qos,
                header.isRetain(),
                header.isDup(),
                Math.max(0, variable.packetId()),
                (int) all.number(Property.TOPIC_ALIAS, 0),
                identifiers);
    }

    /** Writes a packet that a client sends. */
    ByteBuf written(ProtocolVersion version, Packet packet) {
        return netty.get(version).write(toNetty(packet));
    }

    private static MqttMessage toNetty(Packet packet) {
        return switch (packet.type()) {
            case PUBLISH -> toNetty((Publish) packet);
            case PUBACK -> {
                PubAck ack = (PubAck) packet;
                yield reply(MqttMessageType.PUBACK, ack.packetId(), ack.reasonCode(), ack.properties());
            }
            case PUBREC -> {
                PubRec ack = (PubRec) packet;
                yield reply(MqttMessageType.PUBREC, ack.packetId(), ack.reasonCode(), ack.properties());
            }
            case PUBREL -> {
                PubRel ack = (PubRel) packet;
                yield reply(MqttMessageType.PUBREL, ack.packetId(), ack.reasonCode(), ack.properties());
            }
            case PUBCOMP -> {
                PubComp ack = (PubComp) packet;
                yield reply(MqttMessageType.PUBCOMP, ack.packetId(), ack.reasonCode(), ack.properties());
            }
            case CONNECT -> connect((Connect) packet);
            case SUBSCRIBE -> subscribe((Subscribe) packet);
            case UNSUBSCRIBE -> unsubscribe((Unsubscribe) packet);
            case PINGREQ -> MqttMessage.PINGREQ;
            case DISCONNECT -> {
                Disconnect disconnect = (Disconnect) packet;
                yield ToNetty.reason(PacketType.DISCONNECT, disconnect.reasonCode(), disconnect.properties());
            }
            case AUTH -> ToNetty.reason(PacketType.AUTH, ((Auth) packet).reasonCode(), ((Auth) packet).properties());
            case CONNACK, SUBACK, UNSUBACK, PINGRESP -> throw new AssertionError(packet);
        };
    }

    private static MqttMessage connect(Connect connect) {
        Will will = connect.will();
        ProtocolVersion version = connect.version();
        return new MqttConnectMessage(
                header(MqttMessageType.CONNECT, MqttQoS.AT_MOST_ONCE),
                new MqttConnectVariableHeader(
                        version.protocolName(),
                        version.level(),
                        connect.username() != null,
                        connect.password() != null,
                        will != null && will.retain(),
                        will == null ? 0 : will.qos().value(),
                        will != null,
                        connect.cleanStart(),
                        connect.keepAliveSeconds(),
                        ToNetty.properties(connect.properties())),
                new MqttConnectPayload(
                        connect.clientId(),
                        will == null ? MqttProperties.NO_PROPERTIES : ToNetty.properties(will.properties()),
                        will == null ? null : will.topic().name(),
                        will == null ? null : will.payload().toByteArray(),
                        connect.username(),
                        bytes(connect.password())));
    }

    private static byte @Nullable [] bytes(@Nullable Payload payload) {
        return payload == null ? null : payload.toByteArray();
    }

    private static MqttMessage subscribe(Subscribe subscribe) {
        List<MqttTopicSubscription> subscriptions = new ArrayList<>();
        Properties.Builder properties = subscribe.properties().toBuilder();
        for (Subscription each : subscribe.subscriptions()) {
            subscriptions.add(new MqttTopicSubscription(
                    each.filter().text(),
                    new MqttSubscriptionOption(
                            MqttQoS.valueOf(each.maximumQos().value()),
                            each.noLocal(),
                            each.retainAsPublished(),
                            RetainedHandlingPolicy.valueOf(each.retainHandling().ordinal()))));
            each.identifiers().forEach(it -> properties.number(Property.SUBSCRIPTION_IDENTIFIER, it));
        }
        return new MqttSubscribeMessage(
                header(MqttMessageType.SUBSCRIBE, MqttQoS.AT_LEAST_ONCE),
                new MqttMessageIdAndPropertiesVariableHeader(
                        subscribe.packetId(), ToNetty.properties(properties.build())),
                new MqttSubscribePayload(subscriptions));
    }

    private static MqttMessage unsubscribe(Unsubscribe unsubscribe) {
        return new MqttUnsubscribeMessage(
                header(MqttMessageType.UNSUBSCRIBE, MqttQoS.AT_LEAST_ONCE),
                new MqttMessageIdAndPropertiesVariableHeader(
                        unsubscribe.packetId(), ToNetty.properties(unsubscribe.properties())),
                new MqttUnsubscribePayload(
                        unsubscribe.filters().stream().map(TopicFilter::text).toList()));
    }

    private static MqttFixedHeader header(MqttMessageType type, MqttQoS qos) {
        return new MqttFixedHeader(type, false, qos, false, 0);
    }

    private static MqttMessage reply(MqttMessageType type, int packetId, ReasonCode code, Properties properties) {
        MqttQoS qos = type == MqttMessageType.PUBREL ? MqttQoS.AT_LEAST_ONCE : MqttQoS.AT_MOST_ONCE;
        return new MqttMessage(
                header(type, qos),
                new MqttPubReplyMessageVariableHeader(packetId, (byte) code.value(), ToNetty.properties(properties)));
    }

    private static MqttPublishMessage toNetty(Publish publish) {
        Message message = publish.message();
        Properties.Builder properties = message.properties().toBuilder();
        if (publish.topicAlias() != 0) {
            properties.number(Property.TOPIC_ALIAS, publish.topicAlias());
        }
        if (message.expiresAtMillis() != Message.NEVER) {
            properties.number(Property.MESSAGE_EXPIRY_INTERVAL, (message.expiresAtMillis() - Packets.NOW) / 1000);
        }
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        message.payload().writeTo(payload::write);
        return new MqttPublishMessage(
                new MqttFixedHeader(
                        MqttMessageType.PUBLISH,
                        publish.duplicate(),
                        MqttQoS.valueOf(publish.qos().value()),
                        publish.retain(),
                        0),
                new MqttPublishVariableHeader(
                        message.topic().name(), publish.packetId(), ToNetty.properties(properties.build())),
                Unpooled.wrappedBuffer(payload.toByteArray()));
    }
}
