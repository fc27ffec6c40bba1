// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import io.mortise.api.protocol.Connect;
import io.mortise.api.protocol.Packet;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.PubAck;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.transport.wire.Codec;
import io.mortise.transport.wire.ConnectionCodec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Knows CONNECT and PUBACK, whose packet identifier says which one it is. What it encodes carries its own number in the
 * flags of the fixed header.
 */
final class FakeCodec implements Codec {
    static final int POISON = 666;
    static final int GIBBERISH = 667;

    final int number;
    final List<String> opened = Collections.synchronizedList(new ArrayList<>());

    FakeCodec(int number) {
        this.number = number;
    }

    @Override
    public ConnectionCodec open(ProtocolVersion version, EventLoop eventLoop) {
        opened.add(String.valueOf(version));
        return new ConnectionCodec() {
            @Override
            public Packet decode(ByteBuf frame) {
                int type = frame.getUnsignedByte(frame.readerIndex()) >> 4;
                if (type == 1) {
                    return FakeCodec.connect(frame.getUnsignedByte(frame.writerIndex() - 1));
                }
                int id = frame.getUnsignedShort(frame.writerIndex() - 2);
                if (id == POISON) {
                    throw new StackOverflowError("poison");
                }
                if (id == GIBBERISH) {
                    throw new ProtocolViolation(ReasonCode.MALFORMED_PACKET, "gibberish");
                }
                return new PubAck(id);
            }

            @Override
            public boolean encode(Packet packet, ByteBuf out, int maximumSize) {
                out.writeByte(0x40 | number).writeByte(2).writeShort(((PubAck) packet).packetId());
                return maximumSize >= 4;
            }
        };
    }

    private static Connect connect(int clientMaximum) {
        Properties properties = clientMaximum == 0
                ? Properties.NONE
                : Properties.builder()
                        .number(Property.MAXIMUM_PACKET_SIZE, clientMaximum)
                        .build();
        return new Connect(ProtocolVersion.MQTT_5, true, 0, "", null, null, null, properties);
    }

    /** A CONNECT. */
    static ByteBuf connect() {
        return Unpooled.wrappedBuffer(new byte[] {0x10, 0x01, 0x00});
    }

    /** A CONNECT of a client that accepts packets up to this size only. */
    static ByteBuf connectWithMaximum(int size) {
        return Unpooled.wrappedBuffer(new byte[] {0x10, 0x01, (byte) size});
    }

    /** A packet for each number. */
    static ByteBuf packets(int... ids) {
        ByteBuf bytes = Unpooled.buffer();
        for (int id : ids) {
            bytes.writeByte(0x40).writeByte(2).writeShort(id);
        }
        return bytes;
    }
}
