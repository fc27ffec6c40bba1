// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.auth.ClientCertificate;
import io.mortise.transport.wire.Door;
import io.mortise.transport.wire.DoorSettings;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslProvider;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Handshakes with Java's own client, and what comes of them. */
class TlsDoorTest {
    private static final LeakWatch LEAK_WATCH = LeakWatch.install();
    private static final Path FILES = Path.of("src/test/resources/tls");
    private static final TlsSettings.Clients UNASKED =
            new TlsSettings.Clients(ClientAuth.NONE, List.of(), List.of(), CertificateName.NONE, false);

    private final DoorFixture fixture = new DoorFixture();
    private final List<Socket> sockets = new ArrayList<>();

    @AfterAll
    static void shouldHaveReleasedEveryBuffer() {
        assertEquals(List.of(), LEAK_WATCH.leaks());
    }

    @AfterEach
    void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        fixture.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void shouldCarryPacketsInEveryVersion(String version) throws Exception {
        Door door = door(settings(UNASKED, "server-1"));
        SSLSocket client = client(door, null, version);
        assertEquals(version, client.getSession().getProtocol());
        assertEquals("CN=server-1", shown(client));
        talk(client, 1, 2, 3);
        assertNull(fixture.broker.only().connection.certificate());
    }

    @Test
    void shouldSpeakOnlyTheVersionsAndSuitesThatAreAllowed() throws Exception {
        Door door = door(new TlsSettings(
                List.of(files("server-1")),
                provider(),
                List.of("TLSv1.3"),
                List.of("TLS_AES_128_GCM_SHA256"),
                UNASKED,
                10_000,
                100));
        assertThrows(IOException.class, () -> client(door, null, "TLSv1.2"));
        assertEquals(suiteOf13(), client(door, null, "TLSv1.3").getSession().getCipherSuite());
    }

    @Test
    void shouldRefuseClientsWithoutTls() throws Exception {
        Door door = door(settings(UNASKED, "server-1"));
        Socket plain = plain(door);
        plain.getOutputStream().write(ByteBufUtil.getBytes(FakeCodec.connect()));
        plain.getOutputStream().write(new byte[16]);
        assertClosed(plain);
        await().until(() -> door.connections() == 0);
    }

    @ParameterizedTest
    @CsvSource({
        "none,",
        "subject,'CN=fridge,O=Kitchen'",
        "cn,fridge",
        "san-dns,fridge.kitchen.example",
        "san-email,fridge@kitchen.example",
        "san-uri,urn:kitchen:fridge"
    })
    void shouldSayWhoTheClientIs(String username, String expected) throws Exception {
        for (String version : List.of("TLSv1.3", "TLSv1.2")) {
            Door door = door(settings(asked(ClientAuth.REQUIRE, CertificateName.named(username)), "server-1"));
            talk(client(door, "client", version), 1);
        }
        for (FakeBroker.FakeHandler handler : fixture.broker.handlers) {
            ClientCertificate certificate = handler.connection.certificate();
            assertNotNull(certificate);
            assertEquals(expected, certificate.username());
            assertEquals(
                    "CN=fridge, O=Kitchen",
                    certificate.own().getSubjectX500Principal().toString());
        }
        assertEquals(2, fixture.broker.handlers.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"stranger", "expired", "wrong-use", "revoked", "deep", ""})
    void shouldRefuseWhomNobodyVouchesFor_SEC57(String who) throws Exception {
        Door door = door(settings(asked(ClientAuth.REQUIRE, CertificateName.NONE, "crl.pem"), "server-1"));
        for (String version : List.of("TLSv1.3", "TLSv1.2")) {
            refused(door, who.isEmpty() ? null : who, version);
        }
        talk(client(door, "client", "TLSv1.3"), 1);
        assertEquals(1, fixture.broker.handlers.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"nameless", "hidden"})
    void shouldRefuseWhoseCertificateHasNoUserName(String who) throws Exception {
        Door door = door(settings(asked(ClientAuth.OPTIONAL, CertificateName.CN), "server-1"));
        refused(door, who, "TLSv1.3");
        talk(client(door, null, "TLSv1.3"), 1); // may do without
        assertNull(fixture.broker.only().connection.certificate());
    }

