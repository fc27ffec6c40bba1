// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.mortise.api.auth.Authorization;
import io.mortise.api.auth.Authorizer;
import io.mortise.api.auth.Identity;
import io.mortise.api.auth.Permissions;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What every authorizer does, wherever its rules come from; see {@link AuthenticatorContract}. */
public abstract class AuthorizerContract {
    private static final long PATIENCE_SECONDS = 60;
    private static final int MANY = 50;
    private static final int ROUNDS = 20_000;

    private final List<Authorizer> opened = new ArrayList<>();
    private @Nullable ProviderThreads threads;

    /** The provider, started as the framework starts it, with everything that it depends on in order. */
    protected abstract Authorizer open() throws Exception;

    /** Ends it as the framework does. */
    protected abstract void close(Authorizer authorizer) throws Exception;

    /** A client that may publish to {@link #allowed()} and receive from it. */
    protected abstract Identity known() throws Exception;

    /** A topic of that client, which no client with another name has. */
    protected abstract Topic allowed();

    /** A topic that it may neither publish to nor receive from; {@code null} if it may do everything. */
    protected abstract @Nullable Topic denied();

    /** The same client by another name, with everything else as it is. */
    protected Identity named(String name) throws Exception {
        return new Identity(name, name, name, known().attributes());
    }

    /** What can go wrong, as in {@link AuthenticatorContract#failures()}. */
    protected Map<String, Callable<Authorizer>> failures() {
        return Map.of();
    }

    @BeforeEach
    void look() {
        threads = new ProviderThreads();
    }

    @AfterEach
    void shouldLeaveNoThread() throws Exception {
        for (Authorizer each : opened) {
            close(each);
        }
        if (threads != null) {
            threads.assertEnded();
        }
    }

    private Authorizer start() throws Exception {
        Authorizer authorizer = open();
        opened.add(authorizer);
        return authorizer;
    }

    /** A connection, and what it was granted. */
    private static final class Bond {
        final BlockingQueue<Permissions> grants = new LinkedBlockingQueue<>();
        final Authorization authorization;

        Bond(Authorizer authorizer, Identity client) {
            authorization = authorizer.authorize(client, grants::add);
            assertNotNull(authorization, "an authorization expected");
        }

        Permissions granted() throws InterruptedException {
            Permissions granted = grants.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertNotNull(granted, "a grant expected, which a client waits for");
            return granted;
        }
    }

    private static boolean may(Permissions permissions, Topic topic) {
        return permissions.mayPublish(topic, Qos.AT_LEAST_ONCE, false) || permissions.mayReceive(topic);
    }

    @Test
    void shouldAllowWhatAClientMayAndNothingElse() throws Exception {
        Permissions permissions = new Bond(start(), known()).granted();
        assertTrue(permissions.mayPublish(allowed(), Qos.AT_LEAST_ONCE, false));
        assertTrue(permissions.mayReceive(allowed()));
        assertTrue(permissions.maySubscribe(TopicFilter.of(allowed().name())));
        Topic denied = denied();
        if (denied != null) {
            assertFalse(may(permissions, denied));
            assertFalse(permissions.maySubscribe(TopicFilter.of(denied.name())));
            assertFalse(permissions.maySubscribe(TopicFilter.of("$share/group/" + denied.name())), "SEC-35");
        }
    }

    /** SEC-35: who may not receive everything may not subscribe to everything, shared or not. */
    @Test
    void shouldNotLetAWildcardThroughThatIsWiderThanWhatIsAllowed() throws Exception {
        Topic denied = denied();
        if (denied == null) {
            return;
        }
        Permissions permissions = new Bond(start(), known()).granted();
        for (String filter : List.of("#", "+/#", "$share/group/#")) {
            // in part is a provider's right: what it keeps back then is not received
            if (permissions.maySubscribe(TopicFilter.of(filter))) {
                assertFalse(permissions.mayReceive(denied), filter);
            }
        }
    }

