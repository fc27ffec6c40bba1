// SPDX-License-Identifier: Apache-2.0
package io.mortise.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mortise.api.protocol.Packet;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.ReasonCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DecoderTest {
    private final Workbench workbench =
            new Workbench(InstantSource.fixed(Instant.ofEpochMilli(Packets.NOW)), Packets.POLICY);

    static List<Packets.Good> packetsOfClients() {
        return Packets.good().stream()
                .filter(each -> each.way() != Packets.Way.TO_CLIENT)
                .toList();
    }

    static List<Packets.Bad> packetsThatAreNone() {
        return Packets.bad();
    }

    @ParameterizedTest
    @MethodSource("packetsOfClients")
    void shouldReadPacketFromAnyKindOfBuffer(Packets.Good good) {
        assertEquals(good.packet(), decode(good.version(), Unpooled.wrappedBuffer(good.bytes())));
        assertEquals(good.packet(), decode(good.version(), Wire.surrounded(good.bytes())));
        assertEquals(
                good.packet(),
                decode(good.version(), Wire.surrounded(good.bytes()).asReadOnly()));
        byte[] bytes = good.bytes();
        int middle = bytes.length / 2;
        assertEquals(
                good.packet(),
                decode(
                        good.version(),
                        Unpooled.wrappedBuffer(
                                Unpooled.copiedBuffer(bytes, 0, middle),
                                Unpooled.copiedBuffer(bytes, middle, bytes.length - middle))));
    }

    @ParameterizedTest
    @MethodSource("packetsOfClients")
    void shouldRefusePacketThatIsCutAnywhere(Packets.Good good) {
        byte[] bytes = good.bytes();
        for (int length = 0; length < bytes.length; length++) {
            ByteBuf cut = Unpooled.wrappedBuffer(Arrays.copyOf(bytes, length));
            assertThrows(ProtocolViolation.class, () -> decode(good.version(), cut));
        }
    }

    @ParameterizedTest
    @MethodSource("packetsOfClients")
    void shouldRefusePacketWithAByteBehindIt(Packets.Good good) {
        ByteBuf longer = Unpooled.wrappedBuffer(Arrays.copyOf(good.bytes(), good.bytes().length + 1));
        assertThrows(ProtocolViolation.class, () -> decode(good.version(), longer));
    }

    @ParameterizedTest
    @MethodSource("packetsThatAreNone")
    void shouldRefuseBytesWithReasonCodeAndReason(Packets.Bad bad) {
        ByteBuf frame = Wire.surrounded(bad.bytes());
        ProtocolViolation violation = assertThrows(ProtocolViolation.class, () -> decode(bad.version(), frame));
        assertEquals(bad.reasonCode(), violation.reasonCode(), violation.reason());
        assertFalse(violation.reason().isEmpty());
    }

    @Test
    void shouldReadOnAfterARefusedPacket() {
        for (Packets.Bad bad : Packets.bad()) {
            ByteBuf frame = Unpooled.wrappedBuffer(bad.bytes());
            assertThrows(ProtocolViolation.class, () -> decode(bad.version(), frame));
        }
        packetsOfClients()
                .forEach(good ->
                        assertEquals(good.packet(), decode(good.version(), Unpooled.wrappedBuffer(good.bytes()))));
    }

    @Test
    void shouldLeaveNoReferenceToTheFrame() {
        packetsOfClients().forEach(good -> assertIsReleased(good.version(), good.bytes()));
        Packets.bad().forEach(bad -> assertIsReleased(bad.version(), bad.bytes()));
    }

    private void assertIsReleased(@Nullable ProtocolVersion version, byte[] bytes) {
        ByteBuf frame = PooledByteBufAllocator.DEFAULT.directBuffer(bytes.length + 1);
        frame.writeBytes(bytes);
        try {
            new MqttConnectionCodec(version, workbench).decode(frame);
        } catch (ProtocolViolation expected) {
            // the malformed ones
        }
        assertEquals(1, frame.refCnt());
        frame.release();
    }

    @Test
    void shouldSpeakTheVersionOfTheConnect() {
        for (ProtocolVersion version : ProtocolVersion.values()) {
            MqttConnectionCodec codec = new MqttConnectionCodec(null, workbench);
            codec.decode(Unpooled.wrappedBuffer(
                    Wire.bytes("10 remaining 00 0" + version.protocolName().length() + " '"
                            + version.protocolName() + "' 0" + version.level() + " 02 00 00"
                            + (version.hasProperties() ? " 00" : "") + " 00 01 'a'")));
            Publish publish = (Publish) codec.decode(Unpooled.wrappedBuffer(Wire.bytes("30 04 00 01 'a' 00")));
            assertEquals(
                    version.hasProperties() ? 0 : 1, publish.message().payload().size());
        }
    }

    @Test
    void shouldRefuseASecondConnectEvenIfTheFirstWasRefused() {
        MqttConnectionCodec codec = new MqttConnectionCodec(null, workbench);
        String noIdentifier = "10 remaining 00 04 'MQTT' 04 00 00 00 00 00";
        assertThrows(ProtocolViolation.class, () -> codec.decode(Unpooled.wrappedBuffer(Wire.bytes(noIdentifier))));
        ProtocolViolation second = assertThrows(
                ProtocolViolation.class, () -> codec.decode(Unpooled.wrappedBuffer(Wire.bytes(noIdentifier))));
        assertEquals(ReasonCode.PROTOCOL_ERROR, second.reasonCode());
    }

    @Test
    void shouldFindTheSameTopicAgainOnOneConnection() {
        MqttConnectionCodec codec = new MqttConnectionCodec(ProtocolVersion.MQTT_3_1_1, workbench);
        byte[] bytes = Wire.bytes("30 remaining 00 03 'a/b' 'x'");
        Publish first = (Publish) codec.decode(Unpooled.wrappedBuffer(bytes));
        Publish second = (Publish) codec.decode(Unpooled.wrappedBuffer(bytes));
        assertSame(first.message().topic(), second.message().topic());
    }

    private Packet decode(@Nullable ProtocolVersion version, ByteBuf frame) {
        return new MqttConnectionCodec(version, workbench).decode(frame);
    }
}
