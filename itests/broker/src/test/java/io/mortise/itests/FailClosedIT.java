// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import static org.junit.Assert.assertEquals;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttWebSocketConfig;
import com.hivemq.client.mqtt.exceptions.MqttClientStateException;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.sun.net.httpserver.HttpServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.junit.After;
import org.junit.AfterClass;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameters;

/**
 * SEC-37: each provider, each way to fail, each way into the broker: nobody is let in. Each provider has a row that shows that its
 * client would be. What was found is in {@code target/fail-closed.md}.
 */
@RunWith(Parameterized.class)
public class FailClosedIT {
    private static final String WELL = "is well";
    private static final Map<String, List<String>> MATRIX = new LinkedHashMap<>();

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final Scene scene;

    private Path conf;
    private HttpServer server;
    private InMemoryDirectoryServer directory;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile int status = 200;
    private volatile String answer = "{\"result\":\"accept\"}";
    private volatile CountDownLatch held;

    /** One provider. */
    private enum Scene {
        FILE("file", 20_000) {
            @Override
            void play(FailClosedIT test) throws Exception {
                Client alice = builder -> simple(builder, "alice", "secret");
                test.passwd("passwd", "users");
                String good = Files.readString(test.conf.resolve("users"));
                test.comesAndGoes(alice, true);
                test.fails("users missing", alice, () -> Files.delete(test.conf.resolve("users")));
                for (String broken : List.of("", "<html>\n", good.strip(), good + "bob\n")) {
                    test.fails("users " + quoted(broken, good), alice, () -> test.write("users", broken));
                }
            }
        },
        SCRAM("scram", 1_500) {
            @Override
            void play(FailClosedIT test) throws Exception {
                Client alice = builder -> builder.enhancedAuth(new ScramMechanism("alice", "secret"));
                test.passwd("scram-passwd", "scram-users");
                String good = Files.readString(test.conf.resolve("scram-users"));
                test.comesAndGoes(alice, true);
                test.fails("users missing", alice, () -> Files.delete(test.conf.resolve("scram-users")));
                for (String broken : List.of("", "<html>\n", good.strip(), good + "bob\n")) {
                    test.fails("users " + quoted(broken, good), alice, () -> test.write("scram-users", broken));
                }
            }
        },
        CERT("cert", 20_000) {
            @Override
            void play(FailClosedIT test) throws Exception {
                Client fridge = builder -> builder;
                test.comesAndGoes(fridge, false);
                test.fails("mapping broken", fridge, () -> test.write("io.mortise.auth.cert.cfg", "mapping = (\n"));
                test.fails("issuer broken", fridge, () -> test.write("io.mortise.auth.cert.cfg", "issuers = nobody\n"));
            }
        },
        JWT("jwt", 20_000) {
            @Override
            void play(FailClosedIT test) throws Exception {
                TestIssuer issuer = new TestIssuer();
                Client alice = builder -> simple(builder, "whoever", issuer.token());
                test.answer = issuer.keys();
                test.comesAndGoes(alice, true);
                test.fails("server fails", alice, () -> test.status = 500);
                test.status = 200;
                test.fails("server answers garbage", alice, () -> test.answer = "<html>");
                test.fails("server answers an empty set", alice, () -> test.answer = "{\"keys\":[]}");
                test.fails("server says nothing", alice, () -> test.saysNothing("io.mortise.auth.jwt.cfg"));
                test.fails("server down", alice, () -> test.stopServer());
                String file = test.conf.resolve("io.mortise.auth.jwt.cfg").toString();
                test.write(file, Files.readString(Path.of(file)).replaceFirst("keys = .*", "keys = keys.json"));
                test.fails("file missing", alice, () -> {});
                test.fails(
                        "file cut off",
                        alice,
                        () -> test.write("keys.json", issuer.keys().substring(0, 99)));
                test.fails("configuration broken", alice, () -> test.write(file, "keys = ftp://host/\n"));
            }
        },
        HTTP("http", 20_000) {
            @Override
            void play(FailClosedIT test) throws Exception {
                Client alice = builder -> simple(builder, "alice", "secret");
                test.comesAndGoes(alice, true);
                test.fails("server fails", alice, () -> test.status = 500);
                test.fails("status is another", alice, () -> test.status = 404);
                test.status = 200;
                for (String garbage : List.of("<html>accept</html>", "", "{}", "{\"result\":\"yes\"}")) {
                    test.fails("server answers " + garbage, alice, () -> test.answer = garbage);
                }
                test.fails("server says nothing", alice, () -> test.saysNothing("io.mortise.auth.http.cfg"));
                test.fails("server down", alice, () -> test.stopServer());
                test.fails(
                        "configuration broken",
                        alice,
                        () -> test.write("io.mortise.auth.http.cfg", "authenticate.url = x\n"));
            }
        },
        LDAP("ldap", 20_000) {
            @Override
            void play(FailClosedIT test) throws Exception {
                Client alice = builder -> simple(builder, "alice", "secret");
                test.comesAndGoes(alice, true);
                String file = test.conf.resolve("io.mortise.auth.ldap.cfg").toString();
                String good = Files.readString(Path.of(file));
                test.fails(
                        "nobody vouches for the server",
                        alice,
                        () -> test.write(
                                file, good.replaceFirst("ca = .*", "ca = " + EveryDoor.FILES.resolve("other-ca.pem"))));
                test.fails(
                        "may not search",
                        alice,
                        () -> test.write(file, good + "bind.dn = cn=nobody\nbind.password = x\n"));
                test.fails(
                        "authorities missing",
                        alice,
                        () -> test.write(file, good.replaceFirst("ca = .*", "ca = not-there.pem")));
                test.write(file, good);
                test.fails("server down", alice, () -> test.directory.shutDown(true));
                test.fails("server says nothing", alice, () -> {
                    test.held = new CountDownLatch(1);
                    String url =
                            "url = ldap://127.0.0.1:" + test.server.getAddress().getPort();
                    test.write(file, good.replaceFirst("url = .*", url).replace("millis = 5000", "millis = 300"));
                });
            }
        },
        VENDOR("failing", 300) {
            @Override
            void play(FailClosedIT test) throws Exception {
                try (EveryDoor doors = test.start()) {
                    FailingBundle.startIn(doors.broker());
                    test.row(WELL, doors, builder -> simple(builder, "well", "x"), true, true);
                    for (String way : List.of(
                            "throws",
                            "misses a class",
                            "runs out of stack",
                            "answers null",
                            "completes with null",
                            "fails",
                            "never answers",
                            "abstains",
                            "accepts in the broker's name",
                            "authorizer-throws",
                            "authorizer-misses a class",
                            "authorizer-grants null",
                            "authorizer-never grants")) {
                        test.row(way, doors, builder -> simple(builder, way, "x"), false, true);
                    }
                }
            }
        };