    @Test
    void shouldLetNobodyInByAListThatIsOutOfDate() throws Exception {
        Door door = door(settings(asked(ClientAuth.REQUIRE, CertificateName.NONE, "crl-outdated.pem"), "server-1"));
        refused(door, "client", "TLSv1.3");
    }

    @Test
    void shouldChooseTheCertificateByTheHost() throws Exception {
        Door door = door(settings(UNASKED, "server-1", "sensors"));
        assertEquals("CN=sensors", shown(client(door, null, "TLSv1.3", "cellar.sensors.example")));
        assertEquals("CN=sensors", shown(client(door, null, "TLSv1.2", "broker.example")));
        assertEquals("CN=server-1", shown(client(door, null, "TLSv1.3", "localhost")));
        assertEquals("CN=server-1", shown(client(door, null, "TLSv1.3", "elsewhere.example")));
        assertEquals("CN=server-1", shown(client(door, null, "TLSv1.3")));
    }

    @Test
    void shouldTakeOverNewFilesAndKeepConnections_SEC57(@TempDir Path folder) throws Exception {
        replace("server-1", folder);
        TlsSettings settings = new TlsSettings(
                List.of(new KeyFiles(folder.resolve("broker.pem"), folder.resolve("broker.key"), "")),
                provider(),
                List.of("TLSv1.3"),
                List.of(),
                UNASKED,
                10_000,
                100);
        TlsIdentity identity = fixture.encryptBy("rotated", settings);
        Door door = fixture.open(DoorSettings.of("listener").encryptedBy("rotated"));
        SSLSocket old = client(door, null, "TLSv1.3");
        talk(old, 1);
        for (String next : List.of("server-2", "server-3")) {
            replace(next, folder);
            identity.tls().look();
            assertEquals("CN=" + next, shown(client(door, null, "TLSv1.3")));
        }
        Files.copy(FILES.resolve("server-1.pem"), folder.resolve("broker.pem"), StandardCopyOption.REPLACE_EXISTING);
        identity.tls().look();
        assertEquals("CN=server-3", shown(client(door, null, "TLSv1.3")));
        Files.writeString(folder.resolve("broker.key"), "nothing");
        identity.tls().look();
        assertEquals("CN=server-3", shown(client(door, null, "TLSv1.3")));
        talk(old, 2);
    }

    @Test
    void shouldLetClientsGoWhomNobodyVouchesForAnyMore(@TempDir Path folder) throws Exception {
        Path authority = folder.resolve("ca.pem");
        Files.copy(FILES.resolve("ca.pem"), authority);
        TlsIdentity identity = fixture.encryptBy(
                "followed",
                settings(
                        new TlsSettings.Clients(
                                ClientAuth.REQUIRE, List.of(authority), List.of(), CertificateName.CN, true),
                        "server-1"));
        Door door = fixture.open(DoorSettings.of("listener").encryptedBy("followed"));
        SSLSocket client = client(door, "client", "TLSv1.3");
        talk(client, 1);
        Files.copy(FILES.resolve("other-ca.pem"), authority, StandardCopyOption.REPLACE_EXISTING);
        identity.tls().look();
        assertEquals(-1, client.getInputStream().read());
        assertTrue(fixture.broker.only().events.contains("dismissed NOT_AUTHORIZED"));
    }

