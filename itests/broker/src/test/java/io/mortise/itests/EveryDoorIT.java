// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.MqttWebSocketConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Clients that no one here wrote, through every door; and doors that change while they are open. */
public class EveryDoorIT {
    private static EveryDoor doors;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @BeforeClass
    public static void start() throws Exception {
        doors = new EveryDoor();
    }

    @AfterClass
    public static void stop() throws Exception {
        if (doors != null) {
            doors.close();
        }
    }

    @Test
    public void shouldCarryWhatPahoSays() throws Exception {
        for (String protocol : EveryDoor.PROTOCOLS) {
            for (int qos = 0; qos <= 2; qos++) {
                try (Conversation conversation = conversation(protocol, qos)) {
                    conversation.say(100);
                    conversation.hearEverything();
                    conversation.isUnbroken();
                }
            }
        }
    }

    private static Conversation conversation(String protocol, int qos) throws Exception {
        return new Conversation(
                doors.uri(protocol), EveryDoor.isEncrypted(protocol) ? EveryDoor.encrypting() : null, qos);
    }

    @Test
    public void shouldCarryWhatHiveMqsClientSays() throws Exception {
        for (String protocol : EveryDoor.PROTOCOLS) {
            Mqtt5BlockingClient client = hiveMq(protocol, doors.port(protocol)).buildBlocking();
            client.connect();
            try (Mqtt5BlockingClient.Mqtt5Publishes publishes = client.publishes(MqttGlobalPublishFilter.SUBSCRIBED)) {
                client.subscribeWith()
                        .topicFilter("doors/" + protocol)
                        .qos(MqttQos.EXACTLY_ONCE)
                        .send();
                byte[] large = new byte[300_000];
                for (MqttQos qos : MqttQos.values()) {
                    client.publishWith()
                            .topic("doors/" + protocol)
                            .qos(qos)
                            .payload(large)
                            .send();
                    assertEquals(
                            large.length,
                            publishes
                                    .receive(20, TimeUnit.SECONDS)
                                    .orElseThrow()
                                    .getPayloadAsBytes()
                                    .length);
                }
            }
            client.disconnect();
        }
    }

    private static Mqtt5ClientBuilder hiveMq(String protocol, int port) throws Exception {
        Mqtt5ClientBuilder builder =
                MqttClient.builder().useMqttVersion5().serverHost("127.0.0.1").serverPort(port);
        if (EveryDoor.isEncrypted(protocol)) {
            builder.sslConfig(MqttClientSslConfig.builder()
                    .trustManagerFactory(EveryDoor.trust())
                    .build());
        }
        if (protocol.startsWith("websocket")) {
            builder.webSocketConfig(MqttWebSocketConfig.builder()
                    .serverPath("mqtt")
                    .subprotocol("mqtt")
                    .build());
        }
        return builder;
    }

    @Test
    public void shouldCarryWhatMosquittoSaysOverTls() throws Exception {
        assumeTrue("mosquitto_sub is not installed", Command.exists("mosquitto_sub"));
        for (String version : List.of("tlsv1.2", "tlsv1.3")) {
            assertEquals(
                    List.of("hello " + version),
                    exchange(version, doors.port("mqtt-tls"), "--cafile", file("ca.pem"), "--tls-version", version));
        }
    }

