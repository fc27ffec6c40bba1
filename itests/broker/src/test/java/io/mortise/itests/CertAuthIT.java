// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Clients that are known by their certificates, over TLS, and by nothing else. */
public class CertAuthIT {
    private static final String MAPPING = "(fri.*) -> device-$1";

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private RunningBroker broker(String mapping, String... more) throws Exception {
        Path conf = folder.newFolder().toPath();
        Files.writeString(conf.resolve("rules"), "user device-fridge\ntopic kitchen/#\n");
        Files.writeString(
                conf.resolve("io.mortise.auth.cert.cfg"),
                "identity = cn\nmapping = " + mapping + "\n" + String.join("\n", more) + "\n");
        Files.writeString(
                conf.resolve("io.mortise.tls~asking.cfg"),
                "certificates = " + EveryDoor.FILES.resolve("server-1.pem") + "\nkeys = "
                        + EveryDoor.FILES.resolve("server-1.key") + "\nclient.authentication = optional\nclient.ca = "
                        + EveryDoor.FILES.resolve("ca.pem") + "\n");
        Files.writeString(conf.resolve("io.mortise.listener.tcp~tls.cfg"), "port = 0\ntls = asking\n");
        return new RunningBroker(
                "--conf",
                conf.toString(),
                "--feature",
                "kernel",
                "store-memory",
                "auth-file",
                "auth-cert",
                "listener-tcp");
    }

    private static Mqtt5BlockingClient client(RunningBroker broker, String certificate) throws Exception {
        return MqttClient.builder()
                .useMqttVersion5()
                .identifier("fridge")
                .serverHost("127.0.0.1")
                .serverPort(broker.ports("mqtt-tls").get(0))
                .sslConfig(MqttClientSslConfig.builder()
                        .trustManagerFactory(EveryDoor.trust())
                        .keyManagerFactory(certificate == null ? null : TestTls.client(certificate))
                        .build())
                .buildBlocking();
    }

    private static void assertRefused(Mqtt5BlockingClient client) {
        assertEquals(
                Mqtt5ConnAckReasonCode.NOT_AUTHORIZED,
                assertThrows(Mqtt5ConnAckException.class, client::connect)
                        .getMqttMessage()
                        .getReasonCode());
    }

    @Test
    public void shouldKnowClientsByTheirCertificates() throws Exception {
        try (RunningBroker broker = broker(MAPPING)) {
            Mqtt5BlockingClient fridge = client(broker, "client");
            fridge.connect();
            fridge.publishWith()
                    .topic("kitchen/fridge")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .send();
            assertThrows(
                    Mqtt5PubAckException.class,
                    () -> fridge.publishWith()
                            .topic("office/door")
                            .qos(MqttQos.AT_LEAST_ONCE)
                            .send());
            fridge.disconnect();
            assertRefused(client(broker, null));
            assertRefused(client(broker, "nameless"));
        }
    }

    @Test
    public void shouldBindTheClientIdentifierAndTheIssuer() throws Exception {
        try (RunningBroker broker = broker(MAPPING, "client.id.is.principal = true")) {
            Mqtt5ConnAckException refused = assertThrows(
                    Mqtt5ConnAckException.class, () -> client(broker, "client").connect());
            assertEquals(
                    Mqtt5ConnAckReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
                    refused.getMqttMessage().getReasonCode());
        }
        try (RunningBroker broker = broker(MAPPING, "issuers = CN=somebody-else")) {
            assertRefused(client(broker, "client"));
        }
    }

    /** SEC-37: a mapping that cannot be understood closes the door. */
    @Test
    public void shouldLetNobodyInByAMappingThatIsNone_SEC37() throws Exception {
        try (RunningBroker broker = broker("(")) {
            Mqtt5ConnAckException refused = assertThrows(
                    Mqtt5ConnAckException.class, () -> client(broker, "client").connect());
            assertTrue(refused.getMqttMessage().getReasonCode().isError());
        }
    }
}
