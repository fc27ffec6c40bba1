// SPDX-License-Identifier: Apache-2.0
package io.mortise.codec;

import io.mortise.api.protocol.Auth;
import io.mortise.api.protocol.ConnAck;
import io.mortise.api.protocol.Disconnect;
import io.mortise.api.protocol.Packet;
import io.mortise.api.protocol.PacketType;
import io.mortise.api.protocol.PingReq;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.PubAck;
import io.mortise.api.protocol.PubComp;
import io.mortise.api.protocol.PubRec;
import io.mortise.api.protocol.PubRel;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.SubAck;
import io.mortise.api.protocol.UnsubAck;
import io.mortise.transport.wire.ConnectionCodec;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.mqtt.MqttMessage;
import org.jspecify.annotations.Nullable;

/**
 * The codec of one connection: which packet goes which way.
 *
 * <p>Used on the event loop of its connection. PUBLISH, its acknowledgements and the pings are read and written straight
 * from and to their bytes; all other packets go through netty, on the way in after {@link Strictness} has seen them.
 *
 * <p>A DISCONNECT to a client of MQTT 3.x writes nothing, since a server sends none before 5.0: closing the connection says
 * the same. As long as the version is not known, a CONNACK is written as in MQTT 3.1.1, which every client reads (3.1.1,
 * [MQTT-3.1.2-2]).
 */
final class MqttConnectionCodec implements ConnectionCodec {
    private static final int PINGRESP = PacketType.PINGRESP.value() << 12; // with its remaining length 0

    private final Workbench workbench;
    private @Nullable ProtocolVersion version;
    private @Nullable TopicCache topics;

    MqttConnectionCodec(@Nullable ProtocolVersion version, Workbench workbench) {
        this.version = version;
        this.workbench = workbench;
    }

    @Override
    public Packet decode(ByteBuf frame) {
        int start = frame.readerIndex();
        PacketType type = FixedHeader.type(frame);
        int flags = frame.getByte(start) & 0x0F;
        ProtocolVersion spoken = version;
        if ((spoken == null) != (type == PacketType.CONNECT)) { // [MQTT-3.1.0-1], [MQTT-3.1.0-2]
            throw Violations.protocolError(
                    spoken == null ? "CONNECT expected, got " + type : "CONNECT once only expected, got it again");
        }
        FixedHeader.checkRemainingLength(frame, workbench.policy.shortestIntegers());
        if (spoken == null) {
            FixedHeader.checkFlags(type, flags, null);
            return connect(frame, start);
        }
        if (type == PacketType.PUBLISH) {
            return workbench.publishReader.read(frame, flags, spoken, topics());
        }
        FixedHeader.checkFlags(type, flags, spoken);
        return switch (type) {
            case PUBACK, PUBREC, PUBREL, PUBCOMP -> workbench.acknowledgementReader.read(frame, type, spoken);
            case PINGREQ -> {
                DataTypes.end(frame);
                yield PingReq.INSTANCE;
            }
            case SUBSCRIBE -> {
                workbench.strictness.subscribe(frame, spoken);
                yield FromNetty.subscribe(read(frame, start, type, spoken));
            }
            case UNSUBSCRIBE -> {
                workbench.strictness.unsubscribe(frame, spoken);
                yield FromNetty.unsubscribe(read(frame, start, type, spoken));
            }
            case DISCONNECT -> {
                workbench.strictness.disconnect(frame, spoken);
                yield FromNetty.disconnect(read(frame, start, type, spoken));
            }
            case AUTH -> {
                workbench.strictness.auth(frame, spoken);
                yield FromNetty.auth(read(frame, start, type, spoken));
            }
            case CONNACK, SUBACK, UNSUBACK, PINGRESP ->
                throw Violations.protocolError("a packet that a client sends expected, got " + type);
            case CONNECT, PUBLISH -> throw new IllegalStateException(type + " again");
        };
    }

    private Packet connect(ByteBuf frame, int start) {
        ProtocolVersion spoken = Strictness.protocolVersion(frame);
        version = spoken; // before the rest is checked: whatever is wrong with it is answered in this version
        int flagsIndex = frame.readerIndex();
        int flags = workbench.strictness.connect(frame, spoken);
        ByteBuf packet = Mqtt31.amend(frame, start, flagsIndex, flags);
        return FromNetty.connect(workbench.netty(spoken).read(packet), spoken);
    }

    private MqttMessage read(ByteBuf frame, int start, PacketType type, ProtocolVersion spoken) {
        int firstByte = type.value() << 4 | FixedHeader.flags(type);
        return workbench.netty(spoken).read(Mqtt31.amend(frame, start, start, firstByte));
    }

    private TopicCache topics() {
        TopicCache known = topics;
        if (known == null) {
            known = new TopicCache(workbench.topicComparison);
            topics = known;
        }
        return known;
    }

