// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.load;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;

/**
 * What a message says about itself, so that a receiver can check every byte of it.
 *
 * <pre>
 * 0  publisher  int
 * 4  checksum   int, of the other three
 * 8  sequence   long, counted from 0 by each publisher
 * 16 sentAt     long, System.nanoTime() of the sender
 * 24 filler     a stretch of one fixed random table; where it starts depends on publisher and sequence
 * </pre>
 *
 * <p>Any thread; the table never changes. The filler is copied and compared by the JDK's vectorised array operations,
 * which makes a full check cost nanoseconds.
 */
public final class Payload {

    public static final int HEADER_LENGTH = 24;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int STARTS = 256;

    private final int length;
    private final byte[] filler;

    public Payload(int length) {
        if (length < HEADER_LENGTH) {
            throw new IllegalArgumentException(
                    "payload of at least " + HEADER_LENGTH + " bytes expected, not " + length);
        }
        this.length = length;
        this.filler = new byte[STARTS + length - HEADER_LENGTH];
        new Random(length).nextBytes(filler);
    }

    public int length() {
        return length;
    }

    public void write(byte[] to, int at, int publisher, long sequence, long sentAt) {
        INT.set(to, at, publisher);
        INT.set(to, at + 4, checksum(publisher, sequence, sentAt));
        LONG.set(to, at + 8, sequence);
        LONG.set(to, at + 16, sentAt);
        System.arraycopy(filler, start(publisher, sequence), to, at + HEADER_LENGTH, length - HEADER_LENGTH);
    }

    /** Whether the bytes are exactly what {@link #write} made of the publisher, sequence and time that they name. */
    public boolean isIntact(byte[] bytes, int from, int to) {
        if (to - from != length) {
            return false;
        }
        int publisher = publisher(bytes, from);
        long sequence = sequence(bytes, from);
        if ((int) INT.get(bytes, from + 4) != checksum(publisher, sequence, sentAt(bytes, from))) {
            return false;
        }
        int start = start(publisher, sequence);
        return Arrays.equals(bytes, from + HEADER_LENGTH, to, filler, start, start + length - HEADER_LENGTH);
    }

    public static int publisher(byte[] bytes, int from) {
        return (int) INT.get(bytes, from);
    }

    public static long sequence(byte[] bytes, int from) {
        return (long) LONG.get(bytes, from + 8);
    }

    public static long sentAt(byte[] bytes, int from) {
        return (long) LONG.get(bytes, from + 16);
    }

    private static int start(int publisher, long sequence) {
        return (int) (publisher * 31 + sequence) & STARTS - 1;
    }

    private static int checksum(int publisher, long sequence, long sentAt) {
        long mixed = (sequence + publisher * 0x9E3779B97F4A7C15L) * 0xBF58476D1CE4E5B9L ^ sentAt * 0x94D049BB133111EBL;
        return (int) (mixed ^ mixed >>> 32);
    }
}
