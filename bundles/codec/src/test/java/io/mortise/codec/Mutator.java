// SPDX-License-Identifier: Apache-2.0
package io.mortise.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.Random;

/** Makes bytes that are nearly a packet out of a packet, the same from the same random numbers. */
final class Mutator {
    private static final int[] TELLING = {0x00, 0x01, 0x02, 0x0B, 0x1F, 0x23, 0x26, 0x7F, 0x80, 0xC0, 0xED, 0xF4, 0xFF};

    private final Random random;

    Mutator(Random random) {
        this.random = random;
    }

    /** A packet with a change or several, mostly with a remaining length that is true again. */
    byte[] mutated(byte[] packet, byte[] other) {
        byte[] result = packet;
        for (int changes = 1 + random.nextInt(4); changes > 0 && result.length > 2; changes--) {
            result = change(result, other);
        }
        return random.nextInt(8) == 0 ? result : framed(result);
    }

    private byte[] change(byte[] bytes, byte[] other) {
        byte[] result = bytes.clone();
        int at = random.nextInt(result.length);
        switch (random.nextInt(10)) {
            case 0 -> result[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> result[at] = (byte) TELLING[random.nextInt(TELLING.length)];
            case 2 -> result[at] += (byte) (random.nextBoolean() ? 1 : -1);
            case 3 -> result = without(result, at, 1);
            case 4 -> result = Arrays.copyOf(result, at);
            case 5 -> result = with(result, at, piece(result));
            case 6 -> result = with(result, at, piece(other));
            case 7 -> result = with(Arrays.copyOf(result, at), at, piece(other)); // a splice
            case 8 -> length(result, at);
            default -> result = swapped(result);
        }
        return result;
    }

    /** Writes two bytes that look like the length of what follows. */
    private void length(byte[] bytes, int at) {
        if (at + 1 < bytes.length) {
            int rest = bytes.length - at - 2;
            int length = random.nextInt(4) == 0 ? 65_535 : Math.max(0, rest - random.nextInt(4) + 1);
            bytes[at] = (byte) (length >> 8);
            bytes[at + 1] = (byte) length;
        }
    }

    /** Two neighbouring pieces, properties perhaps, change places. */
    private byte[] swapped(byte[] bytes) {
        int from = 2 + random.nextInt(bytes.length - 1);
        int middle = Math.min(bytes.length, from + random.nextInt(8));
        int to = Math.min(bytes.length, middle + random.nextInt(8));
        if (from > bytes.length) {
            return bytes;
        }
        byte[] moved = Arrays.copyOfRange(bytes, middle, to);
        return with(without(bytes, middle, to - middle), from, moved);
    }

    private byte[] piece(byte[] bytes) {
        int from = random.nextInt(bytes.length);
        return Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + 1 + random.nextInt(16)));
    }

    private static byte[] with(byte[] bytes, int at, byte[] piece) {
        byte[] result = Arrays.copyOf(bytes, bytes.length + piece.length);
        System.arraycopy(bytes, at, result, at + piece.length, bytes.length - at);
        System.arraycopy(piece, 0, result, at, piece.length);
        return result;
    }

    private static byte[] without(byte[] bytes, int at, int count) {
        byte[] result = Arrays.copyOf(bytes, bytes.length - count);
        System.arraycopy(bytes, at + count, result, at, bytes.length - at - count);
        return result;
    }

    /** The bytes with a remaining length that is true, since nothing else comes out of the transport. */
    static byte[] framed(byte[] bytes) {
        int body = 1;
        while (body < bytes.length && bytes[body] < 0) {
            body++;
        }
        body = Math.min(bytes.length, body + 1);
        ByteBuf out = Unpooled.buffer();
        out.writeBytes(bytes, 0, Math.min(1, bytes.length));
        DataTypes.writeVariableByteInteger(out, bytes.length - body);
        out.writeBytes(bytes, body, bytes.length - body);
        return ByteBufUtil.getBytes(out);
    }
}
