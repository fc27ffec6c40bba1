// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import static org.junit.Assume.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Test;

/** MQTT.js in Node: MQTT 3.1.1 and 5.0. What it does is in {@code src/test/clients/mqttjs}; npm puts the library beside it. */
public class MqttJsIT {
    private static final Path SOURCE = Path.of("src/test/clients/mqttjs");
    private static final Path HOME = Path.of("target/mqttjs").toAbsolutePath();
    private static final int INSTALLATION_SECONDS = 300;

    private static RunningBroker broker;

    @BeforeClass
    public static void start() throws Exception {
        assumeTrue("Node is not installed", Command.exists("node") && Command.exists("npm"));
        install();
        broker = new RunningBroker();
    }

    @AfterClass
    public static void stop() throws Exception {
        if (broker != null) {
            broker.close();
        }
    }

    @Test
    public void shouldCarryMessagesInEveryVersionAtEveryQos() throws Exception {
        run("messages");
    }

    @Test
    public void shouldSendTheRetainedMessage() throws Exception {
        run("retained");
    }

    @Test
    public void shouldPublishTheWillOfAClientThatBreaksOff() throws Exception {
        run("will");
    }

    @Test
    public void shouldResumeASession() throws Exception {
        run("session");
    }

    @Test
    public void shouldPassPropertiesOn() throws Exception {
        run("properties");
    }

    @Test
    public void shouldUnderstandAliases() throws Exception {
        run("aliases");
    }

    @Test
    public void shouldShareASubscription() throws Exception {
        run("shared");
    }

    private static void run(String feature) throws Exception {
        Command.run("node", HOME.resolve("features.js").toString(), Integer.toString(broker.port()), feature);
    }

    /** The versions are those of the lock file; a second time npm has them already. */
    private static void install() throws IOException, InterruptedException {
        Files.createDirectories(HOME);
        for (String file : List.of("package.json", "package-lock.json", "features.js")) {
            Files.copy(SOURCE.resolve(file), HOME.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        try (Command npm = new Command(
                "npm",
                "ci",
                "--prefix",
                HOME.toString(),
                "--prefer-offline",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund")) {
            npm.exitsWith(0, INSTALLATION_SECONDS);
        }
    }
}
