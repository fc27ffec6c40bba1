// SPDX-License-Identifier: Apache-2.0
package io.mortise.codec;

import io.mortise.api.protocol.ByteSink;
import io.mortise.api.protocol.Topic;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Finds the same {@link Topic} object for the same bytes of one connection: a publisher repeats itself.
 *
 * <p>Owned by the event loop of its connection. A direct-mapped table: a topic that falls into the place of another takes
 * it, and costs no more than it would without the table. Made with the first PUBLISH; holds at most {@value #SLOTS} topics
 * of {@value #LONGEST} bytes, so that no client makes it large.
 */
final class TopicCache {
    static final int SLOTS = 32;
    static final int LONGEST = 256;

    private static final long MIX = 0x9E37_79B9_7F4A_7C15L; // 2^64 divided by the golden ratio

    private final @Nullable Topic[] topics = new @Nullable Topic[SLOTS];
    private final Comparison comparison;

    TopicCache(Comparison comparison) {
        this.comparison = comparison;
    }

    /**
     * Reads a topic name.
     *
     * @param length its length in bytes, at least 1, which the caller knows to be there
     * @throws io.mortise.api.protocol.ProtocolViolation if it is no topic name
     */
    Topic read(ByteBuf frame, int length) {
        if (length > LONGEST) {
            return decode(frame, length);
        }
        int slot = slot(frame, frame.readerIndex(), length);
        Topic known = topics[slot];
        if (known != null && known.utf8Length() == length && comparison.sameBytes(known, frame)) {
            frame.skipBytes(length);
            return known;
        }
        Topic topic = decode(frame, length);
        topics[slot] = topic;
        return topic;
    }

    private static Topic decode(ByteBuf frame, int length) {
        int index = frame.readerIndex();
        Utf8.check(frame, index, length, "topic name");
        frame.skipBytes(length);
        return Topic.of(frame.toString(index, length, StandardCharsets.UTF_8));
    }

    /** Where bytes belong: multiplies eight at a time into a hash, and takes its upper bits. */
    static int slot(ByteBuf frame, int index, int length) {
        int end = index + length;
        int at = index;
        long hash = length;
        while (end - at >= Long.BYTES) {
            hash = (hash ^ frame.getLong(at)) * MIX;
            hash ^= hash >>> 32;
            at += Long.BYTES;
        }
        while (at < end) {
            hash = (hash ^ frame.getByte(at)) * MIX;
            at++;
        }
        return (int) ((hash ^ hash >>> 32) * MIX >>> 59); // 5 bits: SLOTS
    }

    /** Compares a topic with bytes of a frame, eight at a time. Owned by one event loop, serves all its connections. */
    static final class Comparison implements ByteSink {
        private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

        private ByteBuf frame = Unpooled.EMPTY_BUFFER; // between two calls: no buffer is kept
        private boolean same;

        /** Whether the next bytes of the frame, as many as the topic has, are those of the topic. */
        boolean sameBytes(Topic topic, ByteBuf from) {
            frame = from;
            topic.writeUtf8To(this);
            frame = Unpooled.EMPTY_BUFFER;
            return same;
        }

        @Override
        public void accept(byte[] bytes, int offset, int length) {
            ByteBuf other = frame;
            int index = other.readerIndex();
            int at = 0;
            same = false;
            for (; length - at >= Long.BYTES; at += Long.BYTES) {
                if ((long) LONG.get(bytes, offset + at) != other.getLong(index + at)) {
                    return;
                }
            }
            for (; at < length; at++) {
                if (bytes[offset + at] != other.getByte(index + at)) {
                    return;
                }
            }
            same = true;
        }
    }
}
