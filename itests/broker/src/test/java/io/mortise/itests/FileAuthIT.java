// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Users and rules in files: the command that makes users, a broker that knows them, and Mosquitto with the same files. */
public class FileAuthIT {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    /** Hashing takes its time: once is enough. */
    private static String aliceAndBob;

    private Path conf;
    private Path users;
    private Path rules;

    @Before
    public void setUp() throws Exception {
        conf = folder.newFolder("conf").toPath();
        users = conf.resolve("users");
        rules = conf.resolve("rules");
        if (aliceAndBob == null) {
            passwd("alice", "secret");
            passwd("bob", "builder");
            aliceAndBob = Files.readString(users);
        }
        Files.writeString(users, aliceAndBob);
        Files.writeString(rules, "user alice\ntopic home/#\nuser bob\ntopic home/#\n");
    }

    @Test
    public void shouldLetInWhomThePasswordFileKnows() throws Exception {
        try (RunningBroker broker = broker()) {
            assertTrue(isLetIn(broker.port(), "alice", "secret"));
            assertRefused(broker.port(), "alice", "builder");
            assertRefused(broker.port(), "carol", "secret");
            assertRefused(broker.port(), null, null);

            passwd("carol", "sings");
            Awaitility.await().until(() -> isLetIn(broker.port(), "carol", "sings"));
            Command.run(RunningBroker.MORTISE, "passwd", "--delete", users.toString(), "carol");
            Awaitility.await().until(() -> !isLetIn(broker.port(), "carol", "sings"));
        }
    }

    /** SEC-33: a subscription that was made when it was allowed delivers nothing any more, and again when it is allowed again. */
    @Test
    public void shouldStopDeliveringWhenARuleIsGone_SEC33() throws Exception {
        try (RunningBroker broker = broker();
                Listening alice = new Listening(connect(broker.port(), "alice", "secret"), "home/#");
                MqttClient bob = connect(broker.port(), "bob", "builder")) {
            bob.publish("home/lamp", "1".getBytes(), 1, false);
            assertEquals("1", alice.heard.poll(30, TimeUnit.SECONDS));

            Files.writeString(rules, "user alice\ntopic home/door\nuser bob\ntopic home/#\n");
            Awaitility.await().until(() -> alice.hearsOf(bob, "home/door") && !alice.hearsOf(bob, "home/lamp"));
            // a file that is broken takes nothing and gives nothing
            Files.writeString(rules, "user alice\ntopic home/#\nuser bob\ntopic home/#\ntopic readwirte x\n");
            Awaitility.await().until(() -> broker.command().transcript().contains("line 5: expected read, write"));
            assertTrue(!alice.hearsOf(bob, "home/lamp") && alice.hearsOf(bob, "home/door"));
            Files.writeString(rules, "user alice\ntopic home/#\nuser bob\ntopic home/#\n");
            Awaitility.await().until(() -> alice.hearsOf(bob, "home/lamp"));
            bob.disconnect();
        }
    }

    @Test
    public void shouldSayWhichRuleDecides() throws Exception {
        Files.writeString(rules, "user alice\ntopic home/#\ntopic deny home/safe/#\n");
        try (RunningBroker broker = new RunningBroker(
                "--conf",
                conf.toString(),
                "--set",
                "io.mortise.engine:authenticators=file",
                "io.mortise.engine:authorizers=file")) {
            String denied =
                    String.join("\n", broker.shell("auth-explain", "phone", "alice", "publish", "home/safe/key"));
            assertTrue(denied, denied.contains("deny home/safe/#"));
            assertTrue(denied, denied.endsWith("may not publish home/safe/key"));
            String allowed =
                    String.join("\n", broker.shell("auth-explain", "phone", "alice", "subscribe", "home/lamp/+"));
            assertTrue(allowed, allowed.endsWith("may subscribe home/lamp/+"));
        }
    }

    /** What clients do for a second is decided again, by a provider that nobody else asks; nothing comes of that. */
    @Test
    public void shouldCompareWhatIsInForceWithAnotherProvider() throws Exception {
        Files.writeString(rules, "user alice\ntopic home/#\n");
        try (RunningBroker broker = new RunningBroker(
                        "--conf",
                        conf.toString(),
                        "--set",
                        "io.mortise.engine:authenticators=file",
                        "io.mortise.engine:authorizers=file");
                MqttClient alice = connect(broker.port(), "alice", "secret")) {
            Thread talking = new Thread(() -> {
                int reason = MqttException.REASON_CODE_MAX_INFLIGHT; // it may count what is acknowledged for a while
                while (!Thread.currentThread().isInterrupted() && reason == MqttException.REASON_CODE_MAX_INFLIGHT) {
                    try {
                        alice.publish("home/lamp", "on".getBytes(), 1, false);
                        alice.publish("office/lamp", "on".getBytes(), 1, false);
                    } catch (MqttException ended) {
                        reason = ended.getReasonCode();
                    }
                }
            });
            talking.start();
            String report = String.join("\n", broker.shell("auth-explain", "--shadow", "open", "1"));
            talking.interrupt();
            talking.join();
            assertTrue(report, report.matches("(?s).*alice +publish office/lamp +may not: nobody allows it +may: .*"));
            assertTrue(report, report.endsWith("2 decisions about 1 clients; the candidate decides 1 otherwise"));
            if (alice.isConnected()) {
                alice.disconnect();
            }
        }
    }

    /** SEC-37: with files that are missing, the broker is ready and lets nobody in. */
    @Test
    public void shouldLetNobodyInWithoutFiles_SEC37() throws Exception {
        Files.delete(users);
        Files.delete(rules);
        try (RunningBroker broker = broker()) {
            assertRefused(broker.port(), "alice", "secret");
            assertRefused(broker.port(), null, null);
            assertTrue(broker.command().transcript().contains("there is no such file; nobody is let in"));
        }
    }

