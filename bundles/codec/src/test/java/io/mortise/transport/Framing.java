// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.function.Consumer;

/** The transport's own framing, for tests of the codec that is given what it cuts. */
public final class Framing {
    private Framing() {}

    /**
     * Lets a stream arrive in pieces and hands on each packet as soon as it is whole, lent as the transport lends it.
     *
     * @param ends where the pieces end, in ascending order, the last at the end of the stream
     * @throws io.mortise.api.protocol.ProtocolViolation where the transport finds one, or {@code codec} does
     */
    public static void cut(
            byte[] stream, int[] ends, ByteBufAllocator allocator, int maximumPacketSize, Consumer<ByteBuf> codec) {
        PacketFramer framer = new PacketFramer(maximumPacketSize, new PartialPackets(Long.MAX_VALUE));
        try {
            int from = 0;
            for (int end : ends) {
                framer.add(allocator.directBuffer(Math.max(1, end - from)).writeBytes(stream, from, end - from));
                from = end;
                for (ByteBuf frame = framer.next(); frame != null; frame = framer.next()) {
                    codec.accept(frame);
                    framer.consumed();
                }
            }
        } finally {
            framer.clear();
        }
    }
}
