// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * From the archetype to a running auth bundle, by the commands of the guide, with a distribution that was unpacked somewhere else; then a
 * new version under traffic, and back; and a signed one.
 */
public class VendorKitIT {
    private static final Pattern READY = Pattern.compile("mqtt=127\\.0\\.0\\.1:(\\d+)");

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    /** The commands of a section of the guide, as they stand there. */
    private static List<String> commands(String section) throws IOException {
        String guide = Files.readString(Distribution.HOME.resolve("vendor/README.md"));
        String part = guide.substring(guide.indexOf("## " + section));
        int end = part.indexOf("\n## ", 3);
        return (end < 0 ? part : part.substring(0, end))
                .lines()
                .filter(line -> line.startsWith("    "))
                .map(String::strip)
                .toList();
    }

    private void run(Path mortise, Path workshop, String command) throws Exception {
        String maven = System.getProperty("mortise.maven")
                + (System.getProperty("mortise.offline", "").endsWith("true") ? " -o -B -q" : " -B -q");
        ProcessBuilder shell = new ProcessBuilder("sh", "-ec", command.replaceFirst("^mvn ", maven + " "));
        shell.directory(workshop.toFile());
        shell.environment().put("MORTISE", mortise.toString());
        try (Command running = new Command(shell)) {
            running.exitsWith(0, 300);
        }
    }

    private static Path unpack(Path to) throws IOException {
        try (Stream<Path> files = Files.walk(Distribution.HOME)) {
            for (Path file : files.toList()) {
                Path relative = Distribution.HOME.relativize(file);
                if (!relative.startsWith("data")) {
                    Files.copy(file, to.resolve(relative.toString()));
                }
            }
        }
        return to;
    }

    @Test
    public void shouldTakeAtMostFiveCommands() throws Exception {
        List<String> commands = commands("From the archetype to a running bundle");
        assertEquals(6, commands.size()); // the last one is a client's
        Path mortise = unpack(folder.getRoot().toPath().resolve("mortise"));
        Path workshop = folder.newFolder("workshop").toPath();
        ProcessBuilder run = new ProcessBuilder(
                mortise.resolve("bin/mortise").toString(),
                "run",
                "--set",
                "io.mortise.listener.tcp~default:port=0",
                "io.mortise.listener.websocket~default:port=0");
        try (Command broker = new Command(run)) {
            Matcher ready = READY.matcher(broker.line(line -> line.startsWith("mortise ready")));
            assertTrue(ready.find());
            String uri = "tcp://127.0.0.1:" + ready.group(1);
            assertTrue("everybody, before", letIn(uri, "alice", "open-barley"));
            for (String command : commands.subList(0, 5)) {
                run(mortise, workshop, command);
            }
            Awaitility.await().until(() -> !letIn(uri, "alice", "open-barley"));
            assertTrue(letIn(uri, "alice", "open-sesame"));

            try (MqttClient alice = connect(uri, "alice", "open-sesame")) {
                for (String command : commands("A new version, while clients are connected")) {
                    alice.publish("home/alice/lamp", "on".getBytes(), 1, false);
                    run(mortise, workshop, command);
                    assertTrue(alice.isConnected());
                    alice.publish("home/alice/lamp", "off".getBytes(), 1, false);
                    assertFalse(letIn(uri, "alice", "open-barley"));
                }
                alice.disconnect();
            }
            broker.terminate();
            broker.exitsWith(0);
        }
        run(
                mortise,
                workshop,
                "keytool -genkeypair -keystore my.p12 -alias my-key -storepass changeit -keyalg EC -dname CN=example"
                        + " -ext eku=codeSigning");
        for (String command : commands("Signing")) {
            run(mortise, workshop, command);
        }
        run(
                mortise,
                workshop,
                "jarsigner -verify com.example.auth/target/com.example.auth-1.0.2.jar | grep -q '^jar verified'");
    }

    /** What the commands have put into Maven's repository. */
    @After
    public void forgetTheArchetype() throws IOException {
        Path archetype = Path.of(System.getProperty("mortise.local.repository"), "io/mortise/mortise-plugin-archetype");
        if (Files.exists(archetype)) {
            try (Stream<Path> files = Files.walk(archetype)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static MqttClient connect(String uri, String user, String password) throws MqttException {
        MqttClient client = new MqttClient(uri, "client-" + password, new MemoryPersistence());
        MqttConnectOptions options = new MqttConnectOptions();
        options.setUserName(user);
        options.setPassword(password.toCharArray());
        try {
            client.connect(options);
            return client;
        } catch (MqttException refused) {
            client.close(true);
            throw refused;
        }
    }

    private static boolean letIn(String uri, String user, String password) {
        try (MqttClient client = connect(uri, user, password)) {
            client.disconnect();
            return true;
        } catch (MqttException refused) {
            return false;
        }
    }
}