    /** SEC-37: a provider that is configured and does not come refuses, and nothing takes its place. */
    @Test
    public void shouldRefuseWhenAConfiguredProviderIsMissing_SEC37() throws Exception {
        try (RunningBroker broker = new RunningBroker(
                "--set", "io.mortise.engine:authenticators=open,ldap", "io.mortise.engine:auth.gap.millis=500")) {
            assertRefused(broker.port(), null, null);
            assertRefused(broker.port(), "alice", "secret");
            assertTrue(
                    broker.command().transcript(), broker.command().transcript().contains("ldap is missing"));
        }
    }

    /** The providers of one listener are not those of another. */
    @Test
    public void shouldAskTheProvidersOfTheListener() throws Exception {
        int port = freePort();
        try (RunningBroker broker = new RunningBroker(
                "--conf",
                conf.toString(),
                "--set",
                "io.mortise.engine:auth.deadline.millis=30000",
                "io.mortise.listener.tcp~staff:port=" + port,
                "io.mortise.engine:listener.authenticators=io.mortise.listener.tcp~staff=file",
                "io.mortise.engine:listener.authorizers=io.mortise.listener.tcp~staff=file")) {
            int open = Pattern.compile("mqtt=127.0.0.1:(\\d+)")
                    .matcher(broker.command().transcript())
                    .results()
                    .map(match -> Integer.parseInt(match.group(1)))
                    .filter(bound -> bound != port)
                    .findFirst()
                    .orElseThrow();
            assertTrue(isLetIn(open, null, null));
            assertRefused(port, null, null);
            assertTrue(isLetIn(port, "alice", "secret"));
        }
    }

    @Test
    public void shouldShareItsFilesWithMosquitto() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/sbin/mosquitto")));
        int port = freePort();
        Path mosquitto = folder.getRoot().toPath().resolve("mosquitto.conf");
        Files.write(
                mosquitto,
                List.of(
                        "user root",
                        "listener " + port + " 127.0.0.1",
                        "allow_anonymous false",
                        "password_file " + users,
                        "acl_file " + rules));
        try (Command broker = new Command("/usr/sbin/mosquitto", "-c", mosquitto.toString())) {
            Awaitility.await().ignoreExceptions().until(() -> isLetIn(port, "alice", "secret"));
            assertRefused(port, "alice", "builder");
            assertTrue(isLetIn(port, "bob", "builder"));
            broker.terminate();
        }
    }

    private RunningBroker broker() throws IOException, InterruptedException {
        List<String> options = new ArrayList<>(List.of("--conf", conf.toString(), "--feature"));
        options.addAll(List.of("kernel", "store-memory", "auth-file", "listener-tcp"));
        options.addAll(List.of("--set", "io.mortise.engine:auth.deadline.millis=30000"));
        return new RunningBroker(options.toArray(String[]::new));
    }

    private void passwd(String user, String password) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(RunningBroker.MORTISE, "passwd", "--password-stdin", users.toString(), user);
        Path input = folder.newFile().toPath();
        Files.writeString(input, password + "\n");
        try (Command command = new Command(builder.redirectInput(input.toFile()))) {
            command.exitsWith(0);
        }
    }

    /** A client that keeps what it hears. */
    private static final class Listening implements AutoCloseable {
        private final MqttClient client;
        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

        Listening(MqttClient client, String filter) throws MqttException {
            this.client = client;
            client.subscribe(filter, 1, (topic, message) -> heard.add(message.toString()));
        }

        /** Whether it hears of this topic: what is said after it comes after it, if at all. */
        boolean hearsOf(MqttClient publisher, String topic) throws Exception {
            publisher.publish(topic, "question".getBytes(), 1, false);
            publisher.publish("home/door", "end".getBytes(), 1, false);
            boolean hears = false;
            for (String word = heard.poll(30, TimeUnit.SECONDS); !"end".equals(word); ) {
                hears |= "question".equals(word);
                word = heard.poll(30, TimeUnit.SECONDS);
                assertTrue("home/door is allowed all the time", word != null);
            }
            return hears;
        }

        @Override
        public void close() throws MqttException {
            client.disconnect();
            client.close();
        }
    }

    private static MqttClient connect(int port, String user, String password) throws MqttException {
        MqttClient client = new MqttClient("tcp://127.0.0.1:" + port, "client-" + user, new MemoryPersistence());
        MqttConnectOptions options = new MqttConnectOptions();
        options.setCleanSession(true);
        if (user != null) {
            options.setUserName(user);
            options.setPassword(password.toCharArray());
        }
        try {
            client.connect(options);
            return client;
        } catch (MqttException refused) {
            client.close(true);
            throw refused;
        }
    }

    private static boolean isLetIn(int port, String user, String password) throws MqttException {
        try {
            MqttClient client = connect(port, user, password);
            client.disconnect();
            client.close();
            return true;
        } catch (MqttException refused) {
            if (refused.getReasonCode() == MqttException.REASON_CODE_FAILED_AUTHENTICATION
                    || refused.getReasonCode() == MqttException.REASON_CODE_NOT_AUTHORIZED) {
                return false;
            }
            throw refused;
        }
    }

    private static void assertRefused(int port, String user, String password) {
        MqttException refused = assertThrows(MqttException.class, () -> connect(port, user, password));
        assertTrue(
                refused.toString(),
                refused.getReasonCode() == MqttException.REASON_CODE_FAILED_AUTHENTICATION
                        || refused.getReasonCode() == MqttException.REASON_CODE_NOT_AUTHORIZED
                        || refused.getReasonCode() == MqttException.REASON_CODE_BROKER_UNAVAILABLE);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
