// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.auth.Authorization;
import io.mortise.api.auth.ConnectAttempt;
import io.mortise.api.auth.Identity;
import io.mortise.api.auth.Permissions;
import io.mortise.api.auth.Verdict;
import io.mortise.api.health.Health;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.Topic;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileAuthTest {
    private static final Topic LAMP = Topic.of("home/lamp");
    private static final String ALICE = "alice:" + PasswordHash.of("secret", 3) + "\n";
    private static final String BOB = "bob:" + PasswordHash.of("builder", 3) + "\n";

    @TempDir
    private Path folder;

    private final List<FileAuth> started = new ArrayList<>();

    @AfterEach
    void tearDown() {
        started.forEach(FileAuth::close);
        Awaitility.await().until(() -> threads().isEmpty());
    }

    @Test
    void shouldLetInWhoKnowsThePassword() throws Exception {
        users(ALICE);
        FileAuth auth = start();

        assertEquals(new Verdict.Accept("alice"), verdict(auth, "alice", "secret"));
        assertRefused(verdict(auth, "alice", "Secret"));
        assertRefused(verdict(auth, "alice", ""));
    }

    @Test
    void shouldLeaveThoseWhomItDoesNotKnowToOthers() throws Exception {
        users(ALICE);
        FileAuth auth = start();

        for (String name : new String[] {"nobody", null}) {
            for (String password : new String[] {"secret", "", null}) {
                assertEquals(new Verdict.Abstain(), verdict(auth, name, password));
            }
        }
        assertEquals(new Verdict.Abstain(), verdict(auth, "alice", null));
    }

    /** SEC-37: whatever is wrong with the password file, the door is closed. */
    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "alice\n", "alice:\n", "alice::\n", "alice:$7$101$AAAA$AAAA\n", "{}"})
    void shouldLetNobodyInWithAnUnusablePasswordFile_SEC37(String text) throws Exception {
        users(text);
        rules("topic #\n");

        // whoever else would accept them, abstaining is not enough
        for (String password : new String[] {"", "secret", null}) {
            assertRefused(verdict(start(), "alice", password));
        }
    }

    @Test
    void shouldLetNobodyInWithoutAPasswordFile_SEC37() throws Exception {
        assertRefused(verdict(start(), "alice", "secret"));
        Files.createDirectory(folder.resolve("users"));
        assertRefused(verdict(start(), "alice", "secret"));
    }

    /** SEC-37: whatever is wrong with the rules, nothing is allowed. */
    @ParameterizedTest
    @ValueSource(
            strings = {"", "\n", "topic home/#", "topic home/#\nuser alice\ntopic dneny x\n", "topic home/#\n\u0001\n"})
    void shouldAllowNothingWithUnusableRules_SEC37(String text) throws Exception {
        rules(text);
        List<Permissions> granted = new ArrayList<>();
        start().authorize(new Identity("c", "", ""), granted::add);

        assertEquals(1, granted.size());
        assertFalse(granted.get(0).mayReceive(LAMP));
        assertTrue(granted.get(0).deniesReceive(LAMP), "whatever another authorizer allows");
    }

    @Test
    void shouldTellWhoIsTooManyThatTheBrokerIsBusy_SEC56() throws Exception {
        users("alice:" + PasswordHash.of("secret", 100_000) + "\n");
        FileAuth auth = start();
        List<CompletionStage<Verdict>> verdicts = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            verdicts.add(auth.authenticate(attempt("alice", "secret")));
        }
        Verdict last = verdicts.get(3).toCompletableFuture().getNow(null);

        assertEquals(
                ReasonCode.SERVER_BUSY,
                assertInstanceOf(Verdict.Refuse.class, last).reasonCode());
        assertEquals(
                new Verdict.Accept("alice"),
                verdicts.get(0).toCompletableFuture().get(60, TimeUnit.SECONDS));
    }

    @Test
    void shouldGrantAnewWhenTheRulesChange_SEC33() throws Exception {
        rules("topic read home/#\n");
        FileAuth auth = start();
        List<Permissions> granted = new ArrayList<>();
        Authorization authorization =
                auth.authorize(new Identity("c", "", ""), permissions -> add(granted, permissions));
        assertTrue(last(granted).mayReceive(LAMP));

        rules("topic read garden/#\n");
        Awaitility.await().until(() -> !last(granted).mayReceive(LAMP));

        authorization.close();
        int grants = size(granted);
        List<Permissions> others = new ArrayList<>();
        auth.authorize(new Identity("d", "", ""), permissions -> add(others, permissions));
        rules("topic read home/#\n");
        Awaitility.await().until(() -> last(others).mayReceive(LAMP));
        assertEquals(grants, size(granted));
    }

    @Test
    void shouldKeepWhatIsInForceWhenTheFilesBreak_SEC37() throws Exception {
        users(ALICE);
        rules("user alice\ntopic read home/#\n");
        FileAuth auth = start();
        List<Permissions> granted = new ArrayList<>();
        auth.authorize(new Identity("c", "alice", "alice"), permissions -> add(granted, permissions));

        rules("user alice\ntopic read home/#\ntopic everything is allowed\n");
        Files.delete(folder.resolve("users"));
        users(BOB);
        // the users are looked at first: when bob is in, the rules have been looked at as often
        Awaitility.await().until(() -> verdict(auth, "bob", "builder") instanceof Verdict.Accept);
        List<Permissions> bobs = new ArrayList<>();
        auth.authorize(new Identity("d", "alice", "alice"), permissions -> add(bobs, permissions));

        assertTrue(last(bobs).mayReceive(LAMP));
        assertFalse(last(bobs).mayReceive(Topic.of("everything")));
    }

    @Test
    void shouldSayWhatIsWrongWithTheFiles() throws Exception {
        FileAuth auth = start();
        assertEquals(Health.Status.UP, auth.status(), "files that are not there are no fault where nobody asks");
        users("alice\n");
        rules("topic home/#\n");
        Awaitility.await().until(() -> auth.status().level() == Health.Level.DOWN);
        assertTrue(auth.status().reason().contains("line 1"), auth.status().reason());
        users(ALICE + BOB);
        Awaitility.await().until(() -> auth.status().level() == Health.Level.UP);
        rules("topic home/#\nuser alice\ntopic dneny x\n");
        Awaitility.await().until(() -> auth.status().level() == Health.Level.DEGRADED);
        assertTrue(auth.status().reason().contains("line 3"), auth.status().reason());
        assertTrue(
                auth.status().reason().contains("stays in force"), auth.status().reason());
    }

    @Test
    void shouldTakeEverythingFromAUserWhoIsStruckOut_SEC32() throws Exception {
        users(ALICE + BOB);
        rules("user alice\ntopic read home/#\nuser carol\ntopic read home/#\n");
        FileAuth auth = start();
        List<Permissions> alices = new ArrayList<>();
        auth.authorize(new Identity("c", "alice", "alice"), permissions -> add(alices, permissions));
        List<Permissions> carols = new ArrayList<>(); // another provider knows her
        auth.authorize(new Identity("d", "carol", ""), permissions -> add(carols, permissions));
        assertTrue(last(alices).mayReceive(LAMP));

        users(BOB);
        Awaitility.await().until(() -> !last(alices).mayReceive(LAMP));
        assertTrue(last(carols).mayReceive(LAMP));
        assertEquals(new Verdict.Abstain(), verdict(auth, "alice", "secret"));
    }

    private FileAuth start() {
        FileAuth auth = new FileAuth(folder, TestFiles.config(2));
        started.add(auth);
        return auth;
    }

    private void users(String text) throws IOException {
        Files.writeString(folder.resolve("users"), text);
    }

    private void rules(String text) throws IOException {
        Files.writeString(folder.resolve("rules"), text);
    }

    private static Verdict verdict(FileAuth auth, @Nullable String username, @Nullable String password)
            throws Exception {
        return auth.authenticate(attempt(username, password))
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
    }

    private static ConnectAttempt attempt(@Nullable String username, @Nullable String password) {
        InetSocketAddress address = new InetSocketAddress("127.0.0.1", 1883);
        return new ConnectAttempt(
                "client",
                username,
                password == null ? null : Payload.of(password),
                ProtocolVersion.MQTT_5,
                "io.mortise.listener.tcp~default",
                address,
                address);
    }

    private static void assertRefused(Verdict verdict) {
        assertInstanceOf(Verdict.Refuse.class, verdict);
    }

    private static void add(List<Permissions> granted, Permissions permissions) {
        synchronized (granted) {
            granted.add(permissions);
        }
    }

    private static Permissions last(List<Permissions> granted) {
        synchronized (granted) {
            return granted.get(granted.size() - 1);
        }
    }

    private static int size(List<Permissions> granted) {
        synchronized (granted) {
            return granted.size();
        }
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("mortise-auth-file"))
                .toList();
    }
}
