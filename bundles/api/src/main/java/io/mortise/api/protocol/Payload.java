// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Bytes on the heap that do not change: an application message, a password, correlation data. Any thread. */
public final class Payload {

    /** No bytes. */
    public static final Payload EMPTY = new Payload(new byte[0]);

    private static final int SAMPLE = 8;

    private final byte[] bytes;

    private Payload(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A payload with a copy of these bytes. */
    public static Payload of(byte... bytes) {
        return owning(bytes.clone());
    }

    /** A payload with this text in UTF-8. */
    public static Payload of(String text) {
        return owning(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A payload that takes the array over: the caller gives it away and never touches it again. */
    public static Payload owning(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new Payload(bytes);
    }

    /** The number of bytes. */
    public int size() {
        return bytes.length;
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return bytes.length == 0;
    }

    /** Hands all bytes to {@code sink} in one call, without copying them. */
    public void writeTo(ByteSink sink) {
        sink.accept(bytes, 0, bytes.length);
    }

    /** The bytes, read-only. */
    public ByteBuffer asByteBuffer() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    /** A copy of the bytes. */
    public byte[] toByteArray() {
        return bytes.clone();
    }

    /** The bytes read as UTF-8; what is not UTF-8 is replaced. */
    public String toText() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Payload that && Arrays.equals(bytes, that.bytes);
    }

    /** Looks at the size and at most sixteen bytes, so that it costs the same for any size. */
    @Override
    public int hashCode() {
        int length = bytes.length;
        int hash = length;
        for (int i = 0; i < Math.min(SAMPLE, length); i++) {
            hash = 31 * hash + bytes[i];
        }
        for (int i = Math.max(SAMPLE, length - SAMPLE); i < length; i++) {
            hash = 31 * hash + bytes[i];
        }
        return hash;
    }

    /** Says the size only: payloads are nobody's business. */
    @Override
    public String toString() {
        return bytes.length + " bytes";
    }
}
