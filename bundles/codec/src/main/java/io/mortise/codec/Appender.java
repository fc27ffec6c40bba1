// SPDX-License-Identifier: Apache-2.0
package io.mortise.codec;

import io.mortise.api.protocol.ByteSink;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.Topic;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Appends topics and payloads to a buffer without copying them twice. Owned by one event loop. */
final class Appender implements ByteSink {
    private ByteBuf out = Unpooled.EMPTY_BUFFER; // between two calls: no buffer is kept

    void append(Topic topic, ByteBuf to) {
        out = to;
        topic.writeUtf8To(this);
        out = Unpooled.EMPTY_BUFFER;
    }

    void append(Payload payload, ByteBuf to) {
        out = to;
        payload.writeTo(this);
        out = Unpooled.EMPTY_BUFFER;
    }

    @Override
    public void accept(byte[] bytes, int offset, int length) {
        out.writeBytes(bytes, offset, length);
    }
}
