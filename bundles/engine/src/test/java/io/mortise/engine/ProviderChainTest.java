// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.auth.Canary;
import io.mortise.engine.Links.Link;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderChainTest {
    private static final long IN_FORCE = 1;
    private static final long NEXT = 2;
    private static final long FOREVER = TimeUnit.HOURS.toMillis(1);

    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private final List<@Nullable Links<String>> used = new ArrayList<>();

    @AfterEach
    void tearDown() {
        timer.shutdownNow();
    }

    @Test
    void shouldHoldUntilAllAreThereAndKeepTheirOrder() {
        ProviderChain<String> chain = chain(names("b", "a"), FOREVER);
        chain.add("A", "a", 0, IN_FORCE);
        assertTrue(used.isEmpty());
        chain.add("B", "b", 0, IN_FORCE);

        assertEquals(List.of(new Link<>("b", "B"), new Link<>("a", "A")), last().of("any"));
    }

    @Test
    void shouldHoldWhileOneIsOnItsWayToAnotherVersion() {
        ProviderChain<String> chain = chain(names("a"), FOREVER);
        chain.add("A1", "a", 0, IN_FORCE);
        chain.remove("A1");
        assertNull(used.get(1));
        chain.add("A2", "a", 0, IN_FORCE);

        assertEquals(List.of(new Link<>("a", "A2")), last().of("any"));
    }

    @Test
    void shouldGoOverToANewVersionBesideTheOldOneWithoutAGap() {
        ProviderChain<String> chain = chain(names("a"), FOREVER);
        chain.add("A1", "a", 0, IN_FORCE);
        chain.add("A2", "a", 0, IN_FORCE);
        assertEquals(1, used.size());
        chain.remove("A1");

        assertEquals(2, used.size());
        assertEquals(List.of(new Link<>("a", "A2")), last().of("any"));
    }

    /** SCR unbinds what a component had after it has ended. */
    @Test
    void shouldNotMindWhatIsTakenAwayAfterTheEnd() {
        ProviderChain<String> chain = chain(names("a"), FOREVER);
        chain.add("A", "a", 0, IN_FORCE);
        timer.shutdownNow();
        chain.remove("A");
        assertEquals(1, used.size());
    }

    /** A vendor's equals may say anything. */
    private static final class Vague {
        @Override
        public boolean equals(@Nullable Object other) {
            return true;
        }

        @Override
        public int hashCode() {
            return 1;
        }
    }

    @Test
    void shouldTellProvidersApartThatCallThemselvesEqual() {
        List<@Nullable Links<Vague>> states = new ArrayList<>();
        ProviderChain<Vague> chain = new ProviderChain<>(
                "The provider",
                names("a"),
                FOREVER,
                timer,
                System::nanoTime,
                (inForce, next, canary) -> inForce,
                states::add);
        Vague first = new Vague();
        Vague second = new Vague();
        chain.add(first, "a", 0, IN_FORCE);
        chain.add(second, "a", 1, IN_FORCE);
        assertEquals(2, states.size());
        chain.remove(first);
        assertEquals(2, states.size());

        Links<Vague> last = states.get(1);
        assertNotNull(last);
        assertSame(second, last.of("any").get(0).provider());
    }

    /** SEC-37: past the gap the chain is closed, and nothing takes the place of what is missing. */
    @Test
    void shouldCloseTheChainOfAProviderThatDoesNotComeBack_SEC37() {
        ChainNames names = new ChainNames(List.of("a"), Map.of("guests", List.of("open")));
        ProviderChain<String> chain = chain(names, 20);
        chain.add("A", "a", 0, IN_FORCE);
        chain.add("another", "b", 100, IN_FORCE);
        Awaitility.await().until(() -> size() > 0);

        assertEquals(List.of(new Link<>("a", "A")), last().of("any"));
        assertEquals(List.of(new Link<String>("open", null)), last().of("guests"));

        chain.remove("A");
        Awaitility.await().until(() -> size() > 2);
        assertEquals(List.of(new Link<String>("a", null)), last().of("any"));
    }

    @Test
    void shouldNotHoldForOneThatIsMissedForLongWhenAnotherChanges() {
        ChainNames names = new ChainNames(List.of("a"), Map.of("guests", List.of("open")));
        ProviderChain<String> chain = chain(names, 0);
        chain.add("A", "a", 0, IN_FORCE);
        int before = used.size();
        chain.add("A2", "a", 1, IN_FORCE);

        assertEquals(before + 1, used.size());
        assertEquals(List.of(new Link<>("a", "A2")), last().of("any"));
    }

    @Test
    void shouldTakeTheOneThereIsWhenNothingIsConfigured() {
        ProviderChain<String> chain = chain(ChainNames.parse(new String[0], new String[0], "key"), FOREVER);
        chain.add("nameless", ChainNames.ANY, 0, IN_FORCE);
        assertEquals(List.of(new Link<>("", "nameless")), last().of("any"));
        chain.add("named", "file", 0, IN_FORCE);
        assertEquals(1, used.size());
        chain.add("higher", "file", 1, IN_FORCE);

        assertEquals(List.of(new Link<>("", "higher", "file")), last().of("any"));
    }

    @Test
    void shouldReadTheChainsOfListeners() {
        ChainNames names = ChainNames.parse(
                new String[] {"file", " jwt "}, new String[] {"io.mortise.listener.tcp~x = cert  file"}, "key");

        assertEquals(List.of("file", "jwt"), names.ofAll());
        assertEquals(List.of("cert", "file"), names.ofListeners().get("io.mortise.listener.tcp~x"));
        assertEquals(3, names.all().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "=file", "x=", "x= "})
    void shouldRefuseAChainThatIsNone(String listener) {
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> ChainNames.parse(new String[0], new String[] {listener}, "listener.authenticators"))
                .getMessage();

        assertEquals(
                "io.mortise.engine: listener.authenticators: expected LISTENER=NAME NAME ..., once for a listener, got '"
                        + listener + "'",
                message);
    }

    @Test
    void shouldTryANewVersionOutBesideTheOneInForceWhateverItsRanking() {
        ProviderChain<String> chain = chain(names("a", "b"), FOREVER);
        chain.add("B", "b", 0, IN_FORCE);
        chain.add("A1", "a", 0, IN_FORCE);
        chain.tryOut(new TestCanary(NEXT));
        assertEquals(1, used.size());
        chain.add("A2", "a", 100, NEXT);
        assertEquals(List.of("A1 or A2", "B"), providers());
        chain.remove("A1");
        assertEquals(List.of("A2", "B"), providers());
    }

    @Test
    void shouldHaveTheOneInForceBackWhenTheTrialHasFailed() {
        ProviderChain<String> chain = chain(names("a"), FOREVER);
        Canary trial = new TestCanary(NEXT);
        chain.add("A1", "a", 0, IN_FORCE);
        chain.tryOut(trial);
        chain.add("A2", "a", 100, NEXT);
        chain.remove("A2");
        assertEquals(List.of("A1"), providers());
        chain.endTrial(trial);
        assertEquals(List.of("A1"), providers());
    }

    @Test
    void shouldGoOnWithoutAGapWhenTheTrialWentWell() {
        ProviderChain<String> chain = chain(names("a"), FOREVER);
        Canary trial = new TestCanary(NEXT);
        chain.tryOut(trial);
        chain.add("A1", "a", 0, IN_FORCE);
        chain.add("A2", "a", 0, NEXT);
        chain.remove("A1");
        int before = used.size();
        chain.endTrial(trial);
        assertEquals(before, used.size());
        assertTrue(used.stream().allMatch(links -> links != null));
    }

    /** SCR binds the one before it unbinds the other. */
    @Test
    void shouldNotEndTheNextTrialWithTheOneBefore() {
        ProviderChain<String> chain = chain(names("a"), FOREVER);
        Canary first = new TestCanary(NEXT);
        chain.add("A1", "a", 0, IN_FORCE);
        chain.tryOut(first);
        chain.tryOut(new TestCanary(NEXT));
        chain.endTrial(first);
        chain.add("A2", "a", 0, NEXT);
        assertEquals(List.of("A1 or A2"), providers());
    }

    private List<@Nullable String> providers() {
        return last().of("any").stream().map(Link::provider).toList();
    }

    private static ChainNames names(String... names) {
        return ChainNames.parse(names, new String[0], "key");
    }

    private ProviderChain<String> chain(ChainNames names, long gapMillis) {
        return new ProviderChain<>(
                "The provider",
                names,
                gapMillis,
                timer,
                System::nanoTime,
                (inForce, next, canary) -> inForce + " or " + next,
                this::use);
    }

    private void use(@Nullable Links<String> links) {
        synchronized (used) {
            used.add(links);
        }
    }

    private int size() {
        synchronized (used) {
            return used.size();
        }
    }

    private Links<String> last() {
        synchronized (used) {
            Links<String> last = used.get(used.size() - 1);
            assertNotNull(last);
            return last;
        }
    }
}
