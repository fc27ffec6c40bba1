// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.console.ShellClient.Answer;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;

/** The socket and its protocol, with the real Gogo behind it. */
@Timeout(60)
class ShellSocketTest {
    @TempDir
    private Path data;

    private final ThreadIOImpl threadIo = new ThreadIOImpl();
    private final CommandProcessorImpl gogo = new CommandProcessorImpl(threadIo);
    private final Kitchen kitchen = new Kitchen();
    private ShellSocket socket;

    @BeforeEach
    void setUp() {
        threadIo.start();
        for (String function : List.of("greet", "mutter", "burn", "meet", "simmer", "flood", "leave", "recipe")) {
            gogo.addCommand("mortise", kitchen, function);
        }
        socket = open();
    }

    @AfterEach
    void tearDown() {
        kitchen.served.countDown();
        socket.close();
        gogo.stop();
        threadIo.stop();
        await().until(() ->
                threads("mortise-shell").isEmpty() && threads("session-").isEmpty());
    }

    @Test
    void shouldAnswerWithTheResultOfACommand() throws IOException {
        try (ShellClient client = connect()) {
            assertEquals(new Answer("hello K\u00fcche\n", "", 0), client.ask("greet K\u00fcche"));
            assertEquals(new Answer("hello again\n", "", 0), client.ask("mortise:greet again"));
        }
    }

    @Test
    void shouldTellStandardOutputAndErrorApart() throws IOException {
        try (ShellClient client = connect()) {
            assertEquals(new Answer("soup\n", "salt?\n", 0), client.ask("mutter"));
        }
    }

    @Test
    void shouldAnswerAnEmptyLineWithNothing() throws IOException {
        try (ShellClient client = connect()) {
            assertEquals(new Answer("", "", 0), client.ask(""));
        }
    }

    @Test
    void shouldFailWithOneLineWhenTheCommandFails() throws IOException {
        try (ShellClient client = connect()) {
            assertEquals(new Answer("", "the milk has boiled over\n", 1), client.ask("burn milk"));
            assertEquals(new Answer("", "StackOverflowError: too many eggs\n", 1), client.ask("burn eggs"));
            assertEquals(new Answer("hello again\n", "", 0), client.ask("greet again"));
        }
    }

    @Test
    void shouldFailWithOneLineWhenThereIsNoSuchCommand() throws IOException {
        try (ShellClient client = connect()) {
            assertEquals(new Answer("", "Command not found: bake\n", 1), client.ask("bake bread"));
        }
    }

    @Test
    void shouldFailWithOneLineWhenTheArgumentsDoNotFit() throws IOException {
        try (ShellClient client = connect()) {
            assertEquals(
                    new Answer("", "greet cannot take these arguments; 'help greet' tells which it takes\n", 1),
                    client.ask("greet"));
        }
    }

    @Test
    void shouldFailWithOneLineWhenTheLineIsNoCommand() throws IOException {
        try (ShellClient client = connect()) {
            Answer answer = client.ask("greet 'half a quote");

            assertEquals(1, answer.status());
            assertEquals(1, answer.err().lines().count(), answer.err());
        }
    }

    @Test
    void shouldTakeTopicFiltersAsTheyAreTyped() throws IOException {
        try (ShellClient client = connect()) {
            for (String filter : List.of("Kitchen/#", "Bedroom/+/Lamp", "Bedroom/*", "a?", "12", "a~b")) {
                assertEquals(new Answer("hello " + filter + "\n", "", 0), client.ask("greet " + filter));
            }
            assertEquals(new Answer("hello #\n", "", 0), client.ask("greet '#'"));
            assertEquals(new Answer("hello $SYS/#\n", "", 0), client.ask("greet '$SYS/#'"));
        }
    }

    @Test
    void shouldKeepVariablesFromOneCommandToTheNextAndToItself() throws IOException {
        try (ShellClient one = connect();
                ShellClient other = connect()) {
            one.ask("who = world");

            assertEquals("hello world\n", one.ask("greet $who").out());
            assertNotEquals("hello world\n", other.ask("greet $who").out());
        }
    }

    @Test
    void shouldDeliverALongAnswerWhole() throws IOException {
        try (ShellClient client = connect()) {
            String result = client.ask("recipe 200000").out();
            assertEquals(200_000, result.lines().count());
            assertEquals("line 199999", result.lines().skip(199_999).findFirst().orElseThrow());
        }
    }

