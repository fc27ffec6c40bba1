// SPDX-License-Identifier: Apache-2.0
package io.mortise.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.protocol.Auth;
import io.mortise.api.protocol.ConnAck;
import io.mortise.api.protocol.Disconnect;
import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Packet;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.PingReq;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.PubAck;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.SubAck;
import io.mortise.api.protocol.Topic;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class EncoderTest {
    private static final int NO_LIMIT = Integer.MAX_VALUE;
    private static final Properties REASONS = Properties.builder()
            .text(Property.REASON_STRING, "because")
            .user("k", "v")
            .build();

    private final Workbench workbench =
            new Workbench(InstantSource.fixed(Instant.ofEpochMilli(Packets.NOW)), Packets.POLICY);

    static List<Packets.Good> packetsToClients() {
        return Packets.good().stream()
                .filter(each -> each.way() != Packets.Way.FROM_CLIENT)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("packetsToClients")
    void shouldAppendPacket(Packets.Good good) {
        ByteBuf out = Unpooled.buffer().writeByte(0xAA);
        for (int i = 0; i < 3; i++) { // the third time a PUBLISH comes out of the frame cache
            assertTrue(codec(good.version()).encode(good.packet(), out, NO_LIMIT));
        }
        byte[] written = ByteBufUtil.getBytes(out);
        byte[] expected = ByteBufUtil.getBytes(
                Unpooled.wrappedBuffer(new byte[] {(byte) 0xAA}, good.bytes(), good.bytes(), good.bytes()));
        assertArrayEquals(expected, written, () -> ByteBufUtil.hexDump(written));
    }

    @ParameterizedTest
    @MethodSource("packetsToClients")
    void shouldAppendPacketUpToTheMaximumSizeOnly(Packets.Good good) {
        int size = good.bytes().length;
        for (int i = 0; i < 3; i++) {
            ByteBuf out = Unpooled.buffer();
            assertTrue(codec(good.version()).encode(good.packet(), out, size));
            assertEquals(size, out.readableBytes());
            boolean shorter = codec(good.version()).encode(good.packet(), out, size - 1);
            assertTrue(out.readableBytes() < 2 * size);
            assertTrue(shorter || out.readableBytes() == size, "as it was");
        }
    }

    @Test
    void shouldLeaveOutReasonStringAndUserPropertiesIfThePacketWouldBeTooLarge() {
        assertEquals("20 03 00 87 00", encoded(new ConnAck(false, ReasonCode.NOT_AUTHORIZED, REASONS), 19));
        assertEquals("40 04 00 01 87 00", encoded(new PubAck(1, ReasonCode.NOT_AUTHORIZED, REASONS), 20));
        assertEquals("40 02 00 01", encoded(new PubAck(1, ReasonCode.SUCCESS, REASONS), 5));
        assertEquals("90 04 00 01 00 87", encoded(new SubAck(1, List.of(ReasonCode.NOT_AUTHORIZED), REASONS), 6));
        assertEquals("E0 02 8D 00", encoded(new Disconnect(ReasonCode.KEEP_ALIVE_TIMEOUT, REASONS), 12));
    }

    @Test
    void shouldKeepOtherPropertiesIfThePacketWouldBeTooLarge() {
        Properties more =
                REASONS.toBuilder().number(Property.SERVER_KEEP_ALIVE, 60).build();
        assertEquals("20 06 00 00 03 13 00 3C", encoded(new ConnAck(false, ReasonCode.SUCCESS, more), 8));
        ByteBuf out = Unpooled.buffer();
        assertFalse(codec(ProtocolVersion.MQTT_5).encode(new ConnAck(false, ReasonCode.SUCCESS, more), out, 7));
        assertEquals(0, out.readableBytes());
    }

    @Test
    void shouldNotLeaveOutUserPropertiesOfAPublish() {
        Properties properties = Properties.builder().user("k", "v").build();
        Message message = new Message(Topic.of("a"), Payload.EMPTY, Qos.AT_MOST_ONCE, false, properties, Message.NEVER);
        assertFalse(codec(ProtocolVersion.MQTT_5).encode(new Publish(message, 0), Unpooled.buffer(), 12));
        assertTrue(codec(ProtocolVersion.MQTT_5).encode(new Publish(message, 0), Unpooled.buffer(), 13));
    }

    @ParameterizedTest
    @EnumSource(
            value = ProtocolVersion.class,
            names = {"MQTT_3_1", "MQTT_3_1_1"})
    void shouldWriteNoDisconnectBeforeVersion5(ProtocolVersion version) {
        ByteBuf out = Unpooled.buffer();
        assertTrue(codec(version).encode(new Disconnect(ReasonCode.SESSION_TAKEN_OVER), out, NO_LIMIT));
        assertEquals(0, out.readableBytes());
    }

    @Test
    void shouldRefuseWhatNoServerSends() {
        Auth auth = new Auth(ReasonCode.CONTINUE_AUTHENTICATION, Properties.NONE);
        assertThrows(
                IllegalStateException.class,
                () -> codec(ProtocolVersion.MQTT_3_1_1).encode(auth, Unpooled.buffer(), NO_LIMIT));
        assertThrows(
                IllegalArgumentException.class,
                () -> codec(ProtocolVersion.MQTT_5).encode(PingReq.INSTANCE, Unpooled.buffer(), NO_LIMIT));
        Message message = new Message(Topic.of("a"), Payload.EMPTY, Qos.AT_LEAST_ONCE, false);
        assertThrows(
                IllegalArgumentException.class,
                () -> codec(ProtocolVersion.MQTT_5).encode(new Publish(message, 0), Unpooled.buffer(), NO_LIMIT));
    }

    @ParameterizedTest
    @CsvSource({
        "10000, 10",
        "9999, 10",
        "9001, 10",
        "9000, 9",
        "1, 1",
        "0, 0",
        "-5000, 0",
        "9000000000000000, 4294967295"
    })
    void shouldSendWhatIsLeftOfTheMessageExpiryInterval(long millisLeft, long seconds) {
        Message message = new Message(
                Topic.of("a"), Payload.EMPTY, Qos.AT_MOST_ONCE, false, Properties.NONE, Packets.NOW + millisLeft);
        ByteBuf out = Unpooled.buffer();
        assertTrue(codec(ProtocolVersion.MQTT_5).encode(new Publish(message, 0), out, NO_LIMIT));
        assertEquals(seconds, out.getUnsignedInt(out.writerIndex() - 4));
    }

    private String encoded(Packet packet, int maximumSize) {
        ByteBuf out = Unpooled.buffer();
        assertTrue(codec(ProtocolVersion.MQTT_5).encode(packet, out, maximumSize));
        return ByteBufUtil.hexDump(out).toUpperCase(Locale.ROOT).replaceAll("..(?=.)", "$0 ");
    }

    private MqttConnectionCodec codec(@Nullable ProtocolVersion version) {
        return new MqttConnectionCodec(version, workbench);
    }
}
