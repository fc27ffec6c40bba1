// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import static org.junit.Assume.assumeTrue;

import java.nio.file.Path;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Test;

/** Eclipse Paho's Python client: MQTT 3.1, 3.1.1 and 5.0. What it does is in {@code src/test/clients/paho}. */
public class PahoPythonIT {
    /** The system's own, which has the system's packages; another may come first in the path. */
    private static final String PYTHON = "/usr/bin/python3";

    private static final String FEATURES =
            Path.of("src/test/clients/paho/features.py").toAbsolutePath().toString();

    private static RunningBroker broker;

    @BeforeClass
    public static void start() throws Exception {
        assumeTrue("Python's paho-mqtt is not installed", hasPaho());
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
    public void shouldShareASubscription() throws Exception {
        run("shared");
    }

    private static void run(String feature) throws Exception {
        Command.run(PYTHON, FEATURES, Integer.toString(broker.port()), feature);
    }

    private static boolean hasPaho() throws Exception {
        return Path.of(PYTHON).toFile().canExecute()
                && new ProcessBuilder(PYTHON, "-c", "import paho.mqtt.client")
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .waitFor()
                        == 0;
    }
}
