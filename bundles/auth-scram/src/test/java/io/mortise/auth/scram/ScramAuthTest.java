// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.scram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.auth.ConnectAttempt;
import io.mortise.api.auth.Exchange;
import io.mortise.api.auth.Step;
import io.mortise.api.auth.Verdict;
import io.mortise.api.health.Health;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.ProtocolVersion;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.annotation.Annotation;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.ServiceLoader;
import java.util.spi.ToolProvider;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The provider with its file, and the command that makes the file. */
class ScramAuthTest {
    private static final ConnectAttempt ATTEMPT = new ConnectAttempt(
            "c",
            "alice",
            Payload.of("secret"),
            ProtocolVersion.MQTT_5,
            "tcp",
            new InetSocketAddress("127.0.0.1", 1),
            new InetSocketAddress("127.0.0.1", 2));

    @TempDir
    private Path folder;

    private @Nullable ScramAuth started;
    private String said = "";

    @AfterEach
    void tearDown() {
        if (started != null) {
            started.close();
        }
        Awaitility.await()
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("mortise-auth-scram")));
    }

    private Path file() {
        return folder.resolve("scram-users");
    }

    private ScramAuth start() {
        ScramAuth auth = new ScramAuth(folder, new ScramAuth.Config() {
            @Override
            public String users() {
                return "scram-users";
            }

            @Override
            public int look_interval_millis() {
                return 50;
            }

            @Override
            public Class<? extends Annotation> annotationType() {
                return ScramAuth.Config.class;
            }
        });
        started = auth;
        return auth;
    }

    private int command(String input, String... arguments) {
        StringWriter words = new StringWriter();
        PrintWriter writer = new PrintWriter(words, true);
        int status = new ScramPasswd(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), null)
                .run(writer, writer, arguments);
        said = words.toString();
        return status;
    }

    private int set(String user, String password) {
        return command(password + "\n", "--password-stdin", "--iterations", "4096", file().toString(), user);
    }

    /** Whether the provider knows this user and this password, found out as a client does. */
    private static boolean knows(ScramAuth auth, String user, String password) {
        Exchange exchange = auth.begin(ATTEMPT);
        Step first = exchange.proceed(Payload.of("n,,n=" + user + ",r=abc"))
                .toCompletableFuture()
                .join();
        Payload challenge = assertInstanceOf(Step.Challenge.class, first).data();
        String proof = TestProof.of("n=" + user + ",r=abc", challenge == null ? "" : challenge.toText(), password);
        Step last = exchange.proceed(Payload.of(proof)).toCompletableFuture().join();
        return assertInstanceOf(Step.Outcome.class, last).verdict() instanceof Verdict.Accept;
    }

    @Test
    void shouldSayWhatIsWrongWithTheFile() throws Exception {
        ScramAuth auth = start();
        assertEquals(Health.Status.UP, auth.health().status());
        Files.writeString(file(), "bob:secret\n");
        Awaitility.await().until(() -> auth.health().status().level() == Health.Level.DOWN);
        assertTrue(
                auth.health().status().reason().contains("line 1"),
                auth.health().status().reason());
        Files.delete(file());
        set("alice", "secret");
        Awaitility.await().until(() -> auth.health().status().level() == Health.Level.UP);
        Files.writeString(file(), Files.readString(file()) + "bob:secret\n");
        Awaitility.await().until(() -> auth.health().status().level() == Health.Level.DEGRADED);
        assertTrue(
                auth.health().status().reason().contains("line 2"),
                auth.health().status().reason());
    }

    @Test
    void shouldFollowTheFile() {
        ScramAuth auth = start();
        assertFalse(knows(auth, "alice", "secret"));

        assertEquals(0, set("alice", "secret"), said);
        Awaitility.await().until(() -> knows(auth, "alice", "secret"));
        assertFalse(knows(auth, "alice", "Secret"));
        assertFalse(knows(auth, "bob", "secret"));

        assertEquals(0, set("alice", "changed"), said);
        Awaitility.await().until(() -> knows(auth, "alice", "changed"));
        assertFalse(knows(auth, "alice", "secret"));

        assertEquals(0, command("", "--delete", file().toString(), "alice"), said);
        Awaitility.await().until(() -> !knows(auth, "alice", "changed"));
    }

    /** SEC-37: what is broken takes nothing and gives nothing. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "bob\n",
                "bob:secret\n",
                "bob:SCRAM-SHA-256$1:AAAA$AAAA:AAAA\n",
                "bob:SCRAM-SHA-256$4096:AAAA$AAAA:AAAA\n"
            })
    void shouldKeepTheLastGoodUsers_SEC37(String broken) throws Exception {
        set("alice", "secret");
        String good = Files.readString(file());
        ScramAuth auth = start();
        Files.writeString(file(), broken.isEmpty() ? "" : good + broken);
        set("carol", "sings");

        assertTrue(knows(auth, "alice", "secret"));
        Files.writeString(file(), good.replace("alice", "carol"));
        Awaitility.await().until(() -> knows(auth, "carol", "secret"));
        assertFalse(knows(auth, "alice", "secret"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n#", "bob:x\n", "{}"})
    void shouldLetNobodyInWithABrokenFile_SEC37(String broken) throws Exception {
        Files.writeString(file(), broken);
        assertFalse(knows(start(), "bob", "x"));
    }

    /** A plain password is no proof: who names no method is left to others. */
    @Test
    void shouldKnowNobodyWhoNamesNoMethod() {
        set("alice", "secret");
        assertEquals(
                new Verdict.Abstain(),
                start().authenticate(ATTEMPT).toCompletableFuture().join());
    }

    @Test
    void shouldMakeAFileThatOnlyItsOwnerReads() throws Exception {
        assertEquals(0, set("alice", "secret"), said);

        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r-----"));
        List<String> lines = List.of("# staff", Files.readString(file()).strip(), "");
        Files.write(file(), lines);
        assertEquals(0, set("bob", "builder"), said);
        assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
        assertEquals(lines, Files.readAllLines(file()).subList(0, 3));
        assertFalse(Files.readString(file()).contains("builder"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "#x", "a:b", " a", "a\u0007", "\u00aa"})
    void shouldRefuseANameThatCannotBe(String name) {
        assertEquals(1, set(name, "secret"));
        assertTrue(said.startsWith("mortise: expected "), said);
        assertFalse(Files.exists(file()));
    }

    @Test
    void shouldRefuseWhatItDoesNotUnderstand() throws Exception {
        assertEquals(2, command(""));
        assertEquals(2, command("", "--password-stdin", "--delete", file().toString(), "alice"));
        assertEquals(1, command("", "--delete", file().toString(), "alice"));
        assertEquals(1, command("\n", "--password-stdin", file().toString(), "alice"));
        assertEquals(1, command("a\u0000\n", "--password-stdin", file().toString(), "alice"));
        assertEquals(1, command("x\n", "--password-stdin", "--iterations", "99", file().toString(), "alice"));
        assertEquals(0, command("", "--help"));
        Files.writeString(file(), "bob:plain\n");
        assertEquals(1, set("alice", "secret"));
        assertTrue(said.contains("line 1"), said);
    }

    @Test
    void shouldBeFoundByTheLauncher() {
        assertTrue(ServiceLoader.load(ToolProvider.class).stream().anyMatch(tool -> tool.type() == ScramPasswd.class));
    }
}