        private final String provider;

        /** How long the broker waits: for what never answers, or for a method that was there a moment ago. */
        private final int deadlineMillis;

        Scene(String provider, int deadlineMillis) {
            this.provider = provider;
            this.deadlineMillis = deadlineMillis;
        }

        abstract void play(FailClosedIT test) throws Exception;

        private static String quoted(String broken, String good) {
            return broken.isEmpty()
                    ? "empty"
                    : broken.startsWith(good)
                            ? "with a line too many"
                            : broken.startsWith("<") ? "something else" : "cut off";
        }
    }

    /** How a client shows who it is. */
    private interface Client extends UnaryOperator<Mqtt5ClientBuilder> {}

    private interface Mishap {
        void happen() throws Exception;
    }

    public FailClosedIT(Scene scene) {
        this.scene = scene;
    }

    @Parameters(name = "{0}")
    public static Scene[] scenes() {
        return Scene.values();
    }

    private static Mqtt5ClientBuilder simple(Mqtt5ClientBuilder builder, String user, String password) {
        return builder.simpleAuth()
                .username(user)
                .password(password.getBytes(StandardCharsets.UTF_8))
                .applySimpleAuth();
    }

    @Before
    public void setUp() throws Exception {
        conf = folder.newFolder("conf").toPath();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            CountDownLatch gate = held;
            try {
                if (gate != null) {
                    gate.await();
                }
            } catch (InterruptedException ending) {
                return;
            }
            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
        write(
                "io.mortise.auth.jwt.cfg",
                "keys = " + url + "\nissuer = https://issuer.example\naudience = mqtt\nkeys.timeout.millis = 5000\n");
        write(
                "io.mortise.auth.http.cfg",
                "authenticate.url = " + url
                        + "\ntimeout.millis = 5000\ncache.accepted.seconds = 0\ncache.refused.seconds = 0\n");
        write("io.mortise.auth.cert.cfg", "identity = cn\n");
        if (scene == Scene.LDAP) {
            startDirectory();
        }
    }

