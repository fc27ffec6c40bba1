// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.ReasonCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PacketFramerTest {
    private static final LeakWatch LEAK_WATCH = LeakWatch.install();
    private static final int MAXIMUM = 100_000;

    private final CountingAllocator allocator = new CountingAllocator();
    private final PartialPackets partialPackets = new PartialPackets(1_000_000);
    private final PacketFramer framer = new PacketFramer(MAXIMUM, partialPackets);

    @AfterAll
    static void shouldHaveReleasedEveryBuffer() {
        assertEquals(List.of(), LEAK_WATCH.leaks());
    }

    @AfterEach
    void shouldHoldNoBufferInTheEnd() {
        framer.clear();
        assertEquals(0, allocator.held());
    }

    @Test
    void shouldHandOutWholePacketsWithoutCopyingThem() {
        ByteBuf read = bytes("10 01 00  40 02 00 01  C0 00");
        framer.add(read);
        assertSame(read, framer.next());
        assertEquals("100100", ByteBufUtil.hexDump(read));
        framer.consumed();
        assertSame(read, framer.next());
        assertEquals("40020001", ByteBufUtil.hexDump(read));
        framer.consumed();
        assertSame(read, framer.next());
        assertEquals("c000", ByteBufUtil.hexDump(read));
        framer.consumed();
        assertEquals(0, allocator.held(), "nothing is kept between packets");
        assertNull(framer.next());
    }

    @Test
    void shouldNotDependOnHowFarTheCodecReads() {
        framer.add(bytes("10 01 00  40 02 00 01  C0 00"));
        framer.next().skipBytes(3);
        framer.consumed();
        framer.next().skipBytes(1);
        framer.consumed();
        assertEquals("c000", ByteBufUtil.hexDump(framer.next()));
        framer.consumed();
    }

    @Test
    void shouldFindTheSamePacketsWhereverTheStreamIsSplit() {
        byte[] stream = stream();
        List<String> whole = packetsOf(stream, stream.length);
        assertEquals(6, whole.size());
        for (int first = 0; first <= stream.length; first++) {
            for (int second = first; second <= stream.length; second += 7) {
                PacketFramer split = new PacketFramer(MAXIMUM, partialPackets);
                List<String> packets = new ArrayList<>();
                feed(split, stream, 0, first, packets);
                feed(split, stream, first, second, packets);
                feed(split, stream, second, stream.length, packets);
                assertEquals(whole, packets, "split at " + first + " and " + second);
                assertEquals(0, allocator.held());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 64, 65, 127})
    void shouldFindTheSamePacketsInPiecesOfAnySize(int size) {
        byte[] stream = stream();
        assertEquals(packetsOf(stream, stream.length), packetsOf(stream, size));
        assertEquals(0, allocator.held());
    }

    @Test
    void shouldGrowWithWhatArrivesAndNotWithWhatIsAnnounced() {
        framer.add(bytes("10 00"));
        framer.next();
        framer.consumed();
        framer.add(bytes("30 9C 8D 06")); // 100,000 - 4 to come
        assertNull(framer.next());
        int received = 4;
        while (received < 99_999) {
            framer.add(allocator.directBuffer(1, 1).writeByte('x'));
            received++;
            assertNull(framer.next());
            assertTrue(
                    allocator.heldBytes() <= Math.max(64, 2 * received),
                    allocator.heldBytes() + " bytes held for " + received);
        }
        assertTrue(allocator.copies() < 20, "a packet in pieces is copied " + allocator.copies() + " times");
    }

    @Test
    void shouldKeepOnlyTheBeginningOfAPacket() {
        framer.add(bytes("10 00"));
        framer.next();
        framer.consumed();
        framer.add(allocator.directBuffer(65_536).writeBytes(ByteBufUtil.decodeHexDump("c000c000c0")));
        framer.next();
        framer.consumed();
        framer.next();
        framer.consumed();
        assertNull(framer.next());
        assertEquals(64, allocator.heldBytes());
    }

    @Test
    void shouldTakeBytesThatArriveWhileItWasNotAsked() {
        framer.add(bytes("10 01"));
        framer.add(bytes("00 C0"));
        framer.add(bytes("00"));
        assertTrue(framer.hasUnread());
        assertEquals("100100", ByteBufUtil.hexDump(framer.next()));
        framer.consumed();
        assertEquals("c000", ByteBufUtil.hexDump(framer.next()));
        framer.consumed();
        assertFalse(framer.hasUnread());
    }

    @ParameterizedTest
    @CsvSource({
        "C0,                      PROTOCOL_ERROR,   CONNECT expected as first packet got packet type 12",
        "47 45 54 20,             PROTOCOL_ERROR,   CONNECT expected as first packet got packet type 4",
        "10 FF FF FF FF,          MALFORMED_PACKET, Remaining Length of more than four bytes",
        "10 FD FF 03,             PACKET_TOO_LARGE, packet of 65537 bytes above the maximum of 65536",
        "10 00 30 9D 8D 06,       PACKET_TOO_LARGE, packet of 100001 bytes above the maximum of 100000",
        "10 00 30 FF FF FF 7F,    PACKET_TOO_LARGE, packet of 268435460 bytes above the maximum of 100000",
    })
    void shouldRefuseWhatBeginsNoPacketByItsFixedHeaderAlone(String hex, ReasonCode code, String reason) {
        for (boolean atOnce : new boolean[] {true, false}) {
            PacketFramer fresh = new PacketFramer(MAXIMUM, partialPackets);
            byte[] stream = ByteBufUtil.decodeHexDump(hex.replace(" ", ""));
            ProtocolViolation violation = assertThrows(ProtocolViolation.class, () -> {
                int step = atOnce ? stream.length : 1;
                for (int from = 0; from < stream.length; from += step) {
                    feed(fresh, stream, from, from + step, new ArrayList<>());
                }
            });
            assertEquals(code, violation.reasonCode());
            assertEquals(reason, violation.reason().replace(",", ""));
            fresh.clear();
        }
    }

    @Test
    void SEC_01_shouldKeepNoMoreOfAnUnknownClientThanItHasSent() {
        framer.add(bytes("10 FC FF 03")); // 65,536 bytes, as much as a CONNECT may have
        assertNull(framer.next());
        assertTrue(allocator.heldBytes() <= 64, allocator.heldBytes() + " bytes held for 4");
    }

    @Test
    void SEC_02_shouldCostWorkInProportionWhenAPacketComesByteByByte() {
        framer.add(bytes("10 00"));
        framer.next();
        framer.consumed();
        byte[] publish = new byte[MAXIMUM];
        publish[0] = 0x30;
        publish[1] = (byte) 0x9C;
        publish[2] = (byte) 0x8D;
        publish[3] = 0x06;
        ByteBuf whole = null;
        for (byte each : publish) {
            assertNull(whole);
            framer.add(allocator.directBuffer(1).writeByte(each));
            whole = framer.next();
        }
        assertArrayEquals(publish, ByteBufUtil.getBytes(whole));
        assertTrue(allocator.copies() <= 17, allocator.copies() + " copies"); // doubling: less than twice the packet
        framer.consumed();
    }

    @Test
    void SEC_04_shouldNotBeTalkedIntoAnotherLength() {
        // five bytes are refused above; padded to four they mean what they say, whatever the codec says to them
        assertEquals(
                List.of("1085800001020304ff", "c0808000"),
                packetsOf(bytesOf("10 85 80 00 01 02 03 04 FF  C0 80 80 00"), 1));
    }

    @Test
    void shouldLetTheLargestPacketsIn() {
        // 65,536 and 100,000 bytes, fixed header included
        framer.add(allocator.directBuffer(4).writeBytes(new byte[] {0x10, (byte) 0xFC, (byte) 0xFF, 0x03}));
        assertNull(framer.next());
        framer.add(allocator.directBuffer(65_532).writeZero(65_532));
        assertEquals(65_536, framer.next().readableBytes());
        framer.consumed();
        framer.add(allocator.directBuffer(4).writeBytes(new byte[] {0x30, (byte) 0x9C, (byte) 0x8D, 0x06}));
        assertNull(framer.next());
        framer.add(allocator.directBuffer(99_996).writeZero(99_996));
        assertEquals(100_000, framer.next().readableBytes());
        framer.consumed();
    }

    /** CONNECT, packets with a Remaining Length of one, two and three bytes, and empty ones. */
    private static byte[] stream() {
        ByteBuf stream = Unpooled.buffer();
        stream.writeBytes(new byte[] {0x10, 0x02, 1, 2});
        stream.writeBytes(new byte[] {(byte) 0xC0, 0x00});
        stream.writeBytes(new byte[] {0x30, 0x7F}).writeBytes(new byte[127]);
        stream.writeBytes(new byte[] {0x32, (byte) 0x80, 0x01}).writeBytes(new byte[128]);
        stream.writeBytes(new byte[] {0x40, 0x02, 0, 7});
        stream.writeBytes(new byte[] {(byte) 0xE0, 0x00});
        return ByteBufUtil.getBytes(stream);
    }

    @Test
    void shouldGiveNoMemoryThatIsNotThereToPacketsThatAreNotWhole() {
        PartialPackets few = new PartialPackets(20_000);
        PacketFramer first = new PacketFramer(MAXIMUM, few);
        PacketFramer second = new PacketFramer(MAXIMUM, few);
        PacketFramer third = new PacketFramer(MAXIMUM, few);
        for (PacketFramer framer : List.of(first, second, third)) {
            framer.add(bytes("10 02 00 00"));
            assertNotNull(framer.next());
            framer.consumed();
        }
        byte[] begun = new byte[12_000];
        begun[0] = 0x30;
        begun[1] = (byte) 0xFF;
        begun[2] = (byte) 0xFF;
        begun[3] = 0x01; // 32,767 bytes follow
        first.add(allocator.directBuffer().writeBytes(begun));
        assertNull(first.next());
        assertEquals(12_000, few.held());

        second.add(allocator.directBuffer().writeBytes(begun));
        ProtocolViolation violation = assertThrows(ProtocolViolation.class, second::next);
        assertEquals(ReasonCode.QUOTA_EXCEEDED, violation.reasonCode());
        second.clear();

        third.add(allocator.directBuffer().writeBytes(begun, 0, PartialPackets.SMALL));
        assertNull(third.next(), "what is left over at the end of a read is always kept");
        first.clear();
        third.clear();
        assertEquals(0, few.held());
    }

    private List<String> packetsOf(byte[] stream, int pieces) {
        PacketFramer fresh = new PacketFramer(MAXIMUM, partialPackets);
        List<String> packets = new ArrayList<>();
        for (int from = 0; from < stream.length; from += pieces) {
            feed(fresh, stream, from, Math.min(from + pieces, stream.length), packets);
        }
        return packets;
    }

    private void feed(PacketFramer into, byte[] stream, int from, int to, List<String> packets) {
        into.add(allocator.directBuffer(Math.max(1, to - from)).writeBytes(stream, from, to - from));
        for (ByteBuf packet = into.next(); packet != null; packet = into.next()) {
            packets.add(ByteBufUtil.hexDump(packet));
            into.consumed();
        }
    }

    private static byte[] bytesOf(String hex) {
        return ByteBufUtil.decodeHexDump(hex.replace(" ", ""));
    }

    private ByteBuf bytes(String hex) {
        byte[] content = bytesOf(hex);
        return allocator.directBuffer(content.length).writeBytes(content);
    }
}
