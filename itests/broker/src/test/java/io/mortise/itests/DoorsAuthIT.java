// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import static org.junit.Assert.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** SEC-38: whoever is let in at one door is let in at each, and whoever is not, at none. */
public class DoorsAuthIT {
    private static final int ACCEPTED = 0;
    private static final int BAD_USER_NAME_OR_PASSWORD = 4;
    private static final int NOT_AUTHORIZED = 5;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void shouldAskTheSameAtEveryDoor_SEC38() throws Exception {
        Path conf = folder.newFolder("conf").toPath();
        Path users = conf.resolve("users");
        Path password = folder.newFile().toPath();
        Files.writeString(password, "secret\n");
        try (Command passwd = new Command(
                new ProcessBuilder(RunningBroker.MORTISE, "passwd", "--password-stdin", users.toString(), "alice")
                        .redirectInput(password.toFile()))) {
            passwd.exitsWith(0);
        }
        Files.writeString(conf.resolve("rules"), "user alice\ntopic home/#\n");
        Path socket = folder.getRoot().toPath().resolve("mqtt.sock");
        try (EveryDoor doors = new EveryDoor(
                "--conf",
                conf.toString(),
                "--set",
                "io.mortise.engine:authenticators=file",
                "io.mortise.engine:authorizers=file",
                "io.mortise.engine:auth.deadline.millis=30000",
                "io.mortise.listener.tcp~unix:unix.socket=" + socket)) {
            Map<String, Map<String, Integer>> seen = new LinkedHashMap<>();
            Map<String, Map<String, Integer>> expected = new LinkedHashMap<>();
            for (String[] who : new String[][] {
                {"alice", "secret"},
                {"alice", "alice"}, // the user's name is not its password
                {"alice", ""},
                {"bob", "secret"},
                {null, null}
            }) {
                String name = who[0] + " " + who[1];
                int refused = who[0] == null ? NOT_AUTHORIZED : BAD_USER_NAME_OR_PASSWORD;
                int answer = "alice secret".equals(name) ? ACCEPTED : refused;
                for (String protocol : EveryDoor.PROTOCOLS) {
                    seen.computeIfAbsent(name, n -> new LinkedHashMap<>())
                            .put(protocol, connect(doors.uri(protocol), EveryDoor.isEncrypted(protocol), who));
                    expected.computeIfAbsent(name, n -> new LinkedHashMap<>()).put(protocol, answer);
                }
                seen.get(name).put("unix", connect(socket, who));
                expected.get(name).put("unix", answer);
            }
            assertEquals(expected, seen);
        }
    }

    /** What CONNACK says. */
    private static int connect(String uri, boolean encrypted, String[] who) throws Exception {
        MqttClient client = new MqttClient(uri, "someone", new MemoryPersistence());
        MqttConnectOptions options = new MqttConnectOptions();
        options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        if (encrypted) {
            options.setSocketFactory(EveryDoor.encrypting());
            options.setHttpsHostnameVerificationEnabled(false);
        }
        if (who[0] != null) {
            options.setUserName(who[0]);
            options.setPassword(who[1].toCharArray());
        }
        try {
            client.connect(options);
            client.disconnect();
            client.close();
            return ACCEPTED;
        } catch (MqttException refused) {
            client.close(true);
            return refused.getReasonCode();
        }
    }

    private static int connect(Path socket, String[] who) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream to = new DataOutputStream(body);
        to.writeUTF("MQTT");
        to.write(4);
        to.write(who[0] == null ? 0x02 : 0xC2); // Clean Session, User Name, Password
        to.writeShort(0);
        to.writeUTF("someone");
        if (who[0] != null) {
            to.writeUTF(who[0]);
            to.writeUTF(who[1]);
        }
        try (SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            client.connect(UnixDomainSocketAddress.of(socket));
            client.write(ByteBuffer.wrap(new byte[] {0x10, (byte) body.size()}));
            client.write(ByteBuffer.wrap(body.toByteArray()));
            ByteBuffer connAck = ByteBuffer.allocate(4);
            while (connAck.hasRemaining() && client.read(connAck) >= 0) {
                continue;
            }
            return connAck.get(3);
        }
    }
}
