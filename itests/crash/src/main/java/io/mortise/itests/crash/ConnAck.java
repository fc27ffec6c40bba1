// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import io.mortise.itests.load.Wire;
import java.io.IOException;

/**
 * The server's answer to a CONNECT, as far as it matters here.
 *
 * @param code 0 when the client is welcome
 * @param receiveMaximum how many messages the client may send before one is acknowledged
 */
record ConnAck(boolean sessionPresent, int code, int receiveMaximum) {

    private static final int UNLIMITED = 65_535;
    private static final int RECEIVE_MAXIMUM = 0x21;

    static ConnAck read(Version version, byte[] bytes, int body, int end) throws IOException {
        boolean present = (bytes[body] & 0x01) != 0;
        int code = bytes[body + 1] & 0xFF;
        return new ConnAck(present, code, version.hasProperties() ? receiveMaximum(bytes, body + 2, end) : UNLIMITED);
    }

    private static int receiveMaximum(byte[] bytes, int lengthAt, int end) throws IOException {
        int at = VariableByteInteger.end(bytes, lengthAt);
        while (at < end) {
            int property = bytes[at++];
            if (property == RECEIVE_MAXIMUM) {
                return Wire.getShort(bytes, at);
            }
            at += length(property, bytes, at);
        }
        return UNLIMITED;
    }

    // 3.2.2.3: what may be in a CONNACK, and how long that is
    private static int length(int property, byte[] bytes, int at) throws IOException {
        return switch (property) {
            case 0x24, 0x25, 0x28, 0x29, 0x2A -> 1;
            case 0x13, 0x21, 0x22 -> 2;
            case 0x11, 0x27 -> 4;
            case 0x12, 0x15, 0x16, 0x1A, 0x1C, 0x1F -> 2 + Wire.getShort(bytes, at);
            case 0x26 -> {
                int name = 2 + Wire.getShort(bytes, at);
                yield name + 2 + Wire.getShort(bytes, at + name);
            }
            default -> throw new IOException("property 0x%02X in a CONNACK".formatted(property));
        };
    }
}
