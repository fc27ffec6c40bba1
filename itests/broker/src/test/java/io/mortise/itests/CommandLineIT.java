// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The command line, which scripts rely on. */
public class CommandLineIT {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    /** After a power cut, files that Felix has written and not synced are empty. */
    @Test
    public void shouldPutInAgainWhatTheFrameworkHasForgotten() throws Exception {
        Path data = folder.newFolder().toPath();
        String[] run = {
            RunningBroker.MORTISE,
            "run",
            "--data",
            data.toString(),
            "--set",
            "io.mortise.listener.tcp~default:port=0",
            "io.mortise.listener.websocket~default:port=0"
        };
        try (Command first = new Command(run)) {
            first.line(line -> line.startsWith("mortise ready"));
            first.terminate();
            first.exitsWith(0);
        }
        List<Path> torn;
        try (Stream<Path> files = Files.walk(data.resolve("framework"))) {
            torn = files.filter(file -> file.endsWith("revision.location") || file.endsWith("bundle.info"))
                    .sorted()
                    .toList();
        }
        for (int i = 0; i < torn.size(); i += 3) {
            Files.write(torn.get(i), new byte[0]);
        }
        try (Command second = new Command(run)) {
            second.line(line -> line.startsWith("mortise ready"));
            assertTrue(second.transcript(), second.transcript().contains("is put in again"));
            second.terminate();
            second.exitsWith(0);
        }
        try (Command third = new Command(run)) {
            third.line(line -> line.startsWith("mortise ready"));
            assertFalse(third.transcript(), third.transcript().contains("is put in again"));
            third.terminate();
            third.exitsWith(0);
        }
    }

    @Test
    public void shouldSayWhenItIsReadyAndEndCleanlyOnSigterm() throws Exception {
        for (String feature : List.of("minimal", "full")) {
            try (RunningBroker broker = new RunningBroker("--feature", feature)) {
                connect(broker.port());
                broker.command().terminate();
                broker.command().exitsWith(0);
            }
        }
    }

    @Test
    public void shouldWriteNothingOutsideItsDataFolder() throws Exception {
        List<String> before = tree(Distribution.HOME);
        try (RunningBroker broker = new RunningBroker()) {
            connect(broker.port());
            broker.command().terminate();
            broker.command().exitsWith(0);
        }
        assertEquals(before, tree(Distribution.HOME));
    }

