// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A broker with a door of each kind: TCP, TLS, TLS with certificates of clients, WebSocket, WebSocket over TLS. */
final class EveryDoor implements AutoCloseable {

    /** Certificates and keys of the tests; the build says where. */
    static final Path FILES = Path.of(System.getProperty("mortise.tls")).normalize();

    /** What is spoken at the doors that let everybody in, as the broker says it. */
    static final List<String> PROTOCOLS = List.of("mqtt", "mqtt-tls", "websocket", "websocket-tls");

    private final RunningBroker broker;

    EveryDoor(String... options) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>();
        set(words, "tls~server", "certificates=" + FILES.resolve("server-1.pem"));
        set(words, "tls~server", "keys=" + FILES.resolve("server-1.key"));
        set(words, "tls~mutual", "certificates=" + FILES.resolve("server-1.pem"));
        set(words, "tls~mutual", "keys=" + FILES.resolve("server-1.key"));
        set(words, "tls~mutual", "client.authentication=required");
        set(words, "tls~mutual", "client.ca=" + FILES.resolve("ca.pem"));
        set(words, "tls~mutual", "client.crl=" + FILES.resolve("crl.pem"));
        set(words, "tls~mutual", "username=cn");
        set(words, "listener.tcp~a-tls", "port=0");
        set(words, "listener.tcp~a-tls", "tls=server");
        set(words, "listener.tcp~mutual", "port=0");
        set(words, "listener.tcp~mutual", "tls=mutual");
        set(words, "listener.websocket~tls", "port=0");
        set(words, "listener.websocket~tls", "tls=server");
        set(words, "listener.websocket~tls", "page=true");
        words.addAll(List.of(options));
        broker = new RunningBroker(words.toArray(String[]::new));
    }

    private static void set(List<String> words, String pid, String setting) {
        words.add("--set");
        words.add("io.mortise." + pid + ":" + setting);
    }

    RunningBroker broker() {
        return broker;
    }

    /** The port at which this is spoken by everybody. */
    int port(String protocol) {
        return broker.ports(protocol).get(0);
    }

    /** The port that asks for certificates. */
    int mutualPort() {
        return broker.ports("mqtt-tls").get(1);
    }

    /** As Paho writes it. */
    String uri(String protocol) {
        int port = port(protocol);
        return switch (protocol) {
            case "mqtt" -> "tcp://127.0.0.1:" + port;
            case "mqtt-tls" -> "ssl://127.0.0.1:" + port;
            case "websocket" -> "ws://127.0.0.1:" + port + "/mqtt";
            default -> "wss://127.0.0.1:" + port + "/mqtt";
        };
    }

    static boolean isEncrypted(String protocol) {
        return protocol.endsWith("-tls");
    }

    /** Trusts the authority of the tests, and nobody else. */
    static TrustManagerFactory trust() throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(FILES.resolve("ca.pem"))) {
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(trusted);
        return factory;
    }

    static SocketFactory encrypting() throws GeneralSecurityException, IOException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust().getTrustManagers(), null);
        return context.getSocketFactory();
    }

    @Override
    public void close() throws IOException {
        broker.close();
    }
}
