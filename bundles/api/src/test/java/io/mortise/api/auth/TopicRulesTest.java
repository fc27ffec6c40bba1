// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.auth.TopicRules.Places;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicRulesTest {

    private static Permissions permissions(Identity client, String... rules) {
        TopicRules.Builder builder = TopicRules.builder();
        for (String rule : rules) {
            builder.add(rule, Places.ATTRIBUTES);
        }
        return builder.build().permissionsOf(client);
    }

    private static Identity of(String tenant) {
        return new Identity("c", "alice", "", Map.of("tenant", tenant));
    }

    private static boolean mayPublish(Permissions permissions, String topic) {
        return permissions.mayPublish(Topic.of(topic), Qos.AT_MOST_ONCE, false);
    }

    @Test
    void shouldPutIdentityAndAttributesIntoRules() {
        Permissions alice =
                permissions(of("acme"), "write %{tenant}/%u/%c", "read to-%{tenant}-only/#", "deny %{tenant}/secret");

        assertTrue(mayPublish(alice, "acme/alice/c"));
        assertFalse(mayPublish(alice, "initech/alice/c"));
        assertTrue(alice.mayReceive(Topic.of("to-acme-only/x")));
        assertFalse(alice.mayReceive(Topic.of("to-%{tenant}-only/x")));
        assertTrue(alice.deniesSubscribe(TopicFilter.of("acme/#")));
    }

    /** SEC-30: whatever an attribute says, it stands for that level and no other. */
    @ParameterizedTest
    @ValueSource(
            strings = {"+", "#", "/", "a/b", "+/+", "", "$SYS", "%c", "%u", "%{tenant}", ".*", "(", "[a-z]", "\\", "a b"
            })
    void shouldTakeAttributesLiterally_SEC30(String tenant) {
        Permissions hostile = permissions(of(tenant), "%{tenant}/#", "x/%{tenant}/y", "deny private/%{tenant}");

        for (String other : new String[] {"acme", "c", "alice", "a", "b", "$SYS"}) {
            if (!other.equals(tenant)) {
                assertFalse(mayPublish(hostile, other + "/z"), other);
                assertFalse(mayPublish(hostile, "x/" + other + "/y"), other);
            }
        }
        assertFalse(hostile.mayReceive(Topic.of("$SYS/broker")));
        assertFalse(hostile.maySubscribe(TopicFilter.of("#")));
        assertFalse(hostile.maySubscribe(TopicFilter.of("x/+/y")));
        boolean unsafe = tenant.isEmpty() || tenant.matches(".*[+#/].*");
        assertEquals(unsafe, hostile.deniesReceive(Topic.of("private/acme")));
    }

    @Test
    void shouldAllowNothingByAnAttributeThatIsNotThere() {
        Permissions nobody =
                permissions(new Identity("c", "alice", ""), "%{tenant}/#", "x%{tenant}/#", "deny p/%{tenant}");

        assertFalse(mayPublish(nobody, "x/y"));
        assertFalse(mayPublish(nobody, "%{tenant}/y"));
        assertTrue(nobody.deniesReceive(Topic.of("p/anything")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  ",
                "readwirte a/b",
                "a/#/b",
                "a+",
                "$share/g/a",
                "%c%u",
                "read %{tenant}-%{tenant}/x",
                "x/%c-%{a}"
            })
    void shouldRefuseWhatIsNoRule(String rule) {
        assertThrows(IllegalArgumentException.class, () -> TopicRules.builder().add(rule, Places.ATTRIBUTES));
    }

    /** What is no place is text, as in an access control list of Mosquitto's. */
    @Test
    void shouldTakeTheRestAsItIsWritten() {
        Permissions alice = permissions(of("acme"), "100%", "%{}", "%{x", "%x");

        assertTrue(mayPublish(alice, "100%"));
        assertTrue(mayPublish(alice, "%{}"));
        assertTrue(mayPublish(alice, "%{x"));
        assertTrue(mayPublish(alice, "%x"));
    }

    @Test
    void shouldAllowNothingAtAll() {
        assertFalse(TopicRules.NONE.permissionsOf(of("acme")).mayReceive(Topic.of("a")));
        assertFalse(TopicRules.NONE.permissionsOf(of("acme")).deniesReceive(Topic.of("a")));
        assertTrue(TopicRules.nothing().deniesReceive(Topic.of("a")));
        assertTrue(TopicRules.nothing().deniesSubscribe(TopicFilter.of("a")));
        assertTrue(TopicRules.nothing().deniesPublish(Topic.of("a"), Qos.AT_MOST_ONCE, false));
    }

    @Test
    void shouldLeaveAttributesOutOfTheLog() {
        assertFalse(of("secret").toString().contains("secret"));
    }

    @Test
    void shouldSayWhichRuleDecides() {
        Permissions alice = permissions(of("acme"), "read %{tenant}/#", "write +/%u", "deny acme/secret/#", "/x");

        assertEquals("read acme/#", alice.rule(Access.READ, TopicFilter.of("acme/lamp")));
        assertEquals("deny acme/secret/#", alice.rule(Access.READ, TopicFilter.of("acme/+/key")));
        assertEquals("write +/alice", alice.rule(Access.WRITE, TopicFilter.of("acme/alice")));
        assertEquals("write /x", alice.rule(Access.WRITE, TopicFilter.of("/x")));
        assertEquals("", alice.rule(Access.WRITE, TopicFilter.of("acme/bob")));
        assertEquals("deny acme/secret/#", alice.rule(Access.READ, TopicFilter.of("#")));
    }
}