    @Test
    public void shouldNameThePortThatIsInUse() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Command mortise = new Command(
                        RunningBroker.MORTISE,
                        "run",
                        "--data",
                        folder.getRoot().toString(),
                        "--set",
                        "io.mortise.listener.tcp~default:port=" + taken.getLocalPort(),
                        "--set",
                        "io.mortise.listener.websocket~default:port=0")) {
            mortise.exitsWith(3);
            assertEquals(List.of(), mortise.output());
            assertTrue(mortise.transcript(), mortise.transcript().contains("127.0.0.1:" + taken.getLocalPort()));
        }
    }

    @Test
    public void shouldRefuseWhatItDoesNotUnderstandInOneLine() throws Exception {
        refuses(2, "--bogus", "run", "--bogus");
        refuses(2, "nosuchfeature", "run", "--feature", "nosuchfeature");
        refuses(2, "frobnicate", "frobnicate");
        refuses(1, "expected a whole number from 0 to 65535", "run", "--set", "io.mortise.listener.tcp~default:port=x");
    }

    private void refuses(int status, String because, String... words) throws Exception {
        List<String> all = new ArrayList<>(List.of(RunningBroker.MORTISE));
        all.addAll(List.of(words));
        if (words[0].equals("run")) {
            all.addAll(List.of("--data", folder.getRoot().toString()));
        }
        try (Command mortise = new Command(all)) {
            mortise.exitsWith(status);
            String said = mortise.transcript().strip();
            assertFalse(said, said.contains("\n"));
            assertTrue(said, said.contains(because));
        }
    }

    @Test
    public void shouldRefuseASecondBrokerOnTheSameData() throws Exception {
        try (RunningBroker broker = new RunningBroker();
                Command second = new Command(
                        RunningBroker.MORTISE,
                        "run",
                        "--data",
                        broker.data().toString(),
                        "--set",
                        "io.mortise.listener.tcp~default:port=0",
                        "--set",
                        "io.mortise.listener.websocket~default:port=0")) {
            second.exitsWith(1);
            assertTrue(
                    second.transcript(),
                    second.transcript().contains(broker.data().toString()));
            connect(broker.port());
        }
    }

    @Test
    public void shouldTakeUpAChangedFileAndKeepItsConnections() throws Exception {
        Path conf = folder.newFolder("conf").toPath();
        try (RunningBroker broker = new RunningBroker("--conf", conf.toString());
                Conversation conversation = new Conversation(broker.port(), 1)) {
            int second = freePort();
            Files.writeString(conf.resolve("io.mortise.listener.tcp~second.cfg"), "port = " + second + "\n");
            await(() -> canConnect(second));
            conversation.say(10);
            conversation.hearEverything();

            int third = freePort();
            Files.writeString(conf.resolve("io.mortise.listener.tcp~second.cfg"), "port = " + third + "\n");
            await(() -> canConnect(third) && !canConnect(second));

            Files.writeString(conf.resolve("io.mortise.listener.tcp~second.cfg"), "port = seven\n");
            await(() -> broker.command().transcript().contains("seven"));
            assertTrue(canConnect(third));

            Files.delete(conf.resolve("io.mortise.listener.tcp~second.cfg"));
            await(() -> !canConnect(third));
            conversation.say(10);
            conversation.hearEverything();
            conversation.isUnbroken();
        }
    }

    @Test
    public void shouldAnswerInTheShell() throws Exception {
        try (RunningBroker broker = new RunningBroker();
                Conversation conversation = new Conversation(broker.port(), 1)) {
            assertEquals(
                    "rw-------",
                    PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(broker.data().resolve("shell.sock"))));
            assertContains(broker.shell("clients"), "publisher", "subscriber", "127.0.0.1");
            assertContains(broker.shell("mortise:client", "subscriber"), "conversation/of/two");
            assertContains(broker.shell("sessions"), "publisher", "subscriber");
            assertContains(broker.shell("subscriptions"), "conversation/of/two");
            assertContains(broker.shell("listeners"), "tcp~default", "127.0.0.1:" + broker.port());
            assertContains(broker.shell("bundles"), "io.mortise.router", "io.mortise.engine", "Broker");
            assertContains(broker.shell("stats"), "connections");
            assertContains(broker.shell("retained"), "TOPIC", "0 retained messages");
            assertContains(broker.shell("lb"), "Mortise :: Engine");
            broker.shell("kick", "subscriber");
            await(() -> {
                try {
                    conversation.isUnbroken();
                    return false;
                } catch (AssertionError broken) {
                    return true;
                }
            });
            try (Command failing = new Command(
                    RunningBroker.MORTISE, "shell", "--data", broker.data().toString(), "client", "nobody")) {
                failing.exitsWith(1);
                assertTrue(failing.transcript(), failing.transcript().contains("nobody"));
            }
        }
    }

    @Test
    public void shouldSayWhyThereIsNoShell() throws Exception {
        try (Command shell = new Command(
                RunningBroker.MORTISE, "shell", "--data", folder.getRoot().toString(), "clients")) {
            shell.exitsWith(1);
            assertFalse(shell.transcript(), shell.transcript().strip().contains("\n"));
        }
    }

    private static void assertContains(List<String> lines, String... words) {
        String text = String.join("\n", lines);
        for (String word : words) {
            assertTrue("'" + word + "' expected in:\n" + text, text.contains(word));
        }
    }

    private static List<String> tree(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.map(file -> file + " " + file.toFile().lastModified())
                    .sorted()
                    .toList();
        }
    }

    private static void connect(int port) throws Exception {
        MqttClient client = new MqttClient("tcp://127.0.0.1:" + port, "visitor", new MemoryPersistence());
        client.connect();
        client.disconnect();
        client.close();
    }

    private static boolean canConnect(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException refused) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(Duration.ofSeconds(Command.PATIENCE_SECONDS)).until(condition);
    }
}