    /** SEC-30: a name that means more than itself gets nothing of anybody else's. */
    @Test
    void shouldTakeHostileNamesLiterally() throws Exception {
        Authorizer authorizer = start();
        if (denied() == null) {
            return;
        }
        for (String name : Hostile.names().toList()) {
            Permissions permissions = new Bond(authorizer, named(name)).granted();
            assertFalse(may(permissions, allowed()), "by the name " + name);
            assertFalse(permissions.maySubscribe(TopicFilter.of("#")), "by the name " + name);
            assertFalse(permissions.maySubscribe(TopicFilter.of(allowed().name())), "by the name " + name);
        }
    }

    @Test
    void shouldNotBothAllowAndDeny() throws Exception {
        Permissions permissions = new Bond(start(), known()).granted();
        for (String name :
                List.of(allowed().name(), "a", "a/b", "/", "$SYS/broker", "x".repeat(1_000), "/".repeat(500))) {
            Topic topic = Topic.of(name);
            for (Qos qos : Qos.values()) {
                boolean allows = permissions.mayPublish(topic, qos, true);
                assertFalse(allows && permissions.deniesPublish(topic, qos, true), name);
            }
            boolean allows = permissions.mayReceive(topic);
            assertFalse(allows && permissions.deniesReceive(topic), name);
        }
        for (String name : List.of(allowed().name(), "#", "+", "$share/g/#", "$SYS/#", "a/+/#")) {
            TopicFilter filter = TopicFilter.of(name);
            boolean allows = permissions.maySubscribe(filter);
            assertFalse(allows && permissions.deniesSubscribe(filter), name);
        }
    }

    /** It is asked for every message. */
    @Test
    void shouldAllocateNothingWhenItIsAsked() throws Exception {
        Permissions permissions = new Bond(start(), known()).granted();
        ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Topic topic = allowed();
        Topic other = denied() == null ? topic : denied();
        long id = Thread.currentThread().getId();
        long allocated = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 5 && allocated >= ROUNDS; attempt++) { // what warms up allocates
            long before = memory.getThreadAllocatedBytes(id);
            int allowed = 0;
            for (int i = 0; i < ROUNDS; i++) {
                allowed += permissions.mayPublish(topic, Qos.AT_LEAST_ONCE, false) ? 1 : 0;
                allowed += permissions.mayReceive(other) ? 1 : 0;
                allowed += permissions.deniesReceive(topic) ? 1 : 0;
            }
            assertTrue(allowed >= ROUNDS);
            allocated = memory.getThreadAllocatedBytes(id) - before;
        }
        assertTrue(allocated < ROUNDS, allocated + " bytes in " + ROUNDS + " rounds");
    }

    @Test
    void shouldServeManyClientsAtTheSameTime() throws Exception {
        Authorizer authorizer = start();
        List<Bond> bonds = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            bonds.add(new Bond(authorizer, known()));
        }
        for (Bond bond : bonds) {
            assertTrue(bond.granted().mayReceive(allowed()));
        }
    }

    @Test
    void shouldGrantNothingMoreToWhoIsGone() throws Exception {
        Authorizer authorizer = start();
        Bond bond = new Bond(authorizer, known());
        bond.granted();
        bond.authorization.close();
        bond.grants.clear();
        new Bond(authorizer, known()).granted(); // whatever it has to do, it has done by then
        close(authorizer);
        opened.remove(authorizer);
        assertEquals(0, bond.grants.size());
    }

    /** SEC-37: whatever goes wrong, nothing is allowed. */
    @TestFactory
    Stream<DynamicTest> shouldAllowNothingWhen() {
        return failures().entrySet().stream()
                .map(failure -> DynamicTest.dynamicTest(failure.getKey(), () -> failed(failure.getValue())));
    }

    private void failed(Callable<Authorizer> way) throws Exception {
        Permissions permissions;
        try {
            Authorizer authorizer = way.call();
            opened.add(authorizer);
            permissions = new Bond(authorizer, known()).granted();
        } catch (RuntimeException fails) {
            return; // the broker refuses then
        }
        assertFalse(may(permissions, allowed()));
        assertFalse(permissions.maySubscribe(TopicFilter.of(allowed().name())));
        assertFalse(permissions.maySubscribe(TopicFilter.of("#")));
    }
}
