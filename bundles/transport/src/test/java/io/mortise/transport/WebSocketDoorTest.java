// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.connection.WebPage;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.PubAck;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.transport.WebSocketPeer.Frame;
import io.mortise.transport.wire.Door;
import io.mortise.transport.wire.DoorLimits;
import io.mortise.transport.wire.DoorSettings;
import io.mortise.transport.wire.WebSocketSettings;
import io.netty.buffer.ByteBufUtil;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebSocketDoorTest {
    private static final LeakWatch LEAK_WATCH = LeakWatch.install();
    private static final WebSocketSettings PLAIN =
            new WebSocketSettings("/mqtt", Set.of("https://example.org"), false, Map.of());

    private final DoorFixture fixture = new DoorFixture();

    @AfterAll
    static void shouldHaveReleasedEveryBuffer() {
        assertEquals(List.of(), LEAK_WATCH.leaks());
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private Door door(WebSocketSettings settings) throws Exception {
        return fixture.open(DoorSettings.of("listener")
                .with(new DoorLimits(1_000, 1_048_576, 10_000, EnumSet.allOf(ProtocolVersion.class)))
                .with(settings));
    }

    private static void connect(WebSocketPeer peer) throws IOException {
        peer.send(WebSocketPeer.BINARY, FakeCodec.connect());
    }

    private static void echoes(WebSocketPeer peer, int id) throws IOException {
        Frame frame = peer.read();
        assertEquals(WebSocketPeer.BINARY, frame.opcode());
        assertEquals(id, ByteBuffer.wrap(frame.payload()).getShort(2));
    }

    private static void endsWith(WebSocketPeer peer, int code) throws IOException {
        Frame frame = peer.read();
        assertEquals(WebSocketPeer.CLOSE, frame.opcode());
        assertEquals(code, frame.code());
        peer.send(0x80 | WebSocketPeer.CLOSE, frame.payload());
        assertThrows(EOFException.class, peer::read);
    }

    /** [MQTT-6.0.0-3], [MQTT-6.0.0-4] */
    @ParameterizedTest
    @CsvSource({
        "Sec-WebSocket-Protocol: mqtt,mqtt",
        "Sec-WebSocket-Protocol: mqttv3.1,mqttv3.1",
        "'Sec-WebSocket-Protocol: chat, mqtt',mqtt",
        "'Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Protocol: mqtt',mqtt",
        "Sec-WebSocket-Protocol: chat,",
        "'',"
    })
    void shouldAgreeOnASubProtocolOfMqtt(String offered, String chosen) throws Exception {
        try (WebSocketPeer peer = new WebSocketPeer(door(PLAIN))) {
            String answer = peer.request(WebSocketPeer.upgrade("/mqtt", offered));
            if (chosen == null) {
                assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
            } else {
                assertTrue(answer.startsWith("HTTP/1.1 101 "), answer);
                assertTrue(
                        answer.toLowerCase(Locale.ROOT).contains("sec-websocket-protocol: " + chosen + "\r\n"), answer);
                assertFalse(answer.toLowerCase(Locale.ROOT).contains("extensions"), answer);
            }
        }
    }

    /** [MQTT-6.0.0-2] */
    @Test
    void shouldNotMindWhereFramesBegin_SEC16() throws Exception {
        try (WebSocketPeer peer = WebSocketPeer.upgraded(door(PLAIN))) {
            byte[] connect = ByteBufUtil.getBytes(FakeCodec.connect());
            for (byte each : connect) {
                peer.send(0x80 | WebSocketPeer.BINARY, new byte[] {each});
            }
            byte[] packet = ByteBufUtil.getBytes(FakeCodec.packets(1));
            peer.part(WebSocketPeer.BINARY, new byte[0]);
            for (byte each : packet) {
                peer.part(WebSocketPeer.CONTINUATION, new byte[] {each});
                peer.send(0x80 | WebSocketPeer.PING, new byte[] {7});
                Frame pong = peer.read();
                assertEquals(WebSocketPeer.PONG, pong.opcode());
                assertEquals(7, pong.payload()[0]);
            }
            peer.send(0x80, new byte[0]); // the last part
            echoes(peer, 1);
            // One frame for what came in one frame: it was one burst.
            peer.send(WebSocketPeer.BINARY, FakeCodec.packets(2, 3, 4));
            Frame answer = peer.read();
            assertEquals(12, answer.payload().length);
            assertEquals(0x80 | WebSocketPeer.BINARY, answer.head());
        }
    }

    /** [MQTT-6.0.0-1] */
    @Test
    void shouldEndTheConnectionAtATextFrame_SEC16() throws Exception {
        try (WebSocketPeer peer = WebSocketPeer.upgraded(door(PLAIN))) {
            connect(peer);
            peer.send(WebSocketPeer.TEXT, FakeCodec.packets(1));
            endsWith(peer, 1003);
            await().until(() -> fixture.broker.only().events.contains("closed"));
        }
    }

    @Test
    void shouldEndTheConnectionAtWhatIsNoWebSocket() throws Exception {
        Door door = door(PLAIN);
        byte[] unmasked = {(byte) 0x82, 1, 0};
        byte[] reservedBit = WebSocketPeer.masked(0x80 | WebSocketPeer.RSV1 | WebSocketPeer.BINARY, new byte[] {1});
        byte[] reservedOpcode = WebSocketPeer.masked(0x80 | 5, new byte[0]);
        byte[] strayContinuation = WebSocketPeer.masked(0x80 | WebSocketPeer.CONTINUATION, new byte[] {1});
        byte[] longPing = WebSocketPeer.masked(0x80 | WebSocketPeer.PING, new byte[126]);
        for (byte[] wrong : List.of(unmasked, reservedBit, reservedOpcode, strayContinuation, longPing)) {
            try (WebSocketPeer peer = WebSocketPeer.upgraded(door)) {
                connect(peer);
                peer.raw(wrong);
                Frame frame = peer.read();
                assertEquals(WebSocketPeer.CLOSE, frame.opcode());
                assertEquals(1002, frame.code());
                assertEquals("", peer.rest());
            }
        }
        await().until(() -> door.connections() == 0);
    }

    @Test
    void shouldBoundFrames_SEC16() throws Exception {
        Door door = door(PLAIN);
        try (WebSocketPeer peer = WebSocketPeer.upgraded(door)) {
            connect(peer);
            peer.raw(new byte[] {(byte) 0x82, (byte) 0xFF, 0, 0, 0, 0, 0, 16, 0, 1, 1, 2, 3, 4}); // 1 MiB and one byte
            assertEquals(1009, peer.read().code());
            assertEquals("", peer.rest());
        }
        try (WebSocketPeer peer = WebSocketPeer.upgraded(door)) {
            // Before its CONNECT nobody gets so much room.
            byte[] early = WebSocketPeer.masked(0x80 | WebSocketPeer.BINARY, new byte[EarlyBytes.MOST + 1]);
            assertThrows(IOException.class, () -> {
                peer.raw(early);
                peer.read();
            });
        }
        await().until(() -> door.connections() == 0);
    }

    @Test
    void shouldBoundFramesWithNothingInThem_SEC16() throws Exception {
        Door door = door(PLAIN);
        for (int opcode : List.of(WebSocketPeer.PONG, WebSocketPeer.PING)) {
            try (WebSocketPeer peer = WebSocketPeer.upgraded(door)) {
                connect(peer);
                byte[] frame = WebSocketPeer.masked(0x80 | opcode, new byte[0]);
                Thread flood = flood(peer, frame);
                Frame answer = peer.read();
                while (answer.opcode() == WebSocketPeer.PONG) {
                    answer = peer.read();
                }
                assertEquals(1008, answer.code());
                peer.socket.close();
                flood.join();
            }
        }
        try (WebSocketPeer peer = WebSocketPeer.upgraded(door)) {
            connect(peer);
            peer.part(WebSocketPeer.BINARY, new byte[0]);
            Thread flood = flood(peer, WebSocketPeer.masked(WebSocketPeer.CONTINUATION, new byte[0]));
            assertEquals(1008, peer.read().code());
            peer.socket.close();
            flood.join();
        }
        await().until(() -> door.connections() == 0);
    }

    private static Thread flood(WebSocketPeer peer, byte[] frame) {
        Thread flood = new Thread(() -> {
            try {
                for (int i = 0; i < 1_000_000; i++) {
                    peer.raw(frame);
                }
            } catch (IOException closed) {
                return; // as it should be
            }
        });
        flood.start();
        return flood;
    }

    @Test
    void shouldAnswerACloseFrameAndClose() throws Exception {
        Door door = door(PLAIN);
        try (WebSocketPeer peer = WebSocketPeer.upgraded(door)) {
            connect(peer);
            peer.send(WebSocketPeer.BINARY, FakeCodec.packets(1));
            echoes(peer, 1);
            peer.send(0x80 | WebSocketPeer.CLOSE, new byte[] {3, (byte) 0xE8});
            assertEquals(1000, peer.read().code());
            assertEquals("", peer.rest());
        }
        await().until(() -> fixture.broker.only().over);
        assertTrue(fixture.broker.only().events.containsAll(List.of("CONNECT", "1", "closed")));
    }

    @ParameterizedTest
    @CsvSource({
        "SUCCESS,1000",
        "SERVER_SHUTTING_DOWN,1001",
        "PROTOCOL_ERROR,1002",
        "PACKET_TOO_LARGE,1009",
        "NOT_AUTHORIZED,1008",
        "UNSPECIFIED_ERROR,1011",
        "SERVER_BUSY,1013"
    })
    void shouldSayWhyItCloses(ReasonCode reason, int code) throws Exception {
        try (WebSocketPeer peer = WebSocketPeer.upgraded(door(PLAIN))) {
            connect(peer);
            await().until(() -> fixture.broker.handlers.size() == 1);
            fixture.broker.only().connection.executor().execute(() -> {
                fixture.broker.only().connection.send(new PubAck(9));
                fixture.broker.only().connection.close(reason);
            });
            echoes(peer, 9); // what was written before it leaves first
            endsWith(peer, code);
        }
    }

    @Test
    void shouldLetEveryoneGoWhenItsListenerIsRemoved() throws Exception {
        Door door = door(PLAIN);
        try (WebSocketPeer peer = WebSocketPeer.upgraded(door);
                WebSocketPeer early = new WebSocketPeer(door)) {
            connect(peer);
            await().until(() -> fixture.broker.handlers.size() == 1 && door.connections() == 2);
            door.close();
            endsWith(peer, 1001);
            assertEquals("", early.rest());
        }
    }

    @ParameterizedTest
    @CsvSource({
        ",true",
        "https://example.org,true",
        "HTTPS://Example.org,true",
        "http://127.0.0.1,true",
        "https://127.0.0.1,false",
        "http://example.org,false",
        "https://example.org.evil.test,false",
        "null,false"
    })
    void shouldLetPagesInByTheirOrigin_SEC16(String origin, boolean admitted) throws Exception {
        try (WebSocketPeer peer = new WebSocketPeer(door(PLAIN))) {
            String[] header = origin == null ? new String[0] : new String[] {"Origin: " + origin};
            String answer = peer.request(WebSocketPeer.upgrade("/mqtt", "Sec-WebSocket-Protocol: mqtt", header));
            assertTrue(answer.startsWith(admitted ? "HTTP/1.1 101 " : "HTTP/1.1 403 "), answer);
        }
    }

    @Test
    void shouldNotTakeANameForThisMachine() {
        Origins none = new Origins(Set.of());
        assertTrue(none.admit("http://localhost:8083", "localhost:8083", false));
        assertTrue(none.admit("https://[::1]:8084", "[::1]:8084", true));
        assertFalse(none.admit("http://rebound.test:8083", "rebound.test:8083", false));
        assertFalse(none.admit("http://127.0.0.1:8083", "127.0.0.1:8084", false));
        assertFalse(none.admit("http://127.0.0.1:8083", null, false));
        assertTrue(new Origins(Set.of("*")).admit("http://rebound.test:8083", null, false));
    }

    @ParameterizedTest
    @CsvSource({
        "GET /mqtt HTTP/1.1,426,MQTT is spoken on /mqtt",
        "GET / HTTP/1.1,200,<p>hello",
        "HEAD / HTTP/1.1,200,",
        "GET /?a=b HTTP/1.1,200,<p>hello",
        "GET /nothing HTTP/1.1,404,MQTT is spoken on /mqtt",
        "GET /../mqtt HTTP/1.1,404,MQTT is spoken on /mqtt",
        "POST / HTTP/1.1,405,GET expected",
        "GET /mqtt HTTP/1.0,426,MQTT",
        "NOTHTTP,400,an HTTP request expected"
    })
    void shouldAnswerWhatIsNoWebSocket(String line, int status, String text) throws Exception {
        WebPage.Resource page = new WebPage.Resource("text/html", Payload.of("<p>hello"));
        try (WebSocketPeer peer =
                new WebSocketPeer(door(new WebSocketSettings("/mqtt", Set.of(), false, Map.of("/", page))))) {
            String answer = peer.request(line + "\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: smuggled\r\n\r\n");
            assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
            assertTrue(answer.toLowerCase(Locale.ROOT).contains("connection: close\r\n"), answer);
            String content = peer.rest();
            if (text == null) {
                assertEquals("", content);
            } else {
                assertTrue(content.contains(text), content);
            }
            assertFalse(content.contains("HTTP/1.1 "), "one request, one answer");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'Content-Length: 1\r\n\r\nx',400",
        "'Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n',400",
        "'Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n',400",
        "'Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx',400",
        "'Bad Name: x\r\n\r\n',400",
        "'X: {8192}\r\n\r\n',431"
    })
    void shouldRefuseARequestThatIsMoreThanARequest_SEC17(String more, int status) throws Exception {
        Door door = door(PLAIN);
        try (WebSocketPeer peer = new WebSocketPeer(door)) {
            String upgrade = WebSocketPeer.upgrade("/mqtt", "Sec-WebSocket-Protocol: mqtt");
            String answer = peer.request(
                    upgrade.substring(0, upgrade.length() - 2) + more.replace("{8192}", "x".repeat(8_192)));
            assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
        }
        assertEquals(0, fixture.broker.handlers.size());
    }

    @Test
    void shouldCompressWhenBothWantIt() throws Exception {
        Door door = door(new WebSocketSettings("/mqtt", Set.of(), true, Map.of()));
        try (WebSocketPeer peer = new WebSocketPeer(door)) {
            String answer = peer.request(WebSocketPeer.upgrade(
                    "/mqtt", "Sec-WebSocket-Protocol: mqtt", "Sec-WebSocket-Extensions: permessage-deflate"));
            assertTrue(
                    answer.toLowerCase(Locale.ROOT).contains("sec-websocket-extensions: permessage-deflate"), answer);
            connect(peer);
            peer.send(
                    0x80 | WebSocketPeer.RSV1 | WebSocketPeer.BINARY,
                    deflated(ByteBufUtil.getBytes(FakeCodec.packets(1))));
            Frame frame = peer.read();
            assertEquals(0x80 | WebSocketPeer.RSV1 | WebSocketPeer.BINARY, frame.head());
        }
        try (WebSocketPeer peer = WebSocketPeer.upgraded(door)) { // one who cannot
            connect(peer);
            peer.send(WebSocketPeer.BINARY, FakeCodec.packets(1));
            echoes(peer, 1);
        }
    }

    @Test
    void shouldNotInflateABomb_SEC15() throws Exception {
        Door door = door(new WebSocketSettings("/mqtt", Set.of(), true, Map.of()));
        try (WebSocketPeer peer = WebSocketPeer.upgraded(door, "Sec-WebSocket-Extensions: permessage-deflate")) {
            connect(peer);
            byte[] bomb = deflated(new byte[256 << 20]);
            assertTrue(bomb.length < 300_000, "small as it is");
            peer.send(0x80 | WebSocketPeer.RSV1 | WebSocketPeer.BINARY, bomb);
            assertEquals(1009, peer.read().code());
            peer.rest();
        } catch (SocketException reset) {
            return;
        }
        await().until(() -> door.connections() == 0);
    }

    private static byte[] deflated(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Deflater deflater = new Deflater(9, true);
        try (DeflaterOutputStream deflating = new DeflaterOutputStream(out, deflater, 65_536, true)) {
            deflating.write(bytes);
            deflating.flush();
            byte[] message = out.toByteArray();
            return Arrays.copyOf(message, message.length - 4); // RFC 7692, 7.2.1
        } finally {
            deflater.end();
        }
    }

    @Test
    void shouldKeepConnectionsWhenTheirSettingsChange() throws Exception {
        Door door = door(PLAIN);
        try (WebSocketPeer peer = WebSocketPeer.upgraded(door)) {
            connect(peer);
            Door next = fixture.transport
                    .open(
                            door.address(),
                            DoorSettings.of("listener")
                                    .with(new WebSocketSettings("/other", Set.of(), false, Map.of())))
                    .toCompletableFuture()
                    .join();
            peer.send(WebSocketPeer.BINARY, FakeCodec.packets(1));
            echoes(peer, 1);
            try (WebSocketPeer late = new WebSocketPeer(next)) {
                assertTrue(late.request(WebSocketPeer.upgrade("/other", "Sec-WebSocket-Protocol: mqtt"))
                        .startsWith("HTTP/1.1 101 "));
            }
        }
    }

    /** SEC-13: a reset after the end, in every state. */
    @Test
    void shouldForgetWhoResetsAfterTheEnd_SEC13() throws Exception {
        Door door = door(PLAIN);
        for (int state = 0; state < 4; state++) {
            for (int i = 0; i < 50; i++) {
                WebSocketPeer peer = state < 2 ? new WebSocketPeer(door) : WebSocketPeer.upgraded(door);
                if (state == 1) {
                    peer.raw("GET /mq".getBytes(StandardCharsets.US_ASCII));
                } else if (state == 3) {
                    connect(peer);
                }
                peer.socket.shutdownOutput();
                peer.socket.setSoLinger(true, 0);
                peer.socket.close();
            }
        }
        await().until(() -> door.connections() == 0);
        for (FakeBroker.FakeHandler handler : fixture.broker.handlers) {
            assertTrue(handler.over);
        }
    }

    @Test
    void shouldRefuseAPathThatIsNone() {
        assertThrows(IllegalArgumentException.class, () -> new WebSocketSettings("mqtt", Set.of(), false, Map.of()));
    }
}
