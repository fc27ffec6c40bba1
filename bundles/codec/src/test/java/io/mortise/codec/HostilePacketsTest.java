// SPDX-License-Identifier: Apache-2.0
package io.mortise.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.protocol.Connect;
import io.mortise.api.protocol.Packet;
import io.mortise.api.protocol.PacketType;
import io.mortise.api.protocol.PingReq;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.ReasonCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Packets that have broken other brokers; the tests bear the names of the lessons that came of them. */
class HostilePacketsTest {
    private static final int MANY = Integer.getInteger("mortise.malformed.packets", 50_000);

    private final Workbench workbench = new Workbench(InstantSource.system(), Packets.POLICY);

    // SEC-03: user properties without end cost time

    @Test
    void SEC_03_shouldStopAtTheUserPropertyThatIsTooMany() {
        int properties = 200_000; // a mebibyte of them
        ByteBuf frame = publishWithUserProperties(properties, "");
        ProtocolViolation violation =
                assertThrows(ProtocolViolation.class, () -> decode(ProtocolVersion.MQTT_5, frame));
        assertEquals(ReasonCode.QUOTA_EXCEEDED, violation.reasonCode());
        assertTrue(frame.readerIndex() < 65 * 5 + 20, frame.readerIndex() + " bytes read");
    }

    @Test
    void SEC_03_shouldStopAtTheByteThatIsTooMany() {
        ByteBuf frame = publishWithUserProperties(60, "x".repeat(17_000));
        ProtocolViolation violation =
                assertThrows(ProtocolViolation.class, () -> decode(ProtocolVersion.MQTT_5, frame));
        assertEquals(ReasonCode.QUOTA_EXCEEDED, violation.reasonCode());
        assertTrue(frame.readerIndex() < 17_100, frame.readerIndex() + " bytes read");
    }

    @Test
    void SEC_03_shouldLimitThemAsConfigured() {
        Workbench strict = new Workbench(InstantSource.system(), new Policy(1, 3, true));
        assertInstanceOf(Publish.class, decode(strict, ProtocolVersion.MQTT_5, publishWithUserProperties(1, "abc")));
        for (ByteBuf frame : List.of(publishWithUserProperties(2, ""), publishWithUserProperties(1, "abcd"))) {
            ProtocolViolation violation =
                    assertThrows(ProtocolViolation.class, () -> decode(strict, ProtocolVersion.MQTT_5, frame));
            assertEquals("user properties: at most 1 with 3 bytes expected, got more", violation.reason());
        }
    }

    private static ByteBuf publishWithUserProperties(int count, String value) {
        ByteBuf properties = Unpooled.buffer();
        for (int i = 0; i < count; i++) {
            properties.writeByte(0x26).writeShort(0).writeShort(value.length()).writeBytes(value.getBytes());
        }
        ByteBuf body = Unpooled.buffer().writeShort(1).writeByte('a');
        DataTypes.writeVariableByteInteger(body, properties.readableBytes());
        body.writeBytes(properties);
        return framed(0x30, body);
    }

    private static ByteBuf framed(int firstByte, ByteBuf body) {
        ByteBuf frame = Unpooled.buffer().writeByte(firstByte);
        DataTypes.writeVariableByteInteger(frame, body.readableBytes());
        return frame.writeBytes(body);
    }

    // SEC-04: a length of five bytes, or in more bytes than it needs

    @ParameterizedTest
    @MethodSource("integersOfFiveBytes")
    void SEC_04_shouldRefuseIntegersOfFiveBytesWhateverThePolicy(@Nullable ProtocolVersion version, String lines) {
        for (boolean shortest : new boolean[] {true, false}) {
            Workbench other = new Workbench(InstantSource.system(), new Policy(64, 16_384, shortest));
            ByteBuf frame = Unpooled.wrappedBuffer(Wire.bytes(lines));
            ProtocolViolation violation = assertThrows(ProtocolViolation.class, () -> decode(other, version, frame));
            assertEquals(ReasonCode.MALFORMED_PACKET, violation.reasonCode());
            assertTrue(violation.reason().contains("at most four bytes expected"), violation.reason());
        }
    }

