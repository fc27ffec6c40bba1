// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.ldap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.sdk.Modification;
import com.unboundid.ldap.sdk.ModificationType;
import io.mortise.api.auth.Authorization;
import io.mortise.api.auth.ConnectAttempt;
import io.mortise.api.auth.Identity;
import io.mortise.api.auth.Permissions;
import io.mortise.api.auth.Verdict;
import io.mortise.api.health.Health.Level;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.Topic;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LdapAuthTest {
    private InMemoryDirectoryServer server;
    private final Settings settings = new Settings();
    private final List<LdapAuth> started = new ArrayList<>();

    @BeforeEach
    void setUp() throws Exception {
        server = TestDirectory.start(0);
        settings.url = "ldaps://127.0.0.1:" + server.getListenPort("ldaps");
    }

    @AfterEach
    void tearDown() {
        started.forEach(LdapAuth::close);
        server.shutDown(true);
        Awaitility.await()
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("mortise-auth-ldap")
                                || thread.getName().contains("LDAPConnectionPool")));
    }

    private LdapAuth start() {
        LdapAuth auth = new LdapAuth(TestDirectory.FILES, settings);
        started.add(auth);
        return auth;
    }

    private static Verdict verdict(LdapAuth auth, @Nullable String name, @Nullable String password) throws Exception {
        ConnectAttempt attempt = new ConnectAttempt(
                "phone",
                name,
                password == null ? null : Payload.of(password),
                ProtocolVersion.MQTT_5,
                "tcp",
                new InetSocketAddress("127.0.0.1", 1),
                new InetSocketAddress("127.0.0.1", 2));
        return auth.authenticate(attempt).toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private static void assertRefused(ReasonCode reasonCode, Verdict verdict) {
        assertEquals(
                reasonCode,
                assertInstanceOf(Verdict.Refuse.class, verdict, verdict.toString())
                        .reasonCode());
    }

    private static Identity identity(Verdict verdict) {
        Verdict.Accept accepted = assertInstanceOf(Verdict.Accept.class, verdict, verdict.toString());
        return new Identity("phone", accepted.principal(), "", accepted.attributes());
    }

    private static final class Granted {
        private final List<Permissions> all = new CopyOnWriteArrayList<>();

        boolean mayReceive(String topic) {
            return !all.isEmpty() && all.get(all.size() - 1).mayReceive(Topic.of(topic));
        }

        boolean isDenied(String topic) {
            return !all.isEmpty() && all.get(all.size() - 1).deniesReceive(Topic.of(topic));
        }
    }

    @Test
    void shouldLetInWhomTheDirectoryKnows() throws Exception {
        LdapAuth auth = start();
        assertEquals("alice", identity(verdict(auth, "alice", "secret")).principal());
        assertEquals("alice", identity(verdict(auth, "ALICE", "secret")).principal(), "as the directory spells it");
        assertRefused(ReasonCode.BAD_USER_NAME_OR_PASSWORD, verdict(auth, "alice", "Secret"));
        assertRefused(ReasonCode.BAD_USER_NAME_OR_PASSWORD, verdict(auth, "alice", "builder"));
        assertEquals(
                "bob", identity(verdict(auth, "bob", "builder")).principal(), "the connection is the broker's again");
    }

    /** RFC 4513, 5.1.2: a bind without a password proves nothing. */
    @Test
    void shouldNotTakeAnEmptyPassword() throws Exception {
        assertRefused(ReasonCode.BAD_USER_NAME_OR_PASSWORD, verdict(start(), "alice", ""));
    }

    @Test
    void shouldLeaveThoseWhomItDoesNotKnowToOthers() throws Exception {
        LdapAuth auth = start();
        for (String name : new String[] {"nobody", "", null}) {
            assertEquals(new Verdict.Abstain(), verdict(auth, name, "secret"));
        }
        assertEquals(new Verdict.Abstain(), verdict(auth, "alice", null));
    }

    /** SEC-30: a name is a value, and no part of a filter. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "a*",
                "alice)(uid=*",
                "*)(objectClass=*",
                "alice\u0000",
                "\\2a",
                "alice,ou=people",
                "(|(uid=alice))",
                "uid=alice"
            })
    void shouldTakeNamesLiterally_SEC30(String name) throws Exception {
        assertFalse(verdict(start(), name, "secret") instanceof Verdict.Accept);
    }

    @Test
    void shouldNotChooseBetweenTwoUsersOfOneName() throws Exception {
        server.add("dn: ou=guests," + TestDirectory.PEOPLE, "objectClass: organizationalUnit", "ou: guests");
        server.add(
                "dn: uid=alice,ou=guests," + TestDirectory.PEOPLE,
                "objectClass: inetOrgPerson",
                "uid: alice",
                "cn: alice",
                "sn: alice",
                "userPassword: secret");
        assertEquals(new Verdict.Abstain(), verdict(start(), "alice", "secret"));
    }

    @Test
    void shouldAllowWhatGroupsMay() throws Exception {
        LdapAuth auth = start();
        Granted alice = new Granted();
        Granted bob = new Granted();
        auth.authorize(identity(verdict(auth, "alice", "secret")), alice.all::add);
        auth.authorize(identity(verdict(auth, "bob", "builder")), bob.all::add);
        Awaitility.await().until(() -> !alice.all.isEmpty() && !bob.all.isEmpty());

        assertTrue(alice.mayReceive("office/door"));
        assertTrue(alice.mayReceive("users/alice/inbox"));
        assertFalse(alice.mayReceive("users/bob/inbox"));
        assertFalse(bob.mayReceive("office/door"));
        assertTrue(bob.mayReceive("users/bob/inbox"));
    }

    /** SEC-33: who leaves a group, or the directory, loses what that allowed while connected. */
    @Test
    void shouldFollowTheDirectory_SEC33() throws Exception {
        settings.refresh = 1;
        LdapAuth auth = start();
        Granted alice = new Granted();
        Authorization bond = auth.authorize(identity(verdict(auth, "alice", "secret")), alice.all::add);
        Awaitility.await().until(() -> alice.mayReceive("office/door"));
        server.modify(
                "cn=Staff," + TestDirectory.GROUPS,
                new Modification(ModificationType.REPLACE, "member", "uid=bob," + TestDirectory.PEOPLE));
        Awaitility.await().until(() -> !alice.mayReceive("office/door") && alice.mayReceive("users/alice/x"));
        server.delete("uid=alice," + TestDirectory.PEOPLE);
        Awaitility.await().until(() -> alice.isDenied("users/alice/x"));

        bond.close();
        int before = alice.all.size();
        assertEquals(new Verdict.Abstain(), verdict(auth, "alice", "secret"));
        assertEquals(before, alice.all.size());
    }

    @Test
    void shouldAllowNothingToWhoIsNotInTheDirectory() throws Exception {
        Granted cert = new Granted();
        Granted anonymous = new Granted();
        LdapAuth auth = start();
        auth.authorize(new Identity("phone", "by-certificate", ""), cert.all::add);
        auth.authorize(new Identity("phone", "", ""), anonymous.all::add);
        Awaitility.await().until(() -> !cert.all.isEmpty() && !anonymous.all.isEmpty());
        for (Granted each : List.of(cert, anonymous)) {
            assertFalse(each.mayReceive("office/door"));
            assertFalse(each.isDenied("office/door"), "another authorizer may allow it");
        }
    }

    /** SEC-37: without an answer nobody is let in, and nobody may do anything; with one it is as before. */
    @Test
    void shouldLetNobodyInWhileTheServerIsDown_SEC37() throws Exception {
        settings.refresh = 1;
        LdapAuth auth = start();
        Identity alice = identity(verdict(auth, "alice", "secret"));
        int port = server.getListenPort("ldaps");
        server.shutDown(true);
        assertRefused(ReasonCode.SERVER_UNAVAILABLE, verdict(auth, "alice", "secret"));
        assertEquals(Level.DOWN, auth.status().level());
        Granted granted = new Granted();
        auth.authorize(alice, granted.all::add);
        Awaitility.await().until(() -> granted.isDenied("office/door"));

        server = TestDirectory.start(port);
        Awaitility.await().until(() -> verdict(auth, "alice", "secret") instanceof Verdict.Accept);
        Awaitility.await().until(() -> granted.mayReceive("users/alice/x"));
        Awaitility.await().until(() -> auth.status().level() == Level.UP);
    }

    @Test
    void shouldRefuseWhenTheServerSaysNothing_SEC37() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            settings.url = "ldap://127.0.0.1:" + silent.getLocalPort();
            settings.timeout = 200;
            assertRefused(ReasonCode.SERVER_UNAVAILABLE, verdict(start(), "alice", "secret"));
        }
    }

    @Test
    void shouldNotTalkToAServerThatNobodyVouchesFor() throws Exception {
        settings.ca = "other-ca.pem";
        assertRefused(ReasonCode.SERVER_UNAVAILABLE, verdict(start(), "alice", "secret"));
    }

    @Test
    void shouldRefuseWhenItMayNotSearch() throws Exception {
        settings.bindPassword = "wrong";
        assertRefused(ReasonCode.SERVER_UNAVAILABLE, verdict(start(), "alice", "secret"));
    }

    @Test
    void shouldSpeakWithoutTlsIfItIsToldSo() throws Exception {
        settings.url = "ldap://127.0.0.1:" + server.getListenPort("ldap");
        assertEquals("alice", identity(verdict(start(), "alice", "secret")).principal());
    }

    @Test
    void shouldNotStartWithAConfigurationThatIsWrong() {
        settings.rules = new String[] {"no colon"};
        assertThrows(IllegalArgumentException.class, this::start);
        settings.rules = new String[] {"staff: readwirte x"};
        assertThrows(IllegalArgumentException.class, this::start);
        settings.rules = new String[0];
        settings.ca = "not-there.pem";
        assertThrows(IllegalArgumentException.class, this::start);
        settings.ca = "ca.pem";
        settings.url = "http://127.0.0.1";
        assertThrows(IllegalArgumentException.class, this::start);
        settings.url = "ldaps://127.0.0.1:636";
        settings.userFilter = "(((";
        assertThrows(IllegalArgumentException.class, this::start);
    }
}
