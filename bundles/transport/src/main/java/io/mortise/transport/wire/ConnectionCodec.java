// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport.wire;

import io.mortise.api.protocol.Packet;
import io.mortise.api.protocol.ProtocolViolation;
import io.netty.buffer.ByteBuf;
import org.osgi.annotation.versioning.ConsumerType;

/** The codec of one connection. Used on the event loop of its connection only; keeps no buffer beyond a call. */
@ConsumerType
public interface ConnectionCodec {

    /**
     * Reads one packet.
     *
     * @param frame exactly one packet, from its fixed header to its last byte; the caller releases it
     * @throws ProtocolViolation if it is no packet that a client may send at this point: malformed, reserved, of a version
     *     not spoken here, or no CONNECT although it is the first
     */
    Packet decode(ByteBuf frame);

    /**
     * Appends a packet.
     *
     * @param packet a packet that a server sends
     * @param out where it is appended
     * @param maximumSize the size of the largest packet that the client accepts, in bytes, fixed header included
     * @return {@code false} if the packet is larger; {@code out} is then as it was
     */
    boolean encode(Packet packet, ByteBuf out, int maximumSize);
}
