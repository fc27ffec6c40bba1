// SPDX-License-Identifier: Apache-2.0
package io.mortise.codec;

import io.mortise.api.protocol.ProtocolVersion;
import io.netty.buffer.ByteBuf;

/** What MQTT 3.1 allows and netty, which follows 3.1.1, refuses. Any thread. */
final class Mqtt31 {
    private Mqtt31() {}

    /**
     * Whether a CONNECT ends although its flags announce a user name or a password: in MQTT 3.1 the remaining length takes
     * precedence over the flags (3.1, 3.1).
     */
    static boolean lacks(ByteBuf frame, ProtocolVersion version) {
        return version == ProtocolVersion.MQTT_3_1 && !frame.isReadable();
    }

    /**
     * A packet with a byte set right that netty would take offence at: the first byte of a SUBSCRIBE or UNSUBSCRIBE that is
     * sent again and has the DUP flag, or the connect flags that announce what is missing.
     *
     * @return a buffer that the caller releases: a slice of the frame, or a copy if the byte is another
     */
    static ByteBuf amend(ByteBuf frame, int start, int index, int value) {
        int length = frame.writerIndex() - start;
        if (frame.getUnsignedByte(index) == value) {
            return frame.retainedSlice(start, length);
        }
        return frame.copy(start, length).setByte(index - start, value);
    }
}