    @Test
    void shouldServeTwoClientsAtOnce() throws IOException {
        try (ShellClient one = connect();
                ShellClient other = connect()) {
            one.send("meet");
            other.send("meet");

            assertEquals(new Answer("met\n", "", 0), one.answer());
            assertEquals(new Answer("met\n", "", 0), other.answer());
        }
    }

    @Test
    void shouldTurnAwayOneClientTooMany() throws IOException {
        List<ShellClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < ShellServer.MOST_SHELLS; i++) {
                clients.add(connect());
                clients.get(i).ask("greet " + i);
            }
            try (ShellClient tooMany = connect()) {
                assertEquals(
                        new Answer("", "8 shells are open, and that is the most there can be\n", 1), tooMany.answer());
                assertTrue(tooMany.isAtEnd());
            }
        } finally {
            for (ShellClient client : clients) {
                client.close();
            }
        }
        await().until(() -> threads("mortise-shell").size() == 1);
        try (ShellClient client = connect()) {
            assertEquals(0, client.ask("greet again").status());
        }
    }

    @Test
    void shouldEndAClientThatSendsTooLongALine() throws IOException {
        for (int length : new int[] {Shell.LONGEST_LINE + 1, -1, Integer.MIN_VALUE}) {
            try (ShellClient client = connect()) {
                client.send(length);
                Answer answer = client.answer();

                assertEquals(1, answer.status());
                assertTrue(answer.err().startsWith("a command line has at most 65536 bytes, got "), answer.err());
                assertTrue(client.isAtEnd());
            }
        }
    }

    @Test
    void shouldTakeTheLongestLine() throws IOException {
        try (ShellClient client = connect()) {
            String word = "x".repeat(Shell.LONGEST_LINE - "greet ".length());

            assertEquals("hello " + word + "\n", client.ask("greet " + word).out());
        }
    }

    @Test
    void shouldForgetAClientThatLeavesInTheMiddleOfARequest() throws IOException {
        try (ShellClient client = connect()) {
            client.send(100, (byte) 'l');
        }
        await().until(() -> threads("mortise-shell").size() == 1);
    }

    @Test
    void shouldOpenToItsOwnerOnly() throws IOException {
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
        try (var files = Files.list(data)) {
            assertEquals(List.of(file()), files.toList());
        }
    }

    @Test
    void shouldReplaceTheFileOfADeadBroker() throws IOException {
        socket.close();
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(file()));
        }
        socket = open();

        try (ShellClient client = connect()) {
            assertEquals("hello again\n", client.ask("greet again").out());
        }
    }

    @Test
    void shouldLeaveTheFileToTheConsoleThatFollows() throws IOException {
        ShellSocket next = open();
        socket.close();
        socket = next;

        try (ShellClient client = connect()) {
            assertEquals("hello again\n", client.ask("greet again").out());
        }
    }

    @Test
    void shouldNotReplaceWhatIsNoSocket() throws IOException {
        socket.close();
        Files.writeString(file(), "precious");

        IOException failure = assertThrows(IOException.class, () -> SocketFile.bind(data));
        assertEquals(file() + " is there and is no socket", failure.getMessage());
        assertEquals("precious", Files.readString(file()));
    }

    @Test
    void shouldSayThatThePathIsTooLong() throws IOException {
        Path deep = Files.createDirectories(data.resolve("d".repeat(120)));

        IOException failure = assertThrows(IOException.class, () -> SocketFile.bind(deep));
        int length = deep.resolve("shell.sock").toString().length();
        assertTrue(failure.getMessage().contains(" a path of " + length + " bytes"), failure.getMessage());
        try (var files = Files.list(deep)) {
            assertEquals(List.of(), files.toList());
        }
    }

    @Test
    void shouldSayThatThereIsNoDataDirectory() {
        IOException failure = assertThrows(IOException.class, () -> SocketFile.bind(data.resolve("none")));

        assertEquals("the directory " + data.resolve("none") + " does not exist", failure.getMessage());
    }

    @Test
    void shouldOpenNothingWithoutADataDirectory() {
        ShellSocket nowhere = new ShellSocket(context(null), gogo);

        assertEquals(1, threads("mortise-shell").size());
        nowhere.close();
        assertTrue(Files.exists(file(), LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void shouldRemoveTheFileAndEndIdleShellsWhenItCloses() throws IOException {
        try (ShellClient client = connect()) {
            client.ask("greet again");
            socket.close();

            assertEquals(List.of(), threads("mortise-shell"));
            assertTrue(client.isAtEnd());
        }
        assertFalse(Files.exists(file(), LinkOption.NOFOLLOW_LINKS));
        assertThrows(IOException.class, this::connect);
    }

    @Test
    void shouldLetARunningCommandEndWhenItCloses() throws Exception {
        try (ShellClient client = connect()) {
            client.send("simmer");
            assertTrue(kitchen.simmering.await(10, SECONDS));
            Thread closing = new Thread(socket::close);
            closing.start();
            await().until(() -> !Files.exists(file(), LinkOption.NOFOLLOW_LINKS));
            kitchen.served.countDown();

            assertEquals(new Answer("served\n", "", 0), client.answer());
            assertTrue(client.isAtEnd());
            closing.join();
        }
    }

    @Test
    void shouldNotWaitForEverForARunningCommandAndNotInterruptItWhenItCloses() throws Exception {
        try (ShellClient client = connect()) {
            client.send("simmer");
            assertTrue(kitchen.simmering.await(10, SECONDS));
            socket.close();

            assertEquals(List.of(), threads("mortise-shell"));
            assertEquals(new Answer("", "the console is being stopped; the command may go on\n", 1), client.answer());
            kitchen.served.countDown();
            await().until(() -> kitchen.calm);
        }
    }

    @Test
    void shouldEndAShellThatDoesNotReadItsAnswerWhenItCloses() throws Exception {
        try (ShellClient client = connect()) {
            client.send("flood");
            assertTrue(kitchen.simmering.await(10, SECONDS));
            socket.close();

            assertEquals(List.of(), threads("mortise-shell"));
        }
    }

    @Test
    void shouldAnswerTheCommandThatClosesIt() throws IOException {
        try (ShellClient client = connect()) {
            kitchen.door = socket::close;

            assertEquals(new Answer("left\n", "", 0), client.ask("leave"));
            assertTrue(client.isAtEnd());
        }
        assertFalse(Files.exists(file(), LinkOption.NOFOLLOW_LINKS));
    }

    private ShellSocket open() {
        return new ShellSocket(context(data.toString()), gogo);
    }

    private ShellClient connect() throws IOException {
        return new ShellClient(file());
    }

    private Path file() {
        return data.resolve("shell.sock");
    }

    private static List<String> threads(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith(prefix))
                .toList();
    }

    private static BundleContext context(@Nullable String data) {
        return (BundleContext) Proxy.newProxyInstance(
                ShellSocketTest.class.getClassLoader(), new Class<?>[] {BundleContext.class}, (proxy, method, args) -> {
                    assertEquals("getProperty", method.getName());
                    return args[0].equals("mortise.data") ? data : null;
                });
    }

    /** Commands that do what a test needs. */
    public static final class Kitchen {
        private final CyclicBarrier meeting = new CyclicBarrier(2);
        private final CountDownLatch simmering = new CountDownLatch(1);
        private final CountDownLatch served = new CountDownLatch(1);
        private volatile boolean calm;
        private volatile Runnable door;

        public String greet(String whom) {
            return "hello " + whom;
        }

        public void mutter() {
            System.out.println("soup");
            System.err.println("salt?");
        }

        public void burn(String what) {
            if (what.equals("eggs")) {
                throw new StackOverflowError("too many eggs");
            }
            throw new IllegalStateException("the " + what + " has boiled over");
        }

        public String recipe(int lines) {
            StringBuilder recipe = new StringBuilder();
            for (int i = 0; i < lines; i++) {
                recipe.append("line ").append(i).append('\n');
            }
            return recipe.toString();
        }

        public String meet() throws Exception {
            meeting.await(10, SECONDS);
            return "met";
        }

        public String simmer() throws InterruptedException {
            simmering.countDown();
            served.await();
            calm = true;
            return "served";
        }

        public String flood() {
            simmering.countDown();
            return recipe(2_000_000);
        }

        public String leave() {
            door.run();
            return "left";
        }
    }
}
