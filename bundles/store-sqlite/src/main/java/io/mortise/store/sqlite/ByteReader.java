// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.sqlite;

import io.mortise.api.protocol.Payload;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Takes out what {@link ByteWriter} put in, and believes no length that it finds. Used by one thread. */
final class ByteReader {
    private final byte[] bytes;
    private int position;

    ByteReader(byte[] bytes) {
        this.bytes = bytes;
    }

    int octet() {
        need(1);
        return bytes[position++] & 0xFF;
    }

    long number() {
        need(Long.BYTES);
        long value = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            value = value << 8 | bytes[position++] & 0xFF;
        }
        return value;
    }

    int length() {
        int value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            int group = octet();
            value |= (group & 0x7F) << shift;
            if (group <= 0x7F) {
                need(value);
                return value;
            }
        }
        throw new Damaged("a length of more than five bytes");
    }

    String text() {
        int length = length();
        String text = new String(bytes, position, length, StandardCharsets.UTF_8);
        position += length;
        return text;
    }

    Payload binary() {
        int length = length();
        Payload payload = Payload.owning(Arrays.copyOfRange(bytes, position, position + length));
        position += length;
        return payload;
    }

    /** All that is left. */
    Payload rest() {
        Payload payload = Payload.owning(Arrays.copyOfRange(bytes, position, bytes.length));
        position = bytes.length;
        return payload;
    }

    private void need(int more) {
        if (more < 0 || bytes.length - position < more) {
            throw new Damaged(more + " bytes expected, " + (bytes.length - position) + " are left");
        }
    }
}
