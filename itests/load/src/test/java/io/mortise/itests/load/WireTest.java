// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class WireTest {

    @Test
    void shouldEncodeConnectWithCleanSessionAndWithoutKeepAlive() {
        byte[] expected = {
            0x10, 14, // CONNECT, remaining length
            0, 4, 'M', 'Q', 'T', 'T', // protocol name
            4, // protocol level
            0x02, // clean session
            0, 0, // keep alive
            0, 2, 'c', '1', // client identifier
        };
        assertArrayEquals(expected, Wire.connect("c1", true));
    }

    @Test
    void shouldAskForSessionThatStays() {
        assertEquals(0, Wire.connect("c1", false)[9]); // connect flags
    }

    @Test
    void shouldEncodeSubscribeWithItsReservedBits() {
        byte[] expected = {
            (byte) 0x82,
            8, // SUBSCRIBE, remaining length
            0x01,
            0x02, // packet identifier
            0,
            3,
            'a',
            '/',
            '+', // topic filter
            1, // QoS
        };
        assertArrayEquals(expected, Wire.subscribe(0x0102, "a/+", 1));
    }

    @Test
    void shouldLeaveRoomForPacketIdentifierAboveQos0() {
        assertArrayEquals(new byte[] {0x30, 6, 0, 1, 't', 0, 0, 0}, Wire.publish("t", 0, 3));
        assertArrayEquals(new byte[] {0x34, 8, 0, 1, 't', 0, 0, 0, 0, 0}, Wire.publish("t", 2, 3));
    }

    @Test
    void shouldEncodeRemainingLengthInAsManyBytesAsItNeeds() {
        byte[] packet = Wire.publish("t", 0, 318); // remaining length 321
        assertEquals(0xC1, packet[1] & 0xFF);
        assertEquals(0x02, packet[2]);
        assertEquals(324, packet.length);
    }

    @Test
    void shouldSetReservedBitsOfPubRelOnly() {
        byte[] acks = new byte[2 * Wire.ACK_LENGTH];
        Wire.putAck(acks, 0, Wire.PUBACK, 0x1234);
        Wire.putAck(acks, 4, Wire.PUBREL, 0xFFFF);
        assertArrayEquals(new byte[] {0x40, 2, 0x12, 0x34, 0x62, 2, (byte) 0xFF, (byte) 0xFF}, acks);
        assertEquals(0xFFFF, Wire.getShort(acks, 6));
    }
}
