// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient.Mqtt5Publishes;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** SCRAM-SHA-256 between the broker, HiveMQ's client, and a SCRAM that no one here wrote. */
public class ScramIT {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Path conf;

    @Before
    public void setUp() throws Exception {
        conf = folder.newFolder("conf").toPath();
        passwd("alice", "secret");
        Files.writeString(conf.resolve("rules"), "user alice\ntopic home/#\n");
    }

    private void passwd(String user, String password) throws Exception {
        Path input = folder.newFile().toPath();
        Files.writeString(input, password + "\n");
        ProcessBuilder builder = new ProcessBuilder(
                RunningBroker.MORTISE,
                "scram-passwd",
                "--password-stdin",
                conf.resolve("scram-users").toString(),
                user);
        try (Command command = new Command(builder.redirectInput(input.toFile()))) {
            command.exitsWith(0);
        }
    }

    private RunningBroker broker() throws Exception {
        return new RunningBroker(
                "--conf",
                conf.toString(),
                "--feature",
                "kernel",
                "store-memory",
                "auth-file",
                "auth-scram",
                "listener-tcp");
    }

    private static Mqtt5BlockingClient client(RunningBroker broker, ScramMechanism mechanism) {
        return MqttClient.builder()
                .useMqttVersion5()
                .identifier("scram-client")
                .serverHost("127.0.0.1")
                .serverPort(broker.port())
                .enhancedAuth(mechanism)
                .buildBlocking();
    }

    private static Mqtt5ConnAckReasonCode refusal(Mqtt5BlockingClient client) {
        return assertThrows(Mqtt5ConnAckException.class, client::connect)
                .getMqttMessage()
                .getReasonCode();
    }

    @Test
    public void shouldLetInWhoProvesThePasswordAndLetThemDoWhatTheRulesSay() throws Exception {
        try (RunningBroker broker = broker()) {
            ScramMechanism mechanism = new ScramMechanism("alice", "secret");
            Mqtt5BlockingClient alice = client(broker, mechanism);
            alice.connect();
            assertTrue("the client has seen that the broker knows the password", mechanism.isServerProven());
            try (Mqtt5Publishes heard = alice.publishes(MqttGlobalPublishFilter.SUBSCRIBED)) {
                alice.subscribeWith().topicFilter("home/#").send();
                alice.publishWith().topic("home/lamp").send();
                assertTrue(heard.receive(20, TimeUnit.SECONDS).isPresent());

                // 4.12.1: again while connected, and everything goes on
                alice.toAsync().reauth().get(20, TimeUnit.SECONDS);
                assertEquals(2, mechanism.exchanges());
                alice.publishWith().topic("home/lamp").send();
                assertTrue(heard.receive(20, TimeUnit.SECONDS).isPresent());
            }
            alice.disconnect();

            assertEquals(
                    Mqtt5ConnAckReasonCode.NOT_AUTHORIZED,
                    refusal(client(broker, new ScramMechanism("alice", "Secret"))));
            assertEquals(
                    Mqtt5ConnAckReasonCode.NOT_AUTHORIZED,
                    refusal(client(broker, new ScramMechanism("mallory", "secret"))));
            // whoever names no method is nobody, with a password that is right as well
            Mqtt5BlockingClient plain = MqttClient.builder()
                    .useMqttVersion5()
                    .serverHost("127.0.0.1")
                    .serverPort(broker.port())
                    .simpleAuth()
                    .username("alice")
                    .password("secret".getBytes())
                    .applySimpleAuth()
                    .buildBlocking();
            assertEquals(Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD, refusal(plain));
        }
    }

    @Test
    public void shouldEndTheConnectionOfAUserWhoWasStruckOutWhenItAuthenticatesAnew() throws Exception {
        try (RunningBroker broker = broker()) {
            Mqtt5BlockingClient alice = client(broker, new ScramMechanism("alice", "secret"));
            alice.connect();
            Command.run(
                    RunningBroker.MORTISE,
                    "scram-passwd",
                    "--delete",
                    conf.resolve("scram-users").toString(),
                    "alice");
            Awaitility.await()
                    .until(() ->
                            broker.command().transcript().contains("scram-users: its users are in force, 0 of them"));
            Throwable failure =
                    assertThrows(Exception.class, () -> alice.toAsync().reauth().get(20, TimeUnit.SECONDS));
            assertTrue(String.valueOf(failure.getCause()), failure.getCause() instanceof Mqtt5DisconnectException);
            Awaitility.await().until(() -> !alice.getState().isConnected());
        }
    }

    @Test
    public void shouldLetNobodyInWithoutAFile_SEC37() throws Exception {
        Files.delete(conf.resolve("scram-users"));
        try (RunningBroker broker = broker()) {
            assertEquals(
                    Mqtt5ConnAckReasonCode.NOT_AUTHORIZED,
                    refusal(client(broker, new ScramMechanism("alice", "secret"))));
        }
    }
}
