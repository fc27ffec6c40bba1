// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.ReasonCode;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Finds whole packets in what arrives (MQTT 5.0, 2.1.1): knows the fixed header, and nothing of what follows it.
 *
 * <p>Owned by the event loop of its connection.
 *
 * <pre>
 *   add ──► arrived ───────────────────────────► next: a window on what was read, not copied
 *              │ the rest of a read, if it is
 *              ▼ the beginning of a packet
 *           partial ──(filled up by what arrives)──► next: the packet that was in two reads or more
 * </pre>
 *
 * <p>Only a packet that comes in several reads is copied, into a buffer that grows with what has arrived and never
 * with what was announced. Between packets there is no buffer at all: an idle connection holds none.
 */
final class PacketFramer {

    /** The largest CONNECT: until it has come, nobody knows whose memory is filled. */
    static final int MAXIMUM_CONNECT_SIZE = 65_536;

    private static final int CONNECT = 1;
    private static final int REMAINING_LENGTH_BYTES = 4;
    private static final int SMALLEST_PARTIAL = 64;

    /** A length that is not known yet; no packet is shorter than two bytes. */
    private static final int UNKNOWN = 0;

    private final int maximumPacketSize;
    private final PartialPackets partialPackets;

    private @Nullable ByteBuf arrived;
    private boolean joined; // arrived is a buffer of our own, which more can be written to
    private @Nullable ByteBuf partial;
    private int partialSize;
    private boolean afterConnect;

    // While a window on `arrived` is open: where the packet ends, and where what was read ends.
    private int packetEnd;
    private int arrivedEnd;

    PacketFramer(int maximumPacketSize, PartialPackets partialPackets) {
        this.maximumPacketSize = maximumPacketSize;
        this.partialPackets = partialPackets;
    }

    /** Takes over what was read. */
    void add(ByteBuf bytes) {
        ByteBuf before = arrived;
        if (!bytes.isReadable()) {
            bytes.release();
        } else if (before == null) {
            arrived = bytes;
        } else if (joined) {
            before.writeBytes(bytes);
            bytes.release();
        } else {
            // Read although nobody asked: the rest of what TLS or WebSocket had in hand already, or what epoll reads
            // once
            // when the peer closes while reading is paused.
            arrived = bytes.alloc()
                    .directBuffer(2 * (before.readableBytes() + bytes.readableBytes()))
                    .writeBytes(before)
                    .writeBytes(bytes);
            joined = true;
            before.release();
            bytes.release();
        }
    }

    /**
     * The next whole packet, lent until {@link #consumed()}, which has to be called before this is called again.
     *
     * @return {@code null} if there is none yet
     * @throws ProtocolViolation if what arrived begins no packet that may come here; nothing after it can be
     * understood
     */
    @Nullable
    ByteBuf next() {
        if (partial != null) {
            return completed(partial);
        }
        ByteBuf in = arrived;
        if (in == null) {
            return null;
        }
        int length = length(in);
        if (length == UNKNOWN || length > in.readableBytes()) {
            int size = Math.max(in.readableBytes(), SMALLEST_PARTIAL);
            partialPackets.resize(0, size);
            partialSize = size;
            partial = in.alloc().directBuffer(size).writeBytes(in);
            dropArrived(in);
            return null;
        }
        packetEnd = in.readerIndex() + length;
        arrivedEnd = in.writerIndex();
        return in.writerIndex(packetEnd);
    }

    /** Gives the packet back that {@link #next()} lent. */
    void consumed() {
        afterConnect = true;
        ByteBuf whole = partial;
        ByteBuf in = arrived;
        if (whole != null) {
            dropPartial(whole);
        } else if (in != null) {
            in.setIndex(packetEnd, arrivedEnd);
            if (!in.isReadable()) {
                dropArrived(in);
            }
        }
    }

    /** Whether something has arrived that {@link #next()} has not looked at. */
    boolean hasUnread() {
        return arrived != null;
    }

    /** Drops everything; whole packets too. */
    void clear() {
        if (arrived != null) {
            dropArrived(arrived);
        }
        if (partial != null) {
            dropPartial(partial);
        }
    }

    /** Fills the packet up with what has arrived: first its header, byte by byte, then as much as is missing. */
    private @Nullable ByteBuf completed(ByteBuf packet) {
        while (true) {
            int length = length(packet);
            int missing = length == UNKNOWN ? 1 : length - packet.readableBytes();
            if (missing == 0) {
                return packet;
            }
            ByteBuf in = arrived;
            if (in == null) {
                return null;
            }
            int count = Math.min(missing, in.readableBytes());
            if (packet.writableBytes() < count) {
                // Doubling keeps a packet that comes byte by byte linear in time.
                int size = Math.min(length, Math.max(2 * packet.capacity(), packet.writerIndex() + count));
                partialPackets.resize(partialSize, size);
                partialSize = size;
                packet.capacity(size);
            }
            packet.writeBytes(in, count);
            if (!in.isReadable()) {
                dropArrived(in);
            }
        }
    }

    /** How many bytes it holds. */
    int bytesHeld() {
        return partialSize + (arrived == null ? 0 : arrived.readableBytes());
    }

    private void dropPartial(ByteBuf packet) {
        partialPackets.resize(partialSize, 0);
        partialSize = 0;
        partial = null;
        packet.release();
    }

    private void dropArrived(ByteBuf in) {
        arrived = null;
        joined = false;
        in.release();
    }

    /** The length of the packet that begins here, fixed header included. */
    private int length(ByteBuf in) {
        int available = in.readableBytes();
        int start = in.readerIndex();
        if (available > 0 && !afterConnect) {
            int type = in.getUnsignedByte(start) >> 4;
            if (type != CONNECT) {
                throw new ProtocolViolation(
                        ReasonCode.PROTOCOL_ERROR, "CONNECT expected as first packet, got packet type " + type);
            }
        }
        int remaining = 0;
        for (int i = 1; i <= REMAINING_LENGTH_BYTES; i++) {
            if (i >= available) {
                return UNKNOWN;
            }
            byte next = in.getByte(start + i);
            remaining |= (next & 0x7F) << 7 * (i - 1);
            if (next >= 0) { // whether fewer bytes would have done is the codec's matter
                return withinLimit(1 + i + remaining);
            }
        }
        throw new ProtocolViolation(ReasonCode.MALFORMED_PACKET, "Remaining Length of more than four bytes");
    }

    private int withinLimit(int length) {
        int maximum = afterConnect ? maximumPacketSize : Math.min(maximumPacketSize, MAXIMUM_CONNECT_SIZE);
        if (length > maximum) {
            throw new ProtocolViolation(
                    ReasonCode.PACKET_TOO_LARGE, "packet of " + length + " bytes above the maximum of " + maximum);
        }
        return length;
    }
}