    @Test
    public void shouldLetNobodyIn_SEC37() throws Exception {
        scene.play(this);
    }

    private void startDirectory() throws Exception {
        InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig("dc=acme");
        config.setListenerConfigs(InMemoryListenerConfig.createLDAPSConfig(
                "ldaps", InetAddress.getLoopbackAddress(), 0, TestTls.server().getServerSocketFactory(), null));
        directory = new InMemoryDirectoryServer(config);
        directory.add("dn: dc=acme", "objectClass: domain", "dc: acme");
        directory.add(
                "dn: uid=alice,dc=acme",
                "objectClass: inetOrgPerson",
                "uid: alice",
                "cn: alice",
                "sn: alice",
                "userPassword: secret");
        directory.startListening();
        write(
                "io.mortise.auth.ldap.cfg",
                "url = ldaps://127.0.0.1:" + directory.getListenPort() + "\nca = " + EveryDoor.FILES.resolve("ca.pem")
                        + "\nuser.base = dc=acme\ntimeout.millis = 5000\n");
    }

    @After
    public void tearDown() {
        stopServer();
        threads.shutdownNow();
        if (directory != null) {
            directory.shutDown(true);
        }
    }

    private void stopServer() {
        CountDownLatch gate = held;
        if (gate != null) {
            gate.countDown();
            held = null;
        }
        server.stop(0);
    }

    /** The server takes connections and leaves it at that; the provider does not wait for long. */
    private void saysNothing(String file) throws Exception {
        held = new CountDownLatch(1);
        write(file, Files.readString(conf.resolve(file)).replace("timeout.millis = 5000", "timeout.millis = 300"));
    }

    private void write(String file, String text) throws Exception {
        Files.writeString(conf.resolve(file), text);
    }

    private void passwd(String command, String file) throws Exception {
        Path input = folder.newFile().toPath();
        Files.writeString(input, "secret\n");
        ProcessBuilder builder = new ProcessBuilder(
                RunningBroker.MORTISE,
                command,
                "--password-stdin",
                conf.resolve(file).toString(),
                "alice");
        try (Command passwd = new Command(builder.redirectInput(input.toFile()))) {
            passwd.exitsWith(0);
        }
    }

    /** A broker with all its doors, which asks this provider and no other who may come in. */
    private EveryDoor start() throws Exception {
        List<String> options = new ArrayList<>(List.of("--conf", conf.toString(), "--set"));
        options.add("io.mortise.engine:authenticators=" + scene.provider);
        options.add("io.mortise.engine:authorizers=" + (scene == Scene.VENDOR ? "failing" : "open"));
        options.add("io.mortise.engine:auth.gap.millis=200");
        options.add("io.mortise.engine:auth.deadline.millis=" + scene.deadlineMillis);
        options.add("io.mortise.tls~server:client.authentication=optional");
        options.add("io.mortise.tls~server:client.ca=" + EveryDoor.FILES.resolve("ca.pem"));
        return new EveryDoor(options.toArray(String[]::new));
    }

