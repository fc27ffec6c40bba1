// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.sqlite;

import io.mortise.api.protocol.Payload;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Puts values one behind the other into bytes; {@link ByteReader} takes them out again. Used by one thread. */
final class ByteWriter {
    private byte[] bytes;
    private int size;

    ByteWriter(int expected) {
        bytes = new byte[expected];
    }

    void octet(int value) {
        room(1);
        bytes[size++] = (byte) value;
    }

    void number(long value) {
        room(Long.BYTES);
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes[size++] = (byte) (value >>> shift);
        }
    }

    /** A length, in as many groups of seven bits as it needs. */
    void length(int value) {
        int rest = value;
        while (rest > 0x7F) {
            octet(rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        octet(rest);
    }

    void text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        length(utf8.length);
        append(utf8, 0, utf8.length);
    }

    void binary(Payload payload) {
        length(payload.size());
        payload.writeTo(this::append);
    }

    /** Without its length: the last value. */
    void rest(Payload payload) {
        payload.writeTo(this::append);
    }

    void append(byte[] from, int offset, int length) {
        room(length);
        System.arraycopy(from, offset, bytes, size, length);
        size += length;
    }

    byte[] toByteArray() {
        return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
