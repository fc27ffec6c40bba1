// SPDX-License-Identifier: Apache-2.0
package io.mortise.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.mortise.api.protocol.PacketType;
import io.mortise.api.protocol.PingReq;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.transport.wire.ConnectionCodec;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.lang.ref.WeakReference;
import java.time.InstantSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class MqttCodecTest {
    private final MqttCodec codec = new MqttCodec(InstantSource.system(), Packets.POLICY);

    @Test
    void shouldReadTheFirstPacketOfAConnection() {
        ConnectionCodec connection = codec.open(null, new DefaultEventLoop());
        byte[] connect = Wire.bytes("10 remaining 00 04 'MQTT' 05 02 00 00 00 00 00");
        assertEquals(
                PacketType.CONNECT,
                connection.decode(Unpooled.wrappedBuffer(connect)).type());
    }

    @Test
    void shouldTakeOverAConnectionThatIsInUse() {
        for (ProtocolVersion version : ProtocolVersion.values()) {
            ConnectionCodec connection = codec.open(version, new DefaultEventLoop());
            byte[] ping = Wire.bytes("C0 00");
            assertSame(PingReq.INSTANCE, connection.decode(Unpooled.wrappedBuffer(ping)));
            String properties = version.hasProperties() ? "00 " : "";
            byte[] subscribe = Wire.bytes("82 remaining 00 01 " + properties + "00 01 'a' 00");
            assertEquals(
                    PacketType.SUBSCRIBE,
                    connection.decode(Unpooled.wrappedBuffer(subscribe)).type());
        }
    }

    @Test
    void shouldShareTheToolsOfAnEventLoopUntilItIsClosed() {
        EventLoop eventLoop = new DefaultEventLoop();
        Workbench first = codec.workbench(eventLoop);
        assertSame(first, codec.workbench(eventLoop));
        assertNotSame(first, codec.workbench(new DefaultEventLoop()));
        codec.close();
        assertNotSame(first, codec.workbench(eventLoop));
    }

    @Test
    void shouldNotHoldAnEventLoopThatIsGone() {
        WeakReference<EventLoop> eventLoop = new WeakReference<>(new DefaultEventLoop());
        codec.open(null, eventLoop.get());
        Awaitility.await().untilAsserted(() -> {
            System.gc();
            assertNull(eventLoop.get());
        });
    }
}
