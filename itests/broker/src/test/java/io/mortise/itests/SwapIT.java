// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What an operator swaps by hand, while a publisher and a subscriber talk. */
public class SwapIT {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private RunningBroker broker;
    private Conversation conversation;

    @Before
    public void startToTalk() throws Exception {
        // short deadlines: half of what is swapped here never comes up
        broker = new RunningBroker(
                "--set", "io.mortise.swap:deadline.millis=2000", "io.mortise.swap:pause.maximum.millis=2000");
        conversation = new Conversation(broker.port(), 2);
        conversation.say(20);
        conversation.hearEverything();
    }

    @After
    public void endTheTalk() throws Exception {
        try {
            conversation.close();
        } finally {
            broker.close();
        }
    }

    @Test
    public void shouldLetANewVersionOfEachPartTakeItsPlaceAndGoBack() throws Exception {
        for (String name : List.of("codec", "router", "engine", "store.sqlite", "auth.open", "listener.tcp")) {
            Path next = file(next(name));
            conversation.say(50);
            assertContains(swap(0, "swap", "--probe", "0", name, next.toString()), "has taken the place of");
            conversation.say(50);
            assertContains(broker.shell("bundles"), "io.mortise." + name + " +0.1.0.next");
            assertContains(swap(0, "rollback", "--probe", "0", name), "has taken the place of");
            conversation.say(50);
            assertContains(broker.shell("bundles"), "io.mortise." + name + " +0.1.0.SNAPSHOT");
            conversation.hearEverything();
        }
        conversation.isUnbroken();
        assertContains(broker.shell("history"), "rollback +io.mortise.router +0.1.0.next -> 0.1.0.SNAPSHOT .* done");
    }

    @Test
    public void shouldSwapTheConsoleThroughWhichItIsAskedTo() throws Exception {
        Path next = file(next("console"));
        assertContains(swap(0, "swap", "--probe", "0", "console", next.toString()), "this shell ends with .*");
        Awaitility.await()
                .atMost(Command.PATIENCE_SECONDS, TimeUnit.SECONDS)
                .ignoreExceptions()
                .untilAsserted(() -> assertContains(
                        swap(0, "history"), "swap +io.mortise.console +0.1.0.SNAPSHOT -> 0.1.0.next .* done"));
        conversation.say(20);
        conversation.hearEverything();
        conversation.isUnbroken();
    }

    @Test
    public void shouldPutTheOldVersionBackWhenTheNewOneIsBroken() throws Exception {
        Map<String, Path> broken = new TreeMap<>();
        for (String name : List.of("codec", "router", "engine", "store.sqlite", "auth.open")) {
            broken.put(
                    name + " that imports what is not there",
                    file(next(name)
                            .header("Import-Package", next(name).header("Import-Package") + ",com.example.nowhere")));
            broken.put(name + " whose component is not in it", file(next(name).without(componentClass(name)::equals)));
            broken.put(name + " that has no component", file(next(name).withoutHeader("Service-Component")));
        }
        for (Map.Entry<String, Path> version : broken.entrySet()) {
            String name = version.getKey().replaceFirst(" .*", "");
            conversation.say(20);
            List<String> answer =
                    swap(1, "swap", "--probe", "0", name, version.getValue().toString());
            assertTrue(
                    version.getKey() + ": " + answer, String.join("\n", answer).contains("serves again"));
            conversation.say(20);
            conversation.hearEverything();
            assertContains(broker.shell("bundles"), "io.mortise." + name + " +0.1.0.SNAPSHOT +active");
        }
        conversation.isUnbroken();
        assertContains(broker.shell("history"), "swap +io.mortise.router .* rolled back: .*com.example.nowhere.*");
    }

    @Test
    public void shouldPutTheOldVersionBackWhenTheNewOneAnswersNonsense() throws Exception {
        Path deaf = file(next("router")
                .with(DeafRouter.class)
                .replace(
                        "OSGI-INF/io.mortise.router.TopicRouter.xml",
                        xml -> xml.replace(
                                "class=\"io.mortise.router.TopicRouter\"",
                                "class=\"" + DeafRouter.class.getName() + "\"")));
        List<String> answer = swap(1, "swap", "router", deaf.toString());
        assertTrue(answer.toString(), String.join("\n", answer).contains("serves again"));
        conversation.say(20);
    }

    @Test
    public void shouldNotTouchWhatOthersAreWiredTo() throws Exception {
        Path api = file(next("api"));
        List<String> answer = swap(1, "swap", "api", api.toString());
        assertTrue(answer.toString(), String.join("\n", answer).contains("nothing was done"));
        conversation.say(20);
        conversation.hearEverything();
        conversation.isUnbroken();
        assertContains(broker.shell("history"), "swap +io.mortise.api .* refused: .*");
    }

    @Test
    public void shouldUninstallAndInstallAPartThatNobodyNeeds() throws Exception {
        List<String> refused = swap(1, "uninstall", "router");
        assertTrue(refused.toString(), String.join("\n", refused).contains("nobody else gives io.mortise.api.routing"));
        conversation.say(20);
        Path other = file(next("auth.open").header("Bundle-SymbolicName", "com.example.auth"));
        assertContains(
                swap(0, "install", "--probe", "0", other.toString()), "com.example.auth .* is installed and runs.*");
        conversation.say(20);
        assertContains(swap(0, "uninstall", "--probe", "0", "com.example.auth"), "com.example.auth .* is uninstalled");
        conversation.hearEverything();
        conversation.isUnbroken();
    }

    @Test
    public void shouldComeBackWithWhatWasRunning() throws Exception {
        Path next = file(next("router"));
        assertContains(swap(0, "swap", "--probe", "0", "router", next.toString()), "has taken the place of");
        Files.delete(next);
        conversation.close();
        broker.command().terminate();
        broker.command().exitsWith(0);
        broker = new RunningBroker(broker.data());
        assertContains(broker.shell("bundles"), "io.mortise.router +0.1.0.next +active");
        conversation = new Conversation(broker.port(), 1);
        conversation.say(20);
        conversation.hearEverything();
    }

    private List<String> swap(int status, String... words) throws Exception {
        List<String> all = new ArrayList<>(
                List.of(RunningBroker.MORTISE, "shell", "--data", broker.data().toString()));
        all.addAll(Arrays.asList(words));
        try (Command command = new Command(all)) {
            command.exitsWith(status);
            return List.of(command.transcript().split("\n"));
        }
    }

    private static void assertContains(List<String> lines, String expression) {
        assertTrue(
                expression + " expected in\n" + String.join("\n", lines),
                lines.stream().anyMatch(line -> line.matches(".*" + expression + ".*")));
    }

    /** The bundle of the distribution with another version. */
    private static BundleFile next(String name) throws IOException {
        return BundleFile.shipped("io.mortise." + name).version("0.1.0.next");
    }

    private Path file(BundleFile bundle) throws IOException {
        return bundle.write(folder.newFile().toPath());
    }

    private static String componentClass(String name) {
        return switch (name) {
            case "codec" -> "io/mortise/codec/MqttCodec.class";
            case "router" -> "io/mortise/router/TopicRouter.class";
            case "engine" -> "io/mortise/engine/BrokerComponent.class";
            case "store.sqlite" -> "io/mortise/store/sqlite/SqliteStore.class";
            case "auth.open" -> "io/mortise/auth/open/OpenAuthenticator.class";
            default -> throw new IllegalArgumentException(name);
        };
    }
}
