// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.auth.Authorizer;
import io.mortise.api.auth.TopicRules;
import io.mortise.api.auth.TopicRules.Places;
import io.mortise.api.connection.BrokerAdmin;
import io.mortise.api.connection.SessionStatus;
import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.TopicFilter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuthExplainTest {
    private final AuthExplain command = new AuthExplain();
    private List<String> chain = List.of("file", "http");

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

    @BeforeEach
    void setUp() {
        command.bindBroker(new Broker());
        provide("file", rules("read home/%u/#", "deny home/alice/safe"));
        provide("http", rules("write home/%u/lamp"));
        provide("open", rules("#"));
    }

    @Test
    void shouldSayWhoDecidesAndByWhichRule() {
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
    void shouldSayWhoIsMissingAndWhoFails() {
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

    private String explain(String action, String topic) {
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
        public void changeStores(Consumer<Set<String>> change) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Map<String, Long> statistics() {
            return Map.of();
        }
    }
}
