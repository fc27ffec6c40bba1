// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Puts an MQTT packet together: what comes after the remaining length, and at the end the fixed header before it.
 *
 * <p>Used by one thread.
 */
public final class PacketBuilder {

    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    public PacketBuilder putByte(int value) {
        body.write(value);
        return this;
    }

    public PacketBuilder putShort(int value) {
        return putByte(value >> 8).putByte(value);
    }

    public PacketBuilder putInt(int value) {
        return putShort(value >> 16).putShort(value);
    }

    public PacketBuilder putBytes(byte[] bytes) {
        body.writeBytes(bytes);
        return this;
    }

    /** 1.5.3: the length in two bytes, then UTF-8. */
    public PacketBuilder putString(String string) {
        byte[] bytes = string.getBytes(StandardCharsets.UTF_8);
        return putShort(bytes.length).putBytes(bytes);
    }

    /** What was put together so far. */
    byte[] body() {
        return body.toByteArray();
    }

    /** The packet with this first byte. */
    public byte[] packet(int firstByte) {
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(firstByte);
        int length = body.size();
        do {
            packet.write(length & 0x7F | (length > 0x7F ? 0x80 : 0));
            length >>>= 7;
        } while (length > 0);
        packet.writeBytes(body.toByteArray());
        return packet.toByteArray();
    }
}