    static List<Arguments> integersOfFiveBytes() {
        List<Arguments> all = new ArrayList<>();
        for (ProtocolVersion version : ProtocolVersion.values()) {
            all.add(Arguments.of(version, "C0 80 80 80 80 00"));
            all.add(Arguments.of(version, "30 83 80 80 80 00 00 01 'a'"));
            all.add(Arguments.of(version, "E0 FF FF FF FF 7F"));
        }
        all.add(Arguments.of(null, "10 8D 80 80 80 00 00 04 'MQTT' 04 02 00 00 00 01 'a'"));
        all.add(Arguments.of(null, "10 remaining 00 04 'MQTT' 05 02 00 00 80 80 80 80 00 00 01 'a'"));
        all.add(Arguments.of(
                null, "10 remaining 00 04 'MQTT' 05 06 00 00 00 00 01 'a' 80 80 80 80 00 00 01 'w' 00 00"));
        for (String lines : List.of(
                "30 remaining 00 01 'a' 80 80 80 80 00",
                "30 remaining 00 01 'a' 06 81 80 80 80 00 00",
                "40 remaining 00 01 00 80 80 80 80 00",
                "62 remaining 00 01 00 80 80 80 80 00",
                "82 remaining 00 01 80 80 80 80 00 00 01 'a' 00",
                "82 remaining 00 01 06 0B 81 80 80 80 00 00 01 'a' 00",
                "A2 remaining 00 01 80 80 80 80 00 00 01 'a'",
                "E0 remaining 00 80 80 80 80 00",
                "F0 remaining 18 80 80 80 80 00")) {
            all.add(Arguments.of(ProtocolVersion.MQTT_5, lines));
        }
        return all;
    }

    @ParameterizedTest
    @EnumSource
    void SEC_04_shouldTakeIntegersThatAreLongerThanNeedBeIfThePolicySaysSo(ProtocolVersion version) {
        Workbench lenient = new Workbench(InstantSource.system(), new Policy(64, 16_384, false));
        for (String lines : List.of("C0 80 00", "C0 80 80 00", "C0 80 80 80 00")) {
            byte[] bytes = Wire.bytes(lines);
            assertThrows(ProtocolViolation.class, () -> decode(version, Unpooled.wrappedBuffer(bytes)));
            assertEquals(PingReq.INSTANCE, decode(lenient, version, Unpooled.wrappedBuffer(bytes)));
        }
        byte[] connect = Wire.bytes("10 8D 80 80 00 00 04 'MQTT' 04 02 00 00 00 01 'a'");
        assertThrows(ProtocolViolation.class, () -> decode(null, Unpooled.wrappedBuffer(connect)));
        assertInstanceOf(Connect.class, decode(lenient, null, Unpooled.wrappedBuffer(connect)));
        byte[] subscribe = Wire.bytes("82 8D 80 00 00 01 84 80 00 0B 81 80 00 00 01 'a' 00");
        if (version.hasProperties()) {
            assertThrows(ProtocolViolation.class, () -> decode(version, Unpooled.wrappedBuffer(subscribe)));
            assertEquals(
                    PacketType.SUBSCRIBE,
                    decode(lenient, version, Unpooled.wrappedBuffer(subscribe)).type());
        }
    }

    // SEC-06: packets the wrong way round, and texts that are none

    @ParameterizedTest
    @EnumSource
    void SEC_06_shouldRefuseWhatOnlyAServerSends(ProtocolVersion version) {
        for (String lines :
                List.of("20 02 00 00", "20 03 00 00 00", "90 03 00 01 00", "B0 02 00 01", "D0 00", "00 00")) {
            for (ProtocolVersion spoken : new ProtocolVersion[] {null, version}) {
                ByteBuf frame = Unpooled.wrappedBuffer(Wire.bytes(lines));
                assertThrows(ProtocolViolation.class, () -> decode(spoken, frame), lines);
            }
        }
    }

    /** What no text may contain, and what it may although it has broken others. */
    @ParameterizedTest
    @MethodSource("textFields")
    void SEC_06_shouldCheckEveryTextOfEveryPacket(
            String field, @Nullable ProtocolVersion version, String before, String behind) {
        for (String bad : List.of(
                "00", // U+0000
                "61 00",
                "C0 80", // overlong U+0000
                "C1 BF",
                "E0 80 AF", // overlong slash
                "F0 80 80 AF",
                "ED A0 80", // surrogates
                "ED BF BF",
                "ED A0 BD ED B8 80", // a pair of them (CESU-8)
                "F4 90 80 80", // above U+10FFFF
                "F5 80 80 80",
                "F8 88 80 80 80",
                "80", // nothing to continue
                "BF",
                "C3", // cut short
                "E2 82",
                "F0 9F 98",
                "FE",
                "FF")) {
            ByteBuf frame = Unpooled.wrappedBuffer(Wire.bytes(with(before, bad, behind)));
            ProtocolViolation violation = assertThrows(ProtocolViolation.class, () -> decode(version, frame), bad);
            assertEquals(ReasonCode.MALFORMED_PACKET, violation.reasonCode(), violation.reason());
        }
        for (String good :
                List.of("EF BB BF", "EF BF BE", "EF BF BF", "EF B7 90", "F4 8F BF BF", "EE 80 80", "C2 85", "7F")) {
            // U+FEFF, noncharacters, private use, control characters: 1.5.4 lets them be
            ByteBuf frame = Unpooled.wrappedBuffer(Wire.bytes(with(before, good, behind)));
            decode(version, frame);
        }
    }