    /** SEC-57: in TLS 1.2 a client could make the broker work by asking for one handshake after the other. */
    @Test
    public void shouldNotNegotiateAgain_SEC57() throws Exception {
        try (SSLSocket socket = (SSLSocket) EveryDoor.encrypting().createSocket("127.0.0.1", doors.port("mqtt-tls"))) {
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(Command.PATIENCE_SECONDS));
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.startHandshake();
            socket.getOutputStream().write(new byte[] {0x10, 13, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0, 0, 1, 'r'});
            assertEquals(4, socket.getInputStream().readNBytes(4).length);
            assertThrows(IOException.class, () -> {
                socket.startHandshake();
                socket.getOutputStream().write(new byte[] {(byte) 0xC0, 0});
                if (socket.getInputStream().read() < 0) {
                    throw new IOException("closed");
                }
            });
        }
    }

    /** OpenSSL in the place of Java's own TLS, at every door that encrypts. */
    @Test
    public void shouldEncryptWithOpenSsl() throws Exception {
        assumeTrue("OpenSSL is shipped for Linux on x86-64", "amd64".equals(System.getProperty("os.arch")));
        try (EveryDoor openSsl = new EveryDoor(
                "--feature",
                "full",
                "tls-openssl",
                "--set",
                "io.mortise.tls~server:provider=openssl",
                "io.mortise.tls~mutual:provider=openssl")) {
            for (String protocol : List.of("mqtt-tls", "websocket-tls")) {
                try (Conversation conversation = new Conversation(openSsl.uri(protocol), EveryDoor.encrypting(), 1)) {
                    conversation.say(500);
                    conversation.hearEverything();
                    conversation.isUnbroken();
                }
            }
            if (Command.exists("mosquitto_sub")) {
                String[] known = {"--cafile", file("ca.pem"), "--cert", file("client.pem"), "--key", file("client.key")
                };
                assertEquals(List.of("hello openssl"), exchange("openssl", openSsl.mutualPort(), known));
            }
        }
    }

    /** A broker whose door cannot be encrypted does not start, and says what is missing. */
    @Test
    public void shouldSayWhatOpenSslNeeds() throws Exception {
        try (Command broker = new Command(
                RunningBroker.MORTISE,
                "run",
                "--data",
                folder.newFolder("data").toString(),
                "--set",
                "io.mortise.tls~server:certificates=" + file("server-1.pem"),
                "io.mortise.tls~server:keys=" + file("server-1.key"),
                "io.mortise.tls~server:provider=openssl",
                "io.mortise.listener.tcp~default:port=0",
                "io.mortise.listener.websocket~default:port=0",
                "io.mortise.listener.tcp~a-tls:port=0",
                "io.mortise.listener.tcp~a-tls:tls=server")) {
            assertTrue(broker.exits() != 0);
            assertTrue(broker.transcript(), broker.transcript().contains("the feature tls-openssl"));
        }
    }

    @Test
    public void shouldKnowMosquittoByItsCertificate() throws Exception {
        assumeTrue("mosquitto_sub is not installed", Command.exists("mosquitto_sub"));
        String port = Integer.toString(doors.mutualPort());
        String[] known = {"--cafile", file("ca.pem"), "--cert", file("client.pem"), "--key", file("client.key")};
        assertEquals(List.of("hello mutual"), exchange("mutual", doors.mutualPort(), known));
        for (String who : List.of("revoked", "expired", "stranger", "wrong-use")) {
            try (Command refused = new Command(
                    "mosquitto_pub",
                    "-p",
                    port,
                    "--cafile",
                    file("ca.pem"),
                    "--cert",
                    file(who + ".pem"),
                    "--key",
                    file(who + ".key"),
                    "-t",
                    "doors/refused",
                    "-m",
                    "never",
                    "-q",
                    "1")) {
                assertTrue(who, refused.exits() != 0);
            }
        }
        try (Command nameless = new Command(
                "mosquitto_pub",
                "-p",
                port,
                "--cafile",
                file("ca.pem"),
                "-t",
                "doors/refused",
                "-m",
                "never",
                "-q",
                "1")) {
            assertTrue(nameless.exits() != 0);
        }
    }

    private static String file(String name) {
        return EveryDoor.FILES.resolve(name).toString();
    }

    /** What a subscriber prints of what a publisher says, both by these options. */
    private static List<String> exchange(String name, int port, String... options) throws Exception {
        List<String> common = new ArrayList<>(List.of("-h", "127.0.0.1", "-p", Integer.toString(port), "-q", "1"));
        common.addAll(List.of("-t", "doors/mosquitto/" + name));
        common.addAll(List.of(options));
        List<String> retained = new ArrayList<>(List.of("mosquitto_pub", "-r", "-m", "hello " + name));
        retained.addAll(common);
        Command.run(retained.toArray(String[]::new));
        List<String> heard = new ArrayList<>(List.of("mosquitto_sub", "-C", "1", "-W", "20"));
        heard.addAll(common);
        return Command.run(heard.toArray(String[]::new));
    }

    @Test
    public void shouldRotateTheCertificateUnderTraffic() throws Exception {
        Path certificate = folder.getRoot().toPath().resolve("broker.pem");
        Path key = folder.getRoot().toPath().resolve("broker.key");
        rotate(1, certificate, key);
        try (RunningBroker rotating = new RunningBroker(
                        "--set",
                        "io.mortise.tls~rotated:certificates=" + certificate,
                        "--set",
                        "io.mortise.tls~rotated:keys=" + key,
                        "--set",
                        "io.mortise.listener.tcp~rotated:port=0",
                        "--set",
                        "io.mortise.listener.tcp~rotated:tls=rotated");
                Conversation conversation = new Conversation(
                        "ssl://127.0.0.1:" + rotating.ports("mqtt-tls").get(0), EveryDoor.encrypting(), 1)) {
            int port = rotating.ports("mqtt-tls").get(0);
            for (int rotation = 0; rotation < 10; rotation++) {
                int next = 1 + (rotation + 1) % 3;
                conversation.say(50);
                rotate(next, certificate, key);
                // Every handshake meanwhile succeeds, with the old certificate or the new one.
                Awaitility.await()
                        .atMost(Duration.ofSeconds(Command.PATIENCE_SECONDS))
                        .until(() -> {
                            conversation.say(1);
                            return shownAt(port).equals("CN=server-" + next);
                        });
                conversation.hearEverything();
            }
            conversation.isUnbroken();
        }
    }

    /** One file after the other, as people do it. */
    private static void rotate(int number, Path certificate, Path key) throws IOException {
        Path source = EveryDoor.FILES;
        Files.copy(source.resolve("server-" + number + ".pem"), certificate, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(source.resolve("server-" + number + ".key"), key, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String shownAt(int port) throws Exception {
        try (SSLSocket socket = (SSLSocket) EveryDoor.encrypting().createSocket("127.0.0.1", port)) {
            socket.startHandshake();
            X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return shown.getSubjectX500Principal().toString();
        }
    }

    @Test
    public void shouldTellClientsWhenTheirListenerIsRemovedAndKeepThemWhenItMoves() throws Exception {
        Path conf = folder.newFolder("conf").toPath();
        int port = freePort();
        Path tcp = conf.resolve("io.mortise.listener.tcp~second.cfg");
        Path webSocket = conf.resolve("io.mortise.listener.websocket~second.cfg");
        Files.writeString(tcp, "port = " + port + "\n");
        int webSocketPort = freePort();
        Files.writeString(webSocket, "port = " + webSocketPort + "\n");
        try (RunningBroker broker = new RunningBroker("--conf", conf.toString())) {
            for (String protocol : List.of("mqtt", "websocket")) {
                Path file = protocol.equals("mqtt") ? tcp : webSocket;
                int at = protocol.equals("mqtt") ? port : webSocketPort;
                CompletableFuture<Throwable> ended = new CompletableFuture<>();
                Mqtt5BlockingClient client = hiveMq(protocol, at)
                        .addDisconnectedListener(context -> ended.complete(context.getCause()))
                        .buildBlocking();
                client.connect();

                int moved = freePort();
                Files.writeString(file, "port = " + moved + "\n");
                Awaitility.await()
                        .ignoreExceptions()
                        .atMost(Duration.ofSeconds(Command.PATIENCE_SECONDS))
                        .until(() -> {
                            Mqtt5BlockingClient late = hiveMq(protocol, moved).buildBlocking();
                            late.connect();
                            late.disconnect();
                            return true;
                        });
                client.publishWith()
                        .topic("still/here")
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .send();

                assertTrue(String.join("\n", broker.shell("listeners")).contains(":" + moved));
                Files.delete(file);
                Throwable cause = ended.get(Command.PATIENCE_SECONDS, TimeUnit.SECONDS);
                assertTrue(String.valueOf(cause), cause instanceof Mqtt5DisconnectException);
                assertEquals(
                        Mqtt5DisconnectReasonCode.SERVER_SHUTTING_DOWN,
                        ((Mqtt5DisconnectException) cause).getMqttMessage().getReasonCode());
            }
        }
    }

    @Test
    public void shouldListenOnAUnixDomainSocket() throws Exception {
        Path file = folder.getRoot().toPath().resolve("mqtt.sock");
        try (RunningBroker broker = new RunningBroker("--set", "io.mortise.listener.tcp~unix:unix.socket=" + file);
                SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            client.connect(UnixDomainSocketAddress.of(file));
            client.write(ByteBuffer.wrap(new byte[] {0x10, 13, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0, 0, 1, 'u'}));
            ByteBuffer connAck = ByteBuffer.allocate(4);
            while (connAck.hasRemaining() && client.read(connAck) >= 0) {
                continue;
            }
            assertEquals(ByteBuffer.wrap(new byte[] {0x20, 2, 0, 0}), connAck.flip());
            assertTrue(String.join("\n", broker.shell("listeners")).contains("unix:" + file));
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }
}
