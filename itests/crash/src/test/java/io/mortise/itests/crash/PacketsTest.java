// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.mortise.itests.load.Wire;
import org.junit.jupiter.api.Test;

class PacketsTest {

    @Test
    void shouldAskForASessionThatStays() {
        byte[] before5 = {0x10, 13, 0, 4, 'M', 'Q', 'T', 'T', 4, 0, 0, 0, 0, 1, 'c'};
        assertArrayEquals(before5, Packets.connect(Version.MQTT_3_1_1, "c"));
        byte[] expected = {
            0x10, 19, // CONNECT, remaining length
            0, 4, 'M', 'Q', 'T', 'T', // protocol name
            5, // protocol version
            0, // no clean start
            0, 0, // keep alive
            5, 0x11, 0, 0, 0x0E, 0x10, // session expiry interval: an hour
            0, 1, 'c', // client identifier
        };
        assertArrayEquals(expected, Packets.connect(Version.MQTT_5, "c"));
    }

    @Test
    void shouldPutWillBehindClientIdentifier() {
        byte[] expected = {
            0x10, 31, 0, 4, 'M', 'Q', 'T', 'T', 5, 0x0E, // will at QoS 1, clean start
            0, 0, 5, 0x11, 0, 0, 0x0E, 0x10, 0, 1, 'c', 5, 0x18, 0, 0, 0, 2, // will delay interval: two seconds
            0, 1, 't', // will topic
            0, 1, 9, // will payload
        };
        assertArrayEquals(expected, Packets.connect("c", new Packets.Will("t", new byte[] {9}, 2)));
    }

    @Test
    void shouldSayDupAndRetainInTheFirstByte() {
        byte[] payload = {7};
        assertArrayEquals(
                new byte[] {0x32, 6, 0, 1, 't', 1, 2, 7},
                Packets.publish(Version.MQTT_3_1_1, "t", 1, false, false, 0x0102, payload));
        assertArrayEquals(
                new byte[] {0x3D, 7, 0, 1, 't', 1, 2, 0, 7},
                Packets.publish(Version.MQTT_5, "t", 2, true, true, 0x0102, payload));
    }

    @Test
    void shouldSubscribeAndUnsubscribe() {
        assertArrayEquals(
                new byte[] {(byte) 0x82, 6, 0, 3, 0, 1, 't', 2}, Packets.subscribe(Version.MQTT_3_1_1, 3, "t", 2));
        assertArrayEquals(new byte[] {(byte) 0xA2, 6, 0, 3, 0, 0, 1, 't'}, Packets.unsubscribe(Version.MQTT_5, 3, "t"));
    }

    @Test
    void shouldAcknowledge() {
        assertArrayEquals(new byte[] {0x62, 2, 0, 5}, Packets.ack(Wire.PUBREL, 5));
    }
}
