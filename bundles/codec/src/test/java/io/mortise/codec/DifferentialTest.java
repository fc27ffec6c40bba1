// SPDX-License-Identifier: Apache-2.0
package io.mortise.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Packet;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.PubAck;
import io.mortise.api.protocol.PubComp;
import io.mortise.api.protocol.PubRec;
import io.mortise.api.protocol.PubRel;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.Topic;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Proves the direct path equal to netty's, on packets that are valid and on bytes that hardly are. */
class DifferentialTest {
    private static final int VALID_PACKETS = 10_000;
    private static final int MUTATED_PACKETS = 50_000;
    private static final int RANDOM_FRAMES = 50_000;

    private final Random random = new Random(1883);
    private final Workbench workbench =
            new Workbench(InstantSource.fixed(Instant.ofEpochMilli(Packets.NOW)), Packets.POLICY);
    private final NettyPackets netty = new NettyPackets();

    @ParameterizedTest
    @EnumSource
    void shouldWriteWhatNettyReads(ProtocolVersion version) {
        MqttConnectionCodec codec = new MqttConnectionCodec(version, workbench);
        for (int i = 0; i < VALID_PACKETS; i++) {
            Packet packet = randomPacket(version, true);
            ByteBuf out = Unpooled.buffer();
            assertTrue(codec.encode(packet, out, Integer.MAX_VALUE));
            assertEquals(packet, netty.read(version, ByteBufUtil.getBytes(out)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldReadWhatNettyWrites(ProtocolVersion version) {
        MqttConnectionCodec codec = new MqttConnectionCodec(version, workbench);
        for (int i = 0; i < VALID_PACKETS; i++) {
            Packet packet = randomPacket(version, false);
            ByteBuf frame = netty.written(version, packet);
            assertEquals(packet, codec.decode(frame));
            frame.release();
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldReadFromMutatedBytesWhatNettyReadsOrRefuseThem(ProtocolVersion version) {
        int accepted = 0;
        byte[] bytes = {};
        for (int i = 0; i < MUTATED_PACKETS; i++) {
            if (i % 10 == 0) {
                ByteBuf valid = netty.written(version, randomPacket(version, false));
                bytes = ByteBufUtil.getBytes(valid);
                valid.release();
            }
            accepted += readsLikeNetty(version, mutated(bytes)) ? 1 : 0;
        }
        assertTrue(accepted > MUTATED_PACKETS / 100, accepted + " accepted");
        assertTrue(accepted < MUTATED_PACKETS, "all accepted");
    }

    @ParameterizedTest
    @EnumSource
    void shouldReadFromRandomBytesWhatNettyReadsOrRefuseThem(ProtocolVersion version) {
        int accepted = 0;
        int[] firstBytes = {0x30, 0x31, 0x32, 0x34, 0x3A, 0x40, 0x50, 0x62, 0x70};
        for (int i = 0; i < RANDOM_FRAMES; i++) {
            byte[] bytes = new byte[2 + random.nextInt(20)];
            random.nextBytes(bytes);
            bytes[0] = (byte) firstBytes[random.nextInt(firstBytes.length)];
            bytes[1] = (byte) (bytes.length - 2);
            for (int at = 2; at < bytes.length; at++) {
                if (random.nextInt(3) > 0) {
                    bytes[at] = (byte) random.nextInt(4); // small lengths and identifiers
                }
            }
            accepted += readsLikeNetty(version, bytes) ? 1 : 0;
        }
        assertTrue(accepted > 0, "none accepted");
    }

    @Test
    void shouldRefuseWhateverNettyWouldRefuseBeforeNettySeesIt() {
        List<Packets.Good> all = Packets.good().stream()
                .filter(each -> each.way() != Packets.Way.TO_CLIENT)
                .toList();
        int accepted = 0;
        for (int i = 0; i < MUTATED_PACKETS; i++) {
            Packets.Good good = all.get(random.nextInt(all.size()));
            byte[] bytes = mutated(good.bytes());
            try {
                new MqttConnectionCodec(good.version(), workbench).decode(Unpooled.wrappedBuffer(bytes));
                accepted++;
            } catch (ProtocolViolation violation) {
                assertFalse(
                        violation.reason().contains("got bytes that are none"),
                        () -> violation.reason() + ": " + ByteBufUtil.hexDump(bytes));
                assertFalse(violation.reason().contains("got a part"), () -> ByteBufUtil.hexDump(bytes));
            }
        }
        assertTrue(accepted > 0, "none accepted");
    }

    /** Whether the bytes were accepted, and then by netty alike. */
    private boolean readsLikeNetty(ProtocolVersion version, byte[] bytes) {
        int type = bytes.length == 0 ? 0 : (bytes[0] & 0xFF) >> 4;
        if (type < 3 || type > 7) {
            return false; // no packet of the direct path
        }
        Packet packet;
        try {
            packet = new MqttConnectionCodec(version, workbench).decode(Unpooled.wrappedBuffer(bytes));
        } catch (ProtocolViolation refused) {
            return false;
        }
        byte[] asOf311 = bytes.clone();
        if (version == ProtocolVersion.MQTT_3_1 && type == 6) {
            asOf311[0] &= ~0b1000; // 3.1 lets a PUBREL have DUP
        }
        assertEquals(packet, netty.read(version, asOf311), () -> ByteBufUtil.hexDump(bytes));
        return true;
    }

    private byte[] mutated(byte[] bytes) {
        byte[] result = bytes.clone();
        for (int changes = 1 + random.nextInt(2); changes > 0 && result.length > 0; changes--) {
            int at = random.nextInt(result.length);
            switch (random.nextInt(5)) {
                case 0 -> result[at] = (byte) random.nextInt(256);
                case 1 -> result[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> result[at] += (byte) (random.nextBoolean() ? 1 : -1);
                case 3 -> {
                    System.arraycopy(result, at + 1, result, at, result.length - at - 1);
                    result = Arrays.copyOf(result, result.length - 1);
                }
                default -> {
                    result = Arrays.copyOf(result, result.length + 1);
                    System.arraycopy(result, at, result, at + 1, result.length - at - 1);
                }
            }
        }
        return random.nextInt(8) == 0 ? result : Mutator.framed(result);
    }

    private Packet randomPacket(ProtocolVersion version, boolean toClient) {
        int packetId = 1 + random.nextInt(65_535);
        Properties reasons = Properties.NONE;
        boolean withProperties = version.hasProperties() && random.nextBoolean();
        if (withProperties && random.nextBoolean()) {
            reasons = Properties.builder()
                    .text(Property.REASON_STRING, randomText())
                    .user(randomText(), randomText())
                    .build();
        }
        ReasonCode received = withProperties ? ReasonCode.QUOTA_EXCEEDED : ReasonCode.SUCCESS;
        ReasonCode released = withProperties ? ReasonCode.PACKET_IDENTIFIER_NOT_FOUND : ReasonCode.SUCCESS;
        return switch (random.nextInt(10)) {
            case 0 -> new PubAck(packetId, received, reasons);
            case 1 -> new PubRec(packetId, received, reasons);
            case 2 -> new PubRel(packetId, released, reasons);
            case 3 -> new PubComp(packetId, released, reasons);
            default -> randomPublish(version, packetId, toClient);
        };
    }

    private Publish randomPublish(ProtocolVersion version, int packetId, boolean toClient) {
        Qos qos = Qos.of(random.nextInt(3));
        boolean retain = random.nextBoolean();
        byte[] payload = new byte[random.nextInt(8) == 0 ? random.nextInt(20_000) : random.nextInt(100)];
        random.nextBytes(payload);
        Properties properties = Properties.NONE;
        int topicAlias = 0;
        long expiresAtMillis = Message.NEVER;
        List<Integer> identifiers = new ArrayList<>();
        if (version.hasProperties()) {
            properties = randomProperties();
            topicAlias = random.nextInt(3) == 0 ? 1 + random.nextInt(65_535) : 0;
            expiresAtMillis = random.nextInt(3) == 0
                    ? Packets.NOW + 1000L * Integer.toUnsignedLong(random.nextInt())
                    : Message.NEVER;
            while (toClient && random.nextInt(3) == 0) {
                identifiers.add(1 + random.nextInt(DataTypes.LARGEST_VARIABLE_BYTE_INTEGER));
            }
        }
        Topic topic = topicAlias != 0 && random.nextBoolean() ? Topic.NONE : Topic.of("t/" + randomText());
        return new Publish(
                new Message(topic, Payload.owning(payload), qos, retain, properties, expiresAtMillis),
                qos,
                retain,
                qos != Qos.AT_MOST_ONCE && random.nextBoolean(),
                qos == Qos.AT_MOST_ONCE ? 0 : packetId,
                topicAlias,
                List.copyOf(identifiers));
    }

    private Properties randomProperties() {
        Properties.Builder builder = Properties.builder();
        if (random.nextInt(3) == 0) {
            builder.number(Property.PAYLOAD_FORMAT_INDICATOR, random.nextInt(2));
        }
        if (random.nextInt(3) == 0) {
            builder.text(Property.CONTENT_TYPE, randomText());
        }
        if (random.nextInt(3) == 0) {
            builder.text(Property.RESPONSE_TOPIC, "r/" + randomText());
        }
        if (random.nextInt(3) == 0) {
            byte[] data = new byte[random.nextInt(20)];
            random.nextBytes(data);
            builder.binary(Property.CORRELATION_DATA, Payload.owning(data));
        }
        while (random.nextInt(3) == 0) {
            builder.user(randomText(), randomText());
        }
        return builder.build();
    }

    private String randomText() {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(6);
        for (int i = 0; i < length; i++) {
            switch (random.nextInt(6)) {
                case 0 -> text.appendCodePoint(0x80 + random.nextInt(0x780));
                case 1 -> text.appendCodePoint(0xE000 + random.nextInt(0x2000));
                case 2 -> text.appendCodePoint(0x10000 + random.nextInt(0x100000));
                default -> text.append((char) ('a' + random.nextInt(26)));
            }
        }
        return text.toString();
    }
}
