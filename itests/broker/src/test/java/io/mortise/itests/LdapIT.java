// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.sdk.Modification;
import com.unboundid.ldap.sdk.ModificationType;
import com.unboundid.ldap.sdk.OperationType;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** A directory behind LDAPS says who may come in, and by its groups what they may do. */
public class LdapIT {
    private static final String PEOPLE = "ou=people,dc=acme";
    private static final String STAFF = "cn=staff,ou=groups,dc=acme";

    @Rule
    public final TemporaryFolder conf = new TemporaryFolder();

    private InMemoryDirectoryServer directory;

    @Before
    public void startDirectory() throws Exception {
        InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig("dc=acme");
        config.addAdditionalBindCredentials("cn=broker", "of-the-broker");
        config.setAuthenticationRequiredOperationTypes(EnumSet.of(OperationType.SEARCH));
        config.setListenerConfigs(InMemoryListenerConfig.createLDAPSConfig(
                "ldaps", InetAddress.getLoopbackAddress(), 0, TestTls.server().getServerSocketFactory(), null));
        directory = new InMemoryDirectoryServer(config);
        directory.add("dn: dc=acme", "objectClass: domain", "dc: acme");
        directory.add("dn: " + PEOPLE, "objectClass: organizationalUnit", "ou: people");
        directory.add("dn: ou=groups,dc=acme", "objectClass: organizationalUnit", "ou: groups");
        for (String name : List.of("alice", "bob")) {
            directory.add(
                    "dn: uid=" + name + "," + PEOPLE,
                    "objectClass: inetOrgPerson",
                    "uid: " + name,
                    "cn: " + name,
                    "sn: " + name,
                    "userPassword: of-" + name);
        }
        directory.add("dn: " + STAFF, "objectClass: groupOfNames", "cn: staff", "member: uid=alice," + PEOPLE);
        directory.startListening();
    }

    @After
    public void stopDirectory() {
        directory.shutDown(true);
    }

    private RunningBroker broker() throws Exception {
        Path folder = conf.getRoot().toPath();
        Files.write(
                folder.resolve("io.mortise.auth.ldap.cfg"),
                List.of(
                        "url = ldaps://127.0.0.1:" + directory.getListenPort("ldaps"),
                        "ca = " + EveryDoor.FILES.resolve("ca.pem"),
                        "bind.dn = cn=broker",
                        "bind.password = of-the-broker",
                        "user.base = " + PEOPLE,
                        "group.base = ou=groups,dc=acme",
                        "rules = staff: office/#, *: users/%u/#",
                        "timeout.millis = 15000",
                        "refresh.seconds = 1"));
        return new RunningBroker(
                "--conf",
                folder.toString(),
                "--feature",
                "kernel",
                "store-memory",
                "auth-ldap",
                "console",
                "listener-tcp",
                "--set",
                "io.mortise.engine:auth.deadline.millis=20000");
    }

    private static Mqtt5BlockingClient client(RunningBroker broker, String name, String password) {
        return MqttClient.builder()
                .useMqttVersion5()
                .identifier("phone-of-" + name)
                .serverHost("127.0.0.1")
                .serverPort(broker.port())
                .simpleAuth()
                .username(name)
                .password(password.getBytes(StandardCharsets.UTF_8))
                .applySimpleAuth()
                .buildBlocking();
    }

    private static Mqtt5ConnAckReasonCode refusal(RunningBroker broker, String name, String password) {
        return assertThrows(
                        Mqtt5ConnAckException.class,
                        () -> client(broker, name, password).connect())
                .getMqttMessage()
                .getReasonCode();
    }

    private static boolean publishes(Mqtt5BlockingClient client, String topic) {
        try {
            client.publishWith().topic(topic).qos(MqttQos.AT_LEAST_ONCE).send();
            return true;
        } catch (Mqtt5PubAckException refused) {
            return false;
        }
    }

    /** SEC-33: who leaves a group may not do what it may, connected or not. */
    @Test
    public void shouldLetInWhomTheDirectoryKnowsAndFollowItsGroups_SEC33() throws Exception {
        try (RunningBroker broker = broker()) {
            assertEquals(Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD, refusal(broker, "alice", "of-bob"));
            assertEquals(Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD, refusal(broker, "*", "of-alice"));
            Mqtt5BlockingClient alice = client(broker, "alice", "of-alice");
            Mqtt5BlockingClient bob = client(broker, "bob", "of-bob");
            alice.connect();
            bob.connect();
            assertTrue(publishes(alice, "office/lamp"));
            assertTrue(publishes(alice, "users/alice/lamp"));
            assertFalse(publishes(alice, "users/bob/lamp"));
            assertFalse(publishes(bob, "office/lamp"));

            directory.modify(STAFF, new Modification(ModificationType.REPLACE, "member", "uid=bob," + PEOPLE));
            Awaitility.await().until(() -> publishes(bob, "office/lamp") && !publishes(alice, "office/lamp"));
            assertTrue(publishes(alice, "users/alice/lamp"));
            alice.disconnect();
            bob.disconnect();
        }
    }

    /** SEC-37: a directory that does not answer lets nobody in, and health says so; when it is back, so are they. */
    @Test
    public void shouldLetNobodyInWhileTheDirectoryIsDown_SEC37() throws Exception {
        try (RunningBroker broker = broker()) {
            client(broker, "alice", "of-alice").connect();
            int port = directory.getListenPort("ldaps");
            directory.shutDown(true);
            assertEquals(Mqtt5ConnAckReasonCode.SERVER_UNAVAILABLE, refusal(broker, "bob", "of-bob"));
            String health = String.join("\n", broker.shell("health"));
            assertTrue(health, health.matches("(?s).*auth-ldap +DOWN .*"));
            assertTrue(health, health.matches("(?s).*engine +DEGRADED .*"));
            directory.startListening();
            assertEquals(port, directory.getListenPort("ldaps"));
            Awaitility.await().until(() -> {
                try {
                    client(broker, "bob", "of-bob").connect();
                    return true;
                } catch (Mqtt5ConnAckException refused) {
                    return false;
                }
            });
        }
    }
}