    @Override
    public boolean encode(Packet packet, ByteBuf out, int maximumSize) {
        ProtocolVersion spoken = version == null ? ProtocolVersion.MQTT_3_1_1 : version;
        return switch (packet.type()) {
            case PUBLISH -> workbench.publishWriter.write((Publish) packet, spoken.hasProperties(), out, maximumSize);
            case PUBACK -> {
                PubAck ack = (PubAck) packet;
                yield write(ack, ack.packetId(), ack.reasonCode(), ack.properties(), spoken, out, maximumSize);
            }
            case PUBREC -> {
                PubRec ack = (PubRec) packet;
                yield write(ack, ack.packetId(), ack.reasonCode(), ack.properties(), spoken, out, maximumSize);
            }
            case PUBREL -> {
                PubRel ack = (PubRel) packet;
                yield write(ack, ack.packetId(), ack.reasonCode(), ack.properties(), spoken, out, maximumSize);
            }
            case PUBCOMP -> {
                PubComp ack = (PubComp) packet;
                yield write(ack, ack.packetId(), ack.reasonCode(), ack.properties(), spoken, out, maximumSize);
            }
            case PINGRESP -> {
                boolean fits = maximumSize >= Short.BYTES;
                if (fits) {
                    out.writeShort(PINGRESP);
                }
                yield fits;
            }
            case CONNACK -> write(packet, ((ConnAck) packet).properties(), spoken, out, maximumSize);
            case SUBACK -> write(packet, ((SubAck) packet).properties(), spoken, out, maximumSize);
            case UNSUBACK -> write(packet, ((UnsubAck) packet).properties(), spoken, out, maximumSize);
            case DISCONNECT ->
                !spoken.hasProperties() || write(packet, ((Disconnect) packet).properties(), spoken, out, maximumSize);
            case AUTH -> {
                if (!spoken.hasProperties()) {
                    throw new IllegalStateException("AUTH to a client of " + spoken);
                }
                yield write(packet, ((Auth) packet).properties(), spoken, out, maximumSize);
            }
            case CONNECT, SUBSCRIBE, UNSUBSCRIBE, PINGREQ ->
                throw new IllegalArgumentException("a packet that a server sends expected, got " + packet.type());
        };
    }

    /** Writes an acknowledgement, if need be without what may be left out. */
    private boolean write(
            Packet packet,
            int packetId,
            ReasonCode reasonCode,
            Properties properties,
            ProtocolVersion spoken,
            ByteBuf out,
            int maximumSize) {
        PacketType type = packet.type();
        boolean withProperties = spoken.hasProperties();
        AcknowledgementWriter writer = workbench.acknowledgementWriter;
        return writer.write(type, packetId, reasonCode, properties, withProperties, out, maximumSize)
                || canBeShorter(properties)
                        && writer.write(
                                type, packetId, reasonCode, shorter(properties), withProperties, out, maximumSize);
    }

    /** Writes a packet through netty, if need be without what may be left out. */
    private boolean write(Packet packet, Properties properties, ProtocolVersion spoken, ByteBuf out, int maximumSize) {
        ByteBuf bytes = workbench.netty(spoken).write(toNetty(packet, properties, spoken));
        try {
            if (bytes.readableBytes() <= maximumSize) {
                out.writeBytes(bytes);
                return true;
            }
        } finally {
            bytes.release();
        }
        return canBeShorter(properties) && write(packet, shorter(properties), spoken, out, maximumSize);
    }

    private static MqttMessage toNetty(Packet packet, Properties properties, ProtocolVersion spoken) {
        return switch (packet.type()) {
            case CONNACK -> ToNetty.connAck((ConnAck) packet, properties, spoken);
            case SUBACK -> ToNetty.subAck((SubAck) packet, properties, spoken);
            case UNSUBACK -> ToNetty.unsubAck((UnsubAck) packet, properties);
            case DISCONNECT -> ToNetty.reason(PacketType.DISCONNECT, ((Disconnect) packet).reasonCode(), properties);
            case AUTH -> ToNetty.reason(PacketType.AUTH, ((Auth) packet).reasonCode(), properties);
            default -> throw new IllegalArgumentException("not written by netty: " + packet.type());
        };
    }

    // 3.2.2.3.9, 3.2.2.3.10 and alike for each packet: neither is sent if the packet would be too large for the client.
    private static boolean canBeShorter(Properties properties) {
        return properties.has(Property.REASON_STRING) || properties.has(Property.USER_PROPERTY);
    }

    private static Properties shorter(Properties properties) {
        return properties.toBuilder()
                .without(Property.REASON_STRING)
                .without(Property.USER_PROPERTY)
                .build();
    }
}