    /** Puts a text with its length between what is before and behind, and counts it in where property lengths are. */
    private static String with(String before, String text, String behind) {
        int length = text.split(" ").length;
        return before.replace("+3", String.format("%02X", 3 + length)).replace("+5", String.format("%02X", 5 + length))
                + String.format(" 00 %02X ", length) + text + " " + behind;
    }

    static List<Arguments> textFields() {
        String connect4 = "10 remaining 00 04 'MQTT' 04 ";
        String connect5 = "10 remaining 00 04 'MQTT' 05 ";
        ProtocolVersion v5 = ProtocolVersion.MQTT_5;
        List<Arguments> all = new ArrayList<>(List.of(
                Arguments.of("client identifier", null, connect4 + "02 00 00", ""),
                Arguments.of("user name", null, connect4 + "82 00 00 00 01 'a'", ""),
                Arguments.of("will topic", null, connect4 + "06 00 00 00 01 'a'", "00 00"),
                Arguments.of("will topic of 5.0", null, connect5 + "06 00 00 00 00 01 'a' 00", "00 00"),
                Arguments.of("authentication method", null, connect5 + "02 00 00 +3 15", "00 01 'a'"),
                Arguments.of("name of a user property", null, connect5 + "02 00 00 +5 26", "00 00 00 01 'a'"),
                Arguments.of("value of a user property", null, connect5 + "02 00 00 +5 26 00 00", "00 01 'a'"),
                Arguments.of(
                        "content type of a will", null, connect5 + "06 00 00 00 00 01 'a' +3 03", "00 01 'w' 00 00"),
                Arguments.of(
                        "response topic of a will", null, connect5 + "06 00 00 00 00 01 'a' +3 08", "00 01 'w' 00 00"),
                Arguments.of("content type", v5, "30 remaining 00 01 'a' +3 03", ""),
                Arguments.of("response topic", v5, "30 remaining 00 01 'a' +3 08", ""),
                Arguments.of("reason string", v5, "40 remaining 00 01 00 +3 1F", ""),
                Arguments.of("reason string of DISCONNECT", v5, "E0 remaining 00 +3 1F", ""),
                Arguments.of("authentication method of AUTH", v5, "F0 remaining 18 +3 15", "")));
        for (ProtocolVersion version : ProtocolVersion.values()) {
            String none = version.hasProperties() ? " 00" : "";
            all.add(Arguments.of("topic name", version, "30 remaining", none));
            all.add(Arguments.of("topic filter", version, "82 remaining 00 01" + none, "00"));
            all.add(Arguments.of("second topic filter", version, "82 remaining 00 01" + none + " 00 01 'a' 00", "00"));
            all.add(Arguments.of("topic filter to end", version, "A2 remaining 00 01" + none, ""));
        }
        return all;
    }

    // SEC-08: every way out leaves nothing behind

    @Test
    void SEC_08_shouldLeaveNothingBehindHoweverOftenItRefuses() {
        PooledByteBufAllocator allocator = new PooledByteBufAllocator(true);
        List<Packets.Bad> bad = Packets.bad();
        long held = -1;
        for (int i = 0; i < MANY; i++) {
            Packets.Bad each = bad.get(i % bad.size());
            byte[] bytes = each.bytes();
            ByteBuf frame = allocator.directBuffer(bytes.length + 1).writeBytes(bytes);
            assertThrows(ProtocolViolation.class, () -> decode(each.version(), frame));
            assertEquals(1, frame.refCnt(), each::toString);
            frame.release();
            if (i == bad.size()) {
                held = allocator.metric().usedDirectMemory();
            }
        }
        assertEquals(held, allocator.metric().usedDirectMemory());
    }

    private Packet decode(@Nullable ProtocolVersion version, ByteBuf frame) {
        return decode(workbench, version, frame);
    }

    private static Packet decode(Workbench workbench, @Nullable ProtocolVersion version, ByteBuf frame) {
        return new MqttConnectionCodec(version, workbench).decode(frame);
    }
}
