// SPDX-License-Identifier: Apache-2.0
package io.mortise.codec;

import io.mortise.api.protocol.Payload;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * Reads and writes the data types of the specification (MQTT 5.0, 1.5). Any thread.
 *
 * <p>Each read takes the name of what is read, for the message of the violation, and throws a {@link
 * io.mortise.api.protocol.ProtocolViolation} rather than read behind the frame.
 */
final class DataTypes {

    /** The largest value that a Variable Byte Integer holds. */
    static final int LARGEST_VARIABLE_BYTE_INTEGER = 268_435_455;

    private DataTypes() {}

    static int unsignedByte(ByteBuf frame, String what) {
        require(frame, 1, what);
        return frame.readUnsignedByte();
    }

    static int twoByteInteger(ByteBuf frame, String what) {
        require(frame, 2, what);
        return frame.readUnsignedShort();
    }

    static long fourByteInteger(ByteBuf frame, String what) {
        require(frame, 4, what);
        return frame.readUnsignedInt();
    }

    /**
     * Reads at most four bytes (1.5.5).
     *
     * @param shortest whether they must be the fewest that hold the value
     */
    static int variableByteInteger(ByteBuf frame, String what, boolean shortest) {
        int value = 0;
        for (int shift = 0; shift < 28; shift += 7) {
            int digit = unsignedByte(frame, what);
            value |= (digit & 0x7F) << shift;
            if (digit < 0x80) {
                if (digit == 0 && shift > 0 && shortest) {
                    throw Violations.malformed(what + ": the fewest bytes for " + value + " expected, got more");
                }
                return value;
            }
        }
        throw Violations.malformed(what + ": at most four bytes expected, got more");
    }

    /** Reads the two bytes in front of a string or of binary data, and finds as many bytes as they say. */
    static int length(ByteBuf frame, String what) {
        int length = twoByteInteger(frame, what);
        require(frame, length, what);
        return length;
    }

    /** Reads a UTF-8 Encoded String and checks it. */
    static String utf8String(ByteBuf frame, String what) {
        int length = skipUtf8String(frame, what);
        return frame.toString(frame.readerIndex() - length, length, StandardCharsets.UTF_8);
    }

    /** Checks a UTF-8 Encoded String, passes over it and returns its length in bytes. */
    static int skipUtf8String(ByteBuf frame, String what) {
        int length = length(frame, what);
        Utf8.check(frame, frame.readerIndex(), length, what);
        frame.skipBytes(length);
        return length;
    }

    /** Reads Binary Data. */
    static Payload binaryData(ByteBuf frame, String what) {
        return bytes(frame, length(frame, what));
    }

    /** Passes over Binary Data. */
    static void skipBinaryData(ByteBuf frame, String what) {
        frame.skipBytes(length(frame, what));
    }

    /** Reads as many bytes, which the caller knows to be there. */
    static Payload bytes(ByteBuf frame, int length) {
        if (length == 0) {
            return Payload.EMPTY;
        }
        byte[] bytes = new byte[length];
        frame.readBytes(bytes);
        return Payload.owning(bytes);
    }

    /** Reads a Packet Identifier: 1 to 65,535 (2.2.1). */
    static int packetId(ByteBuf frame) {
        int packetId = twoByteInteger(frame, "packet identifier");
        if (packetId == 0) {
            throw Violations.malformed("packet identifier: 1 to 65535 expected, got 0");
        }
        return packetId;
    }

    /** Makes sure that the packet ends here. */
    static void end(ByteBuf frame) {
        if (frame.isReadable()) {
            throw Violations.malformed("end of the packet expected, got " + frame.readableBytes() + " bytes more");
        }
    }

    static void writeVariableByteInteger(ByteBuf out, int value) {
        int rest = value;
        while (rest > 0x7F) {
            out.writeByte(rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        out.writeByte(rest);
    }

    /** How many bytes a Variable Byte Integer takes: 1 to 4. */
    static int sizeOfVariableByteInteger(int value) {
        if (value < 1 << 7) {
            return 1;
        }
        if (value < 1 << 14) {
            return 2;
        }
        return value < 1 << 21 ? 3 : 4;
    }

    private static void require(ByteBuf frame, int length, String what) {
        if (frame.readableBytes() < length) {
            throw Violations.malformed(what + ": " + length + " bytes expected, got " + frame.readableBytes()
                    + " until the end of the packet");
        }
    }
}
