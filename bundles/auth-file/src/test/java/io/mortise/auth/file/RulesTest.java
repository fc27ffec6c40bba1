// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.mortise.api.auth.Identity;
import io.mortise.api.auth.Permissions;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RulesTest {
    private static final Identity ALICE = new Identity("alices-phone", "alice", "alice");
    private static final Identity ANONYMOUS = new Identity("somebody", "", "");

    private static final String HOUSE = """
            # for those who do not say who they are
            topic read public/#

            user alice
            topic home/alice
            topic readwrite lamp with blanks/+
            topic read home/#
            topic write alarm
            topic deny home/safe/#

            user bob
            topic write home/door

            pattern readwrite devices/%c/#
            pattern read users/%u/inbox
            pattern write from-%c/log
            """;

    @Test
    void shouldAllowWhatARuleSaysAndNothingElse() throws BrokenFile {
        Permissions alice = rules(HOUSE).permissionsOf(ALICE, false);

        assertTrue(mayPublish(alice, "home/alice"));
        assertTrue(mayPublish(alice, "lamp with blanks/x"));
        assertTrue(alice.mayReceive(Topic.of("home/kitchen/oven")));
        assertFalse(mayPublish(alice, "home/kitchen/oven"));
        assertTrue(mayPublish(alice, "alarm"));
        assertFalse(alice.mayReceive(Topic.of("alarm")));
        assertFalse(mayPublish(alice, "home/door"));
        assertFalse(alice.mayReceive(Topic.of("public/news")));
        assertFalse(alice.mayReceive(Topic.of("elsewhere")));
    }

    @Test
    void shouldDenyBeforeItAllows() throws BrokenFile {
        Permissions alice = rules(HOUSE).permissionsOf(ALICE, false);

        assertFalse(alice.mayReceive(Topic.of("home/safe")));
        assertFalse(alice.mayReceive(Topic.of("home/safe/combination")));

        Permissions denied =
                rules("pattern deny #\nuser alice\ntopic home/alice\n").permissionsOf(ALICE, false);
        assertFalse(denied.mayReceive(Topic.of("home/alice")));
    }

    @Test
    void shouldPutTheIdentityIntoPatternsForEverybody() throws BrokenFile {
        Permissions alice = rules(HOUSE).permissionsOf(ALICE, false);
        assertTrue(mayPublish(alice, "devices/alices-phone/battery"));
        assertFalse(mayPublish(alice, "devices/bobs-phone/battery"));
        assertTrue(alice.mayReceive(Topic.of("users/alice/inbox")));
        assertFalse(alice.mayReceive(Topic.of("users/bob/inbox")));
        assertTrue(mayPublish(alice, "from-alices-phone/log"));

        Permissions carol = rules(HOUSE).permissionsOf(new Identity("x", "carol", "alice"), false);
        assertTrue(mayPublish(carol, "devices/x/battery"));
        assertFalse(mayPublish(carol, "home/alice"));
    }

    /** SEC-39, SEC-30: a user name that nobody has checked is nobody's. */
    @Test
    void shouldGoByThePrincipalAndNotByTheUserNameThatWasSent_SEC39() throws BrokenFile {
        Permissions claims = rules(HOUSE).permissionsOf(new Identity("x", "", "alice"), false);

        assertFalse(mayPublish(claims, "home/alice"));
        assertFalse(claims.mayReceive(Topic.of("users/alice/inbox")));
        assertTrue(claims.mayReceive(Topic.of("public/news")));
    }

    /** SEC-30: whatever a client is called, a pattern allows it that level and no other. */
    @ParameterizedTest
    @MethodSource("hostile")
    void shouldTakeTheIdentityLiterally_SEC30(String name) throws BrokenFile {
        String patterns =
                "pattern readwrite c/%c/x\npattern readwrite u/%u/#\npattern read %u/first\npattern read %c\n";
        Permissions hostile = rules(patterns).permissionsOf(new Identity(name, name, name), false);

        for (String other : new String[] {"bob", "a/b", "$SYS", "%c", "%u", "aXb", "", "x"}) {
            if (!other.equals(name)) {
                assertFalse(mayPublish(hostile, "c/" + other + "/x"), other);
                assertFalse(hostile.mayReceive(Topic.of("u/" + other + "/y")), other);
                assertFalse(hostile.mayReceive(Topic.of(other + "/first")), other);
                assertFalse(hostile.maySubscribe(TopicFilter.of("u/" + other + "/#")), other);
            }
        }
        for (String filter : new String[] {"#", "+", "c/+/x", "u/+/#", "u/#", "+/first", "$SYS/first", "$SYS"}) {
            assertFalse(hostile.maySubscribe(TopicFilter.of(filter)), filter);
        }
        boolean safe = name.chars().noneMatch(c -> c == '+' || c == '#' || c == '/') && !name.isEmpty();
        if (safe) {
            assertTrue(mayPublish(hostile, "c/" + name + "/x"));
            assertTrue(hostile.maySubscribe(TopicFilter.of("u/" + name + "/#")));
        }
    }

    /** SEC-30: a name that fits into no level evades no rule that denies. */
    @ParameterizedTest
    @MethodSource("hostile")
    void shouldDenyWhatAPatternDeniesToAnybodyWhenTheIdentityIsUnsafe_SEC30(String name) throws BrokenFile {
        Identity client = new Identity(name.isEmpty() ? "+" : name, name, name);
        Permissions hostile =
                rules("pattern read #\npattern deny private/%u/#\n").permissionsOf(client, false);

        assertTrue(hostile.mayReceive(Topic.of("news")));
        if (!name.contains("+") && !name.contains("#")) {
            String own = "private/" + name + "/x";
            assertFalse(hostile.mayReceive(Topic.of(own)), own);
        }
        boolean unsafe = name.isEmpty() || name.matches(".*[+#/].*");
        assertEquals(!unsafe, hostile.mayReceive(Topic.of("private/bob/x")));
    }

    static Stream<String> hostile() {
        return Stream.of(
                "+", "#", "/", "a/b", "a/#", "+/+", "$", "$SYS", "$share", "%c", "%u", "%", ".", "*", ".*", "(", ")",
                "[", "]", "[a-z]", "\\", "\\Q", "a.b", "", " ", "bob ", "BOB");
    }

    /** SEC-35: what is denied is denied inside a wider filter as well, shared or not. */
    @ParameterizedTest
    @CsvSource({
        "home/kitchen/#,           true,  true",
        "home/+,                   false, true",
        "home/#,                   false, true",
        "$share/g/home/#,          false, true",
        "#,                        false, true",
        "home/safe/#,              false, false",
        "$share/g/home/safe/+,     false, false",
        "home/safe,                false, false",
        "$SYS/#,                   false, false",
        "$share/g/$SYS/#,          false, false",
        "$queue/home/kitchen,      false, false",
        "$stream/home/#,           false, false",
        "elsewhere,                false, false"
    })
    void shouldJudgeTheEffectiveFilter_SEC35(String filter, boolean whole, boolean inPart) throws BrokenFile {
        assertEquals(whole, rules(HOUSE).permissionsOf(ALICE, false).maySubscribe(TopicFilter.of(filter)));
        assertEquals(inPart, rules(HOUSE).permissionsOf(ALICE, true).maySubscribe(TopicFilter.of(filter)));
    }

    @Test
    void shouldKeepTheTopicsOfTheBrokerFromRulesThatDoNotNameThem_SEC35() throws BrokenFile {
        Permissions all = rules("topic #\ntopic +/uptime\n").permissionsOf(ANONYMOUS, true);

        assertFalse(all.mayReceive(Topic.of("$SYS/uptime")));
        assertFalse(mayPublish(all, "$CONTROL/x"));
        assertFalse(all.maySubscribe(TopicFilter.of("$SYS/#")));
        assertTrue(rules("topic read $SYS/#\n").permissionsOf(ANONYMOUS, false).maySubscribe(TopicFilter.of("$SYS/#")));
    }

    /** SEC-37: one wrong line, and no line counts. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "topc a             | expected user, topic or pattern, got 'topc'",
                "topic              | expected a topic, got none",
                "topic reed a       | expected read, write, readwrite or deny before the topic, got 'reed'",
                "topic READ a       | expected read, write, readwrite or deny before the topic, got 'READ'",
                "topic read a+      | a wildcard fills a whole level, got 'a+'",
                "topic read #/a     | # is the last level, got '#/a'",
                "topic $share/g/a   | a rule is about topics, shared or not: expected them without $share/g",
                "user               | expected a name after user, got none",
                "pattern a/%c%u     | expected one place on a level, got '%c%u'"
            })
    void shouldReadNothingWhenALineIsWrong_SEC37(String line, String reason) {
        BrokenFile broken = assertThrows(BrokenFile.class, () -> rules("topic read a\n" + line + "\n"));

        assertEquals("line 2: " + reason, broken.getMessage());
    }

    @Test
    void shouldAllowNothingWhenThereAreNoRules_SEC37() throws BrokenFile {
        for (Rules none : new Rules[] {Rules.NONE, rules("# nothing yet\n")}) {
            for (Identity client : new Identity[] {ALICE, ANONYMOUS}) {
                assertFalse(mayPublish(none.permissionsOf(client, true), "a"));
                assertFalse(none.permissionsOf(client, true).mayReceive(Topic.of("a")));
                assertFalse(none.permissionsOf(client, true).maySubscribe(TopicFilter.of("a")));
            }
        }
    }

    @Test
    void shouldAnswerWithoutAllocating() throws BrokenFile {
        Permissions alice = rules(HOUSE).permissionsOf(ALICE, false);
        Topic topic = Topic.of("devices/alices-phone/battery/level");
        TopicFilter filter = TopicFilter.of("home/kitchen/#");
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int rounds = 100_000;
        int yes = 0;
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < rounds; i++) {
            yes += alice.mayPublish(topic, Qos.AT_LEAST_ONCE, false) ? 1 : 0;
            yes += alice.mayReceive(topic) ? 1 : 0;
            yes += alice.maySubscribe(filter) ? 1 : 0;
        }
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;

        assertEquals(3 * rounds, yes);
        assertTrue(
                bytes < rounds,
                () -> bytes + " bytes for " + rounds + " rounds"); // one object a round is 16 times that
    }

    private static boolean mayPublish(Permissions permissions, String topic) {
        return permissions.mayPublish(Topic.of(topic), Qos.AT_MOST_ONCE, false);
    }

    private static Rules rules(String text) throws BrokenFile {
        return Rules.parse(Lines.of(text.getBytes(StandardCharsets.UTF_8)));
    }
}
