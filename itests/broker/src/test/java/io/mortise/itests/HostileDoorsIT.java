// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.junit.Test;

/** Those who come to a door and never become clients, as many as there can be. */
public class HostileDoorsIT {
    private static final int PATIENCE_MILLIS = 60_000;
    private static final int HANDSHAKES = (int) Math.min(10_000, openFilesMaximum() * 2 / 3);
    private static final long ALLOWED_BYTES = 16_384;
    private static final int FRAMES = 1_000_000;

    /** SEC-14: a few bytes that announce a large ClientHello get no memory for it, and not for ever a socket. */
    @Test
    public void shouldGiveNothingToHalfAHandshake_SEC14() throws Exception {
        String sensors = EveryDoor.FILES.resolve("sensors.pem").toString();
        String sensorsKey = EveryDoor.FILES.resolve("sensors.key").toString();
        String server = EveryDoor.FILES.resolve("server-1.pem").toString();
        String serverKey = EveryDoor.FILES.resolve("server-1.key").toString();
        try (RunningBroker broker = RunningBroker.withJvmOptions(
                "-Xmx128m",
                "--set",
                "io.mortise.tls~one:certificates=" + server,
                "io.mortise.tls~one:keys=" + serverKey,
                "io.mortise.tls~one:handshakes.per.second=100000",
                "io.mortise.tls~several:certificates=" + server + "," + sensors,
                "io.mortise.tls~several:keys=" + serverKey + "," + sensorsKey,
                "io.mortise.tls~several:handshakes.per.second=100000",
                "io.mortise.listener.tcp~one:port=0",
                "io.mortise.listener.tcp~one:tls=one",
                "io.mortise.listener.websocket~several:port=0",
                "io.mortise.listener.websocket~several:tls=several")) {
            for (String protocol : List.of("mqtt-tls", "websocket-tls")) {
                int port = broker.ports(protocol).get(0);
                shakeHands(port); // what this needs once is there then
                long before = residentBytes(broker);
                List<SocketChannel> half = new ArrayList<>();
                try {
                    for (int i = 0; i < HANDSHAKES; i++) {
                        SocketChannel channel =
                                SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                        // A record of handshake that says 16 KiB, a ClientHello that says 16 MiB, and then nothing.
                        channel.write(ByteBuffer.wrap(new byte[] {22, 3, 1, 64, 0, 1, -1, -1, -1}));
                        half.add(channel);
                    }
                    long taken = residentBytes(broker) - before;
                    assertTrue(taken + " bytes for " + HANDSHAKES, taken / HANDSHAKES < ALLOWED_BYTES);
                    shakeHands(port); // others come in beside them
                    for (SocketChannel channel : half) {
                        while (channel.read(ByteBuffer.allocate(64)) >= 0) {
                            continue; // an alert may say why
                        }
                    }
                } finally {
                    for (SocketChannel channel : half) {
                        channel.close();
                    }
                }
                shakeHands(port);
            }
            assertFalse(
                    broker.command().transcript(), broker.command().transcript().contains(" ERROR "));
        }
    }

    private static long openFilesMaximum() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getMaxFileDescriptorCount();
    }

    private static void shakeHands(int port) throws Exception {
        try (SSLSocket socket = (SSLSocket) EveryDoor.encrypting().createSocket("127.0.0.1", port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.startHandshake();
        }
    }

    private static long residentBytes(RunningBroker broker) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + broker.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElseThrow();
    }

    /** SEC-16: a million frames with nothing in them, continuations or pings, end their own connection only. */
    @Test
    public void shouldEndAFloodOfEmptyFrames_SEC16() throws Exception {
        try (RunningBroker broker = new RunningBroker();
                Conversation conversation = new Conversation(broker.port(), 1)) {
            long before = connections(broker);
            for (int head : new int[] {0x00, 0x89, 0x8A}) {
                conversation.say(50);
                flood(broker.ports("websocket").get(0), head);
                conversation.say(50);
            }
            conversation.hearEverything();
            conversation.isUnbroken();
            Awaitility.await().until(() -> connections(broker) == before);
        }
    }

    private static long connections(RunningBroker broker) throws Exception {
        return broker.shell("stats").stream()
                .filter(line -> line.matches("connections +\\d+"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    /** Sends a million masked frames of no length, and returns when the broker has closed the connection. */
    private static void flood(int port, int head) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            OutputStream out = socket.getOutputStream();
            out.write(("GET /mqtt HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mqtt\r\n"
                            + "Sec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            StringBuilder answer = new StringBuilder();
            while (answer.indexOf("\r\n\r\n") < 0) {
                answer.append((char) in.read());
            }
            assertTrue(answer.toString(), answer.toString().startsWith("HTTP/1.1 101 "));
            ByteArrayOutputStream frames = new ByteArrayOutputStream();
            if (head == 0x00) {
                frames.writeBytes(new byte[] {0x02, (byte) 0x80, 1, 2, 3, 4}); // what they continue
            }
            for (int i = 0; i < 1_000; i++) {
                frames.writeBytes(new byte[] {(byte) head, (byte) 0x80, 1, 2, 3, 4});
            }
            int sent = 0;
            try {
                for (; sent < FRAMES; sent += 1_000) {
                    out.write(frames.toByteArray());
                }
            } catch (IOException closed) {
                return; // before it was through, as it should be
            }
            int last = 0;
            for (int next = in.read(); next >= 0; next = in.read()) {
                last = next;
            }
            assertEquals("the end of a close frame, after " + sent, 's', last & 0x7F);
        }
    }
}
