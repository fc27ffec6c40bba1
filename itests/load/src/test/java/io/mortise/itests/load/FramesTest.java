// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FramesTest {

    private final List<String> packets = new ArrayList<>();

    private int split(byte[] bytes, int from, int to) throws IOException {
        return Frames.split(bytes, from, to, (b, start, body, end) -> packets.add(start + " " + body + " " + end));
    }

    @Test
    void shouldHandOverEveryWholePacket() throws IOException {
        byte[] bytes = {
            (byte) 0xD0,
            0, // PINGRESP
            0x40,
            2,
            0,
            1, // PUBACK
            0x40,
            2,
            0, // PUBACK without its last byte
        };
        assertEquals(6, split(bytes, 0, bytes.length));
        assertEquals(List.of("0 2 2", "2 4 6"), packets);
    }

    @Test
    void shouldFindTheSamePacketWhereverItIsCut() throws IOException {
        byte[] packet = Wire.publish("some/topic", 1, 200);
        for (int cut = 0; cut < packet.length; cut++) {
            assertEquals(0, split(packet, 0, cut), "nothing before " + cut + " is a whole packet");
        }
        assertEquals(List.of(), packets);
        assertEquals(packet.length, split(packet, 0, packet.length));
        assertEquals(List.of("0 3 " + packet.length), packets);
    }

    @Test
    void shouldTakeLongestRemainingLengthForUnfinishedPacket() throws IOException {
        byte[] bytes = {0x30, -1, -1, -1, 0x7F};
        assertEquals(0, split(bytes, 0, bytes.length));
    }

    @Test
    void shouldRefuseRemainingLengthOfFiveBytes() {
        byte[] bytes = new byte[6];
        Arrays.fill(bytes, (byte) 0x80);
        assertThrows(IOException.class, () -> split(bytes, 0, bytes.length));
    }
}