    /** The provider is well; its bundle is stopped; it is there no more. */
    private void comesAndGoes(Client client, boolean everywhere) throws Exception {
        try (EveryDoor doors = start()) {
            row(WELL, doors, client, true, everywhere);
            String bundle = doors.broker().shell("lb", "-s").stream()
                    .filter(line -> line.contains("io.mortise.auth." + scene.provider))
                    .map(line -> line.substring(0, line.indexOf('|')).strip())
                    .findFirst()
                    .orElseThrow();
            doors.broker().shell("felix:stop", bundle);
            row("bundle stopped", doors, client, false, everywhere);
            doors.broker().shell("felix:uninstall", bundle);
            row("bundle missing", doors, client, false, everywhere);
        }
    }

    private void fails(String failure, Client client, Mishap mishap) throws Exception {
        mishap.happen();
        try (EveryDoor doors = start()) {
            row(failure, doors, client, false, true);
        }
    }

    /**
     * One row of the matrix.
     *
     * @param letIn whether the client is expected to be
     * @param everywhere whether at all doors, or only at those with TLS
     */
    private void row(String failure, EveryDoor doors, Client client, boolean letIn, boolean everywhere)
            throws Exception {
        List<String> cells = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        for (String protocol : EveryDoor.PROTOCOLS) {
            cells.add(outcome(doors, protocol, client));
            expected.add(letIn && (everywhere || EveryDoor.isEncrypted(protocol)) ? "let in" : "refused");
        }
        MATRIX.put("| " + scene.provider + " | " + failure.replace("\n", " ").replace("|", "\\|"), cells);
        assertEquals(scene.provider + " " + failure, expected, cells);
    }

    private static String outcome(EveryDoor doors, String protocol, Client shows) throws Exception {
        Mqtt5ClientBuilder builder = MqttClient.builder()
                .useMqttVersion5()
                .identifier("client")
                .serverHost("127.0.0.1")
                .serverPort(doors.port(protocol));
        if (EveryDoor.isEncrypted(protocol)) {
            builder.sslConfig(MqttClientSslConfig.builder()
                    .trustManagerFactory(EveryDoor.trust())
                    .keyManagerFactory(TestTls.client("client"))
                    .build());
        }
        if (protocol.startsWith("websocket")) {
            builder.webSocketConfig(MqttWebSocketConfig.builder()
                    .serverPath("mqtt")
                    .subprotocol("mqtt")
                    .build());
        }
        Mqtt5BlockingClient client = shows.apply(builder).buildBlocking();
        try {
            client.connect();
            client.disconnect();
            return "let in";
        } catch (Mqtt5ConnAckException refused) {
            return "refused";
        } catch (MqttClientStateException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @AfterClass
    public static void writeMatrix() throws Exception {
        List<String> lines = new ArrayList<>(List.of(
                "# What happens at each door when an auth provider fails",
                "",
                "| provider | failure | " + String.join(" | ", EveryDoor.PROTOCOLS) + " |",
                "|---|---|---|---|---|---|"));
        MATRIX.forEach((row, cells) -> lines.add(row + " | " + String.join(" | ", cells) + " |"));
        long failures = MATRIX.keySet().stream()
                .filter(row -> !row.endsWith("| " + WELL))
                .count();
        long refused = MATRIX.entrySet().stream()
                .filter(row -> !row.getKey().endsWith("| " + WELL))
                .filter(row -> row.getValue().stream().allMatch("refused"::equals))
                .count();
        lines.add("");
        lines.add(refused + " of " + failures + " failures are refused at every door.");
        Files.write(Path.of("target", "fail-closed.md"), lines);
    }
}
