// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.auth.Authorizer;
import io.mortise.api.auth.Identity;
import io.mortise.api.auth.TopicRules;
import io.mortise.api.auth.TopicRules.Places;
import io.mortise.api.connection.BrokerAdmin;
import io.mortise.api.connection.SessionStatus;
import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.felix.service.command.CommandSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuthExplainTest {
    private final AuthExplain command = new AuthExplain(this::hear);
    private List<String> chain = List.of("file", "http");
    private final List<Consumer<Recorder>> said = new ArrayList<>();
    private boolean hearing;

    private static Authorizer rules(String... rules) {
        TopicRules.Builder builder = TopicRules.builder();
        for (String rule : rules) {
            builder.add(rule, Places.IDENTITY);
        }
        return (client, grant) -> {
            grant.accept(builder.build().permissionsOf(client));
            return () -> {};
        };
    }

    private void provide(String name, Authorizer authorizer) {
        command.bind(authorizer, Map.of(Authorizer.NAME, name));
    }

    private Runnable hear(Recorder recorder) {
        hearing = true;
        said.forEach(what -> what.accept(recorder));
        return () -> hearing = false;
    }

    private static Message message(String topic) {
        return new Message(Topic.of(topic), Payload.of("secret"), Qos.AT_MOST_ONCE, false);
    }

    @Test
    void shouldCompareACandidateWithThoseInForce() throws Exception {
        Identity alice = new Identity("phone", "alice", "alice");
        Identity bob = new Identity("lamp", "bob", "bob");
        said.add(recorder -> recorder.publish(alice, message("home/alice/lamp")));
        said.add(recorder -> recorder.publish(alice, message("home/alice/lamp")));
        said.add(recorder -> recorder.publish(bob, message("office/door")));
        said.add(recorder -> recorder.subscribe(bob, new Subscription(TopicFilter.of("home/bob/+"), Qos.AT_MOST_ONCE)));
        said.add(recorder -> recorder.deliver(alice, message("home/alice/safe")));

        assertEquals("""
                CLIENT  USER   WANTS                    IN FORCE                       CANDIDATE
                lamp    bob    publish office/door      may not: nobody allows it      may: write #
                phone   alice  receive home/alice/safe  may not: deny home/alice/safe  may: read #
                2 differences
                4 decisions about 2 clients; the candidate decides 2 otherwise""", shadow("open"));
        assertFalse(hearing);
    }

    /** A new version of a bundle beside the one in force, by its name and by the number of its bundle. */
    @Test
    void shouldCompareANewVersionWithTheOldOne() throws Exception {
        Map<String, Object> next = Map.of(Authorizer.NAME, "file", "service.id", 9L, "service.bundleid", 77L);
        command.bind(rules("read home/%u/#", "deny home/alice/#"), next);
        said.add(recorder -> recorder.publish(new Identity("phone", "alice", "alice"), message("home/alice/lamp")));
        for (String which : List.of("file", "77")) {
            assertEquals("""
                    CLIENT  USER   WANTS                    IN FORCE                    CANDIDATE
                    phone   alice  publish home/alice/lamp  may: write home/alice/lamp  may not: deny home/alice/#
                    1 difference
                    1 decisions about 1 clients; the candidate decides 1 otherwise""", shadow(which));
        }
        assertTrue(explain("publish", "home/alice/lamp").endsWith("may publish home/alice/lamp"), "not in force");
    }

    @Test
    void shouldNameTheCandidatesThereAre() {
        IllegalArgumentException wrong = assertThrows(IllegalArgumentException.class, () -> shadow("ldap"));
        assertTrue(String.valueOf(wrong.getMessage()).endsWith("there are: file, http, open"), wrong.getMessage());
        assertThrows(
                IllegalArgumentException.class, () -> command.execute(session(), List.of("--shadow", "open", "0")));
    }

    private String shadow(String which) throws Exception {
        return String.valueOf(command.execute(session(), List.of("--shadow", which, "1")))
                .replaceAll(" +\n", "\n");
    }

    /** That has a console and nothing else. */
    private static CommandSession session() {
        return (CommandSession) Proxy.newProxyInstance(
                AuthExplainTest.class.getClassLoader(),
                new Class<?>[] {CommandSession.class},
                (proxy, method, arguments) -> new PrintStream(OutputStream.nullOutputStream()));
    }

    @BeforeEach
    void setUp() {
        command.bindBroker(new Broker());
        provide("file", rules("read home/%u/#", "deny home/alice/safe"));
        provide("http", rules("write home/%u/lamp"));
        provide("open", rules("#"));
    }

    @Test
    void shouldSayWhoDecidesAndByWhichRule() throws Exception {
        assertEquals("""
                AUTHORIZER  ASKED  SAYS     RULE
                file        yes    nothing
                http        yes    allows   write home/alice/lamp
                open        no     allows   write #
                3 authorizers
                may publish home/alice/lamp""", explain("publish", "home/alice/lamp"));
        assertTrue(explain("receive", "home/alice/safe").contains("denies   deny home/alice/safe"));
        assertTrue(explain("receive", "home/alice/safe").endsWith("may not receive home/alice/safe"));
        assertTrue(explain("subscribe", "home/bob/#").endsWith("may not subscribe home/bob/#"));
        assertTrue(explain("subscribe", "home/alice/+").endsWith("may not subscribe home/alice/+"), "a part is denied");
    }

    @Test
    void shouldSayWhoIsMissingAndWhoFails() throws Exception {
        chain = List.of("file", "ldap");
        assertTrue(explain("receive", "home/alice/x").contains("ldap        yes    is missing"));
        assertTrue(explain("receive", "home/alice/x").endsWith("may not receive home/alice/x"));
        provide("ldap", (client, grant) -> {
            throw new IllegalStateException("of the test");
        });
        assertTrue(explain("receive", "home/alice/x").contains("fails"));
        assertTrue(explain("receive", "home/alice/x").endsWith("may not receive home/alice/x"));
    }

    @Test
    void shouldRefuseWhatItDoesNotUnderstand() {
        assertThrows(IllegalArgumentException.class, () -> explain("eat", "home"));
        assertThrows(IllegalArgumentException.class, () -> explain("publish", "home/#"));
        assertThrows(IllegalArgumentException.class, () -> explain("subscribe", "a/#/b"));
        assertThrows(IllegalArgumentException.class, () -> command.execute(null, List.of("phone")));
    }

    private String explain(String action, String topic) throws Exception {
        return String.valueOf(command.execute(null, List.of("phone", "alice", action, topic)))
                .replaceAll(" +\n", "\n");
    }

    private final class Broker implements BrokerAdmin {
        @Override
        public List<String> authorizers(String listener) {
            return chain;
        }

        @Override
        public List<SessionStatus> sessions() {
            return List.of();
        }

        @Override
        public @Nullable SessionStatus session(String clientId) {
            return null;
        }

        @Override
        public boolean disconnect(String clientId, ReasonCode reasonCode) {
            return false;
        }

        @Override
        public int move(@Nullable String clientId, String serverReference, boolean permanent) {
            return 0;
        }

        @Override
        public List<Message> retained(TopicFilter filter) {
            return List.of();
        }

        @Override
        public String moveStore(String from, String to, boolean replace, Consumer<String> progress) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void changeStores(Consumer<Set<String>> change) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Map<String, Long> statistics() {
            return Map.of();
        }
    }
}
