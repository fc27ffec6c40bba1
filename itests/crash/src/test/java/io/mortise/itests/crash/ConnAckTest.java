// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ConnAckTest {

    @Test
    void shouldReadFlagAndCode() throws IOException {
        assertEquals(new ConnAck(true, 0, 65_535), ConnAck.read(Version.MQTT_3_1_1, new byte[] {1, 0}, 0, 2));
        assertEquals(new ConnAck(false, 5, 65_535), ConnAck.read(Version.MQTT_3_1_1, new byte[] {0, 5}, 0, 2));
    }

    @Test
    void shouldFindReceiveMaximumBehindOtherProperties() throws IOException {
        byte[] bytes = {0, 0, 17, 0x12, 0, 1, 'i', 0x26, 0, 1, 'n', 0, 1, 'v', 0x25, 1, 0x21, 1, 4, 0x24};
        assertEquals(260, ConnAck.read(Version.MQTT_5, bytes, 0, 19).receiveMaximum());
    }

    @Test
    void shouldTakeSilenceForNoLimit() throws IOException {
        assertEquals(
                65_535,
                ConnAck.read(Version.MQTT_5, new byte[] {0, 0, 2, 0x25, 1}, 0, 5)
                        .receiveMaximum());
    }

    @Test
    void shouldRefuseWhatIsNoPropertyOfAConnAck() {
        assertThrows(IOException.class, () -> ConnAck.read(Version.MQTT_5, new byte[] {0, 0, 2, 0x01, 1}, 0, 5));
    }
}
