// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.connection.Connection;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.transport.wire.Door;
import io.mortise.transport.wire.DoorLimits;
import io.mortise.transport.wire.DoorSettings;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who connects, when a proxy says it. */
class ProxyDoorTest {
    private static final LeakWatch LEAK_WATCH = LeakWatch.install();
    private static final String V1 = "PROXY TCP4 192.0.2.7 198.51.100.1 40000 1883\r\n";
    private static final byte[] V2_SIGNATURE = {0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};

    private final DoorFixture fixture = new DoorFixture();

    @AfterAll
    static void shouldHaveReleasedEveryBuffer() {
        assertEquals(List.of(), LEAK_WATCH.leaks());
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private Door door(String... proxies) throws Exception {
        return fixture.open(DoorSettings.of("listener").behind(List.of(proxies)));
    }

    private static Socket socket(Door door) throws IOException {
        InetSocketAddress address = (InetSocketAddress) door.address();
        Socket socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        return socket;
    }

    private Connection through(Door door, ByteBuf header, boolean byteByByte) throws IOException {
        try (Socket socket = socket(door)) {
            byte[] bytes =
                    ByteBufUtil.getBytes(Unpooled.wrappedBuffer(header, FakeCodec.connect(), FakeCodec.packets(5)));
            if (byteByByte) {
                for (byte each : bytes) {
                    socket.getOutputStream().write(each);
                }
            } else {
                socket.getOutputStream().write(bytes);
            }
            DataInputStream in = new DataInputStream(socket.getInputStream());
            in.readUnsignedShort();
            assertEquals(5, in.readUnsignedShort());
            return fixture.broker.handlers.get(fixture.broker.handlers.size() - 1).connection;
        }
    }

    private static ByteBuf v1(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }

    private static ByteBuf v2(int command, int family, int... body) {
        ByteBuf header =
                Unpooled.buffer().writeBytes(V2_SIGNATURE).writeByte(command).writeByte(family);
        header.writeShort(body.length);
        for (int each : body) {
            header.writeByte(each);
        }
        return header;
    }

    @Test
    void shouldTakeItFromATrustedProxyInBothVersions() throws Exception {
        Door door = door("127.0.0.0/8");
        ByteBuf ipV4 = v2(0x21, 0x11, 192, 0, 2, 7, 198, 51, 100, 1, 0x9C, 0x40, 0x07, 0x5B);
        for (boolean byteByByte : new boolean[] {false, true}) {
            for (ByteBuf header : List.of(v1(V1), ipV4.copy())) {
                Connection connection = through(door, header, byteByByte);
                assertEquals(new InetSocketAddress("192.0.2.7", 40_000), connection.remoteAddress());
                assertEquals(new InetSocketAddress("198.51.100.1", 1883), connection.localAddress());
            }
        }
        ipV4.release();
        Connection connection = through(door, v1("PROXY TCP6 2001:db8::7 2001:db8::1 40000 1883\r\n"), false);
        assertEquals(new InetSocketAddress("2001:db8::7", 40_000), connection.remoteAddress());
    }

    @Test
    void shouldStayWithTheSocketWhenTheProxySpeaksForItself() throws Exception {
        Door door = door("127.0.0.1");
        for (ByteBuf header : List.of(v2(0x20, 0x00), v1("PROXY UNKNOWN\r\n"))) {
            Connection connection = through(door, header, false);
            assertTrue(((InetSocketAddress) connection.remoteAddress())
                    .getAddress()
                    .isLoopbackAddress());
            assertEquals(door.address(), connection.localAddress());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 192.0.2.7\r\n",
                "PROXY TCP4 somewhere.test 198.51.100.1 1 2\r\n",
                "GET / HTTP/1.1\r\n"
            })
    void shouldRefuseAProxyThatDoesNotSayWho(String header) throws Exception {
        assertRefused(door("127.0.0.1"), header.getBytes(StandardCharsets.US_ASCII));
        assertRefused(
                door("127.0.0.1"),
                ByteBufUtil.getBytes(Unpooled.wrappedBuffer(FakeCodec.connect(), FakeCodec.packets(1, 2, 3))));
    }

    @Test
    void shouldNotBelieveAnybodyElse() throws Exception {
        Door door = door("192.0.2.0/24", "2001:db8::/32");
        assertRefused(door, V1.getBytes(StandardCharsets.US_ASCII));
        Connection connection = through(door, Unpooled.EMPTY_BUFFER, false);
        assertTrue(((InetSocketAddress) connection.remoteAddress()).getAddress().isLoopbackAddress());
    }

    @Test
    void shouldNotWaitForEverForAHeader() throws Exception {
        Door door = fixture.open(DoorSettings.of("hasty")
                .with(new DoorLimits(10, 1_024, 100, EnumSet.allOf(ProtocolVersion.class)))
                .behind(List.of("127.0.0.1")));
        try (Socket socket = socket(door)) {
            socket.getOutputStream().write("PROXY".getBytes(StandardCharsets.US_ASCII));
            assertEquals(-1, socket.getInputStream().read());
        }
    }

    @Test
    void shouldKnowNetworks() throws Exception {
        Networks networks = Networks.named(List.of("10.0.0.0/8", "192.0.2.7", "2001:db8::/32"));
        for (String inside : List.of("10.1.2.3", "192.0.2.7", "2001:db8:1::5")) {
            assertTrue(networks.contain(new InetSocketAddress(InetAddress.getByName(inside), 1)), inside);
        }
        for (String outside : List.of("11.0.0.1", "192.0.2.8", "2001:db9::1")) {
            assertFalse(networks.contain(new InetSocketAddress(InetAddress.getByName(outside), 1)), outside);
        }
        for (String wrong : List.of("somewhere.test", "10.0.0.0/33", "10.0.0.0/x", "")) {
            assertThrows(IllegalArgumentException.class, () -> Networks.named(List.of(wrong)), wrong);
        }
    }

    private void assertRefused(Door door, byte[] bytes) throws IOException {
        int before = fixture.broker.handlers.size();
        try (Socket socket = socket(door)) {
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
            assertEquals(-1, socket.getInputStream().read());
        } catch (IOException reset) {
            // as good
        }
        await().until(() -> door.connections() == 0);
        fixture.broker.handlers.stream()
                .skip(before)
                .forEach(handler -> assertFalse(handler.events.contains("CONNECT")));
    }
}