    @Test
    void shouldReapThoseWhoDoNotFinishTheirHandshake_SEC14() throws Exception {
        for (String[] identities : List.of(new String[] {"server-1"}, new String[] {"server-1", "sensors"})) {
            Door door = door(new TlsSettings(
                    List.of(identities).stream().map(TlsDoorTest::files).toList(),
                    provider(),
                    List.of("TLSv1.3"),
                    List.of(),
                    UNASKED,
                    300,
                    10_000));
            List<Socket> half = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                Socket socket = plain(door);
                // A record of handshake that says 16 KiB, a ClientHello that says 16 MiB, and then nothing.
                socket.getOutputStream().write(new byte[] {22, 3, 1, 64, 0, 1, -1, -1, -1});
                half.add(socket);
            }
            for (Socket socket : half) {
                assertClosed(socket);
            }
            await().until(() -> door.connections() == 0);
        }
    }

    @Test
    void shouldTurnAwayHandshakesAboveTheRate() throws Exception {
        Door door = door(new TlsSettings(
                List.of(files("server-1")), provider(), List.of("TLSv1.3"), List.of(), UNASKED, 10_000, 1));
        talk(client(door, null, "TLSv1.3"), 1);
        assertThrows(IOException.class, () -> {
            for (int i = 0; i < 20; i++) { // however slow this machine is
                client(door, null, "TLSv1.3");
            }
        });
    }

    @Test
    void shouldEndWithoutCuttingAnythingOff() throws Exception {
        Door door = door(settings(UNASKED, "server-1"));
        for (String version : List.of("TLSv1.3", "TLSv1.2")) {
            SSLSocket client = client(door, null, version);
            talk(client, 1);
            fixture.broker
                    .handlers
                    .get(fixture.broker.handlers.size() - 1)
                    .connection
                    .close();
            // Without a close_notify this would be an SSLException.
            assertEquals(-1, client.getInputStream().read());
            client.close();
        }
        await().until(() -> door.connections() == 0);
    }

    @Test
    void shouldNotOpenADoorThatCannotBeEncrypted() throws Exception {
        DoorSettings settings = DoorSettings.of("listener").encryptedBy("missing");
        assertEquals(
                "TLS missing: a configuration io.mortise.tls~missing expected, there is none",
                assertThrows(ExecutionException.class, () -> fixture.open(settings))
                        .getCause()
                        .getMessage());
        for (List<Path> authorities : List.of(List.of(FILES.resolve("make.sh")), List.of(FILES.resolve("none.pem")))) {
            fixture.encryptBy(
                    "missing",
                    settings(
                            new TlsSettings.Clients(
                                    ClientAuth.REQUIRE, authorities, List.of(), CertificateName.NONE, false),
                            "server-1"));
            String reason = assertThrows(ExecutionException.class, () -> fixture.open(settings))
                    .getCause()
                    .getMessage();
            assertTrue(
                    reason.startsWith("TLS missing: ")
                            && reason.contains(authorities.get(0).toString()),
                    reason);
        }
        // To ask for certificates and to trust nobody, or to trust and not to ask: neither is what anybody means.
        assertThrows(
                IllegalArgumentException.class,
                () -> new TlsSettings.Clients(ClientAuth.REQUIRE, List.of(), List.of(), CertificateName.NONE, false));
        assertThrows(
                IllegalArgumentException.class,
                () -> new TlsSettings.Clients(ClientAuth.NONE, List.of(FILES), List.of(), CertificateName.NONE, false));
    }

    @Test
    void shouldReadKeysInTheirForms() throws Exception {
        X509Certificate certificate = files("server-1").read().own();
        for (KeyFiles form : List.of(
                new KeyFiles(FILES.resolve("server-1.p12"), FILES.resolve("server-1.p12"), "secret"),
                new KeyFiles(FILES.resolve("server-1.pem"), FILES.resolve("server-1-locked.key"), "secret"))) {
            assertEquals(certificate, form.read().own());
        }
        assertEquals(8, KeyFiles.certificates(FILES.resolve("deep.pem")).size());
    }

    @ParameterizedTest
    @CsvSource({
        "server-1.pem,server-2.key,'',is not the key of the certificate",
        "server-1.pem,server-1-locked.key,wrong,cannot be unlocked",
        "server-1.p12,server-1.p12,wrong,cannot be opened",
        "server-1.pem,rsa-traditional.key,'',openssl pkcs8 -topk8",
        "server-1.pem,server-1.pem,'',a private key in PEM expected",
        "make.sh,server-1.key,'',make.sh"
    })
    void shouldSayWhatIsWrongWithAKey(String certificate, String key, String password, String expected) {
        KeyFiles files = new KeyFiles(FILES.resolve(certificate), FILES.resolve(key), password);
        String message = assertThrows(IOException.class, files::read).getMessage();
        assertTrue(message.contains(expected), message);
    }

    /** Which is chosen if TLS_AES_128_GCM_SHA256 is allowed. */
    String suiteOf13() {
        return "TLS_AES_128_GCM_SHA256";
    }

    /** Who encrypts. */
    SslProvider provider() {
        return SslProvider.JDK;
    }

    private Door door(TlsSettings settings) throws Exception {
        String name = "tls-" + System.nanoTime();
        fixture.encryptBy(name, settings);
        return fixture.open(DoorSettings.of("listener-" + name).encryptedBy(name));
    }

    private TlsSettings settings(TlsSettings.Clients clients, String... identities) {
        return new TlsSettings(
                List.of(identities).stream().map(TlsDoorTest::files).toList(),
                provider(),
                List.of("TLSv1.3", "TLSv1.2"),
                List.of(),
                clients,
                10_000,
                10_000);
    }

    private static TlsSettings.Clients asked(ClientAuth how, CertificateName username, String... revocations) {
        return new TlsSettings.Clients(
                how,
                List.of(FILES.resolve("ca.pem")),
                List.of(revocations).stream().map(FILES::resolve).toList(),
                username,
                false);
    }

    private static KeyFiles files(String name) {
        return new KeyFiles(FILES.resolve(name + ".pem"), FILES.resolve(name + ".key"), "");
    }

    private static void replace(String name, Path folder) throws IOException {
        Files.copy(FILES.resolve(name + ".pem"), folder.resolve("broker.pem"), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(FILES.resolve(name + ".key"), folder.resolve("broker.key"), StandardCopyOption.REPLACE_EXISTING);
    }

    private Socket plain(Door door) throws IOException {
        InetSocketAddress address = (InetSocketAddress) door.address();
        Socket socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(20_000);
        sockets.add(socket);
        return socket;
    }

    private SSLSocket client(Door door, String who, String version, String... host) throws Exception {
        SSLSocket socket = (SSLSocket) context(who)
                .getSocketFactory()
                .createSocket(plain(door), host.length == 0 ? "127.0.0.1" : host[0], 0, true);
        sockets.add(socket);
        socket.setEnabledProtocols(new String[] {version});
        SSLParameters parameters = socket.getSSLParameters();
        if (host.length > 0) {
            parameters.setServerNames(List.of(new SNIHostName(host[0])));
        }
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private static SSLContext context(String who) throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(
                "ca", KeyFiles.certificates(FILES.resolve("ca.pem")).get(0));
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        KeyManager[] keys = null;
        if (who != null) {
            KeyFiles.Pair pair = files(who).read();
            KeyStore own = KeyStore.getInstance("PKCS12");
            own.load(null, null);
            own.setKeyEntry("own", pair.key(), new char[0], pair.chain().toArray(X509Certificate[]::new));
            KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509"); // shows it whoever asks
            factory.init(own, new char[0]);
            keys = factory.getKeyManagers();
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trust.getTrustManagers(), null);
        return context;
    }

    private static String shown(SSLSocket client) throws IOException {
        return ((X509Certificate) client.getSession().getPeerCertificates()[0])
                .getSubjectX500Principal()
                .toString();
    }

    /** In TLS 1.3 a client learns from its first read that it was refused. */
    private void refused(Door door, String who, String version) {
        assertThrows(IOException.class, () -> {
            SSLSocket client = client(door, who, version);
            client.getOutputStream().write(ByteBufUtil.getBytes(FakeCodec.connect()));
            if (client.getInputStream().read() < 0) {
                throw new IOException("closed");
            }
        });
    }

    private static void talk(Socket client, int... ids) throws IOException {
        if (ids[0] == 1) {
            client.getOutputStream().write(ByteBufUtil.getBytes(FakeCodec.connect()));
        }
        client.getOutputStream().write(ByteBufUtil.getBytes(FakeCodec.packets(ids)));
        DataInputStream in = new DataInputStream(client.getInputStream());
        for (int id : ids) {
            in.readUnsignedShort();
            assertEquals(id, in.readUnsignedShort());
        }
    }

    private static void assertClosed(Socket socket) throws IOException {
        try {
            while (socket.getInputStream().read() >= 0) {
                continue; // an alert, perhaps
            }
        } catch (SocketException reset) {
            return;
        }
    }
}
