// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mortise.api.store.RetainedStore;
import io.mortise.api.store.SessionStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StoresTest {
    private final List<@Nullable SessionStore> sessions = new ArrayList<>();
    private final List<@Nullable RetainedStore> retained = new ArrayList<>();
    private final SessionStore disk = new TestSessionStore();
    private final SessionStore next = new TestSessionStore();
    private final SessionStore memory = new TestSessionStore(false);

    private Stores stores(String wanted) {
        return new Stores(wanted, sessions::add, retained::add);
    }

    private static Map<String, Object> named(String name, int ranking) {
        return Map.of(SessionStore.NAME, name, "service.ranking", ranking);
    }

    @Test
    void shouldUseTheOneThatIsWantedWhateverTheRankingOfOthers() {
        Stores stores = stores("disk");
        stores.add(memory, named("memory", 100));
        assertEquals(List.of(), sessions);
        assertEquals("the store disk", stores.missing());
        stores.add(disk, named("disk", 0));
        assertEquals(List.of(disk), sessions);
        stores.remove(disk);
        assertEquals(Arrays.asList(disk, null), sessions);
    }

    @Test
    void shouldUseTheOneThatThereIsIfNoneIsWanted() {
        Stores stores = stores(StoreChoice.ANY);
        stores.add(disk, Map.of());
        stores.add(memory, named("memory", 100));
        assertEquals(List.of(disk), sessions, "one in use stays so");
        stores.remove(disk);
        assertEquals(List.of(disk, memory), sessions);
        assertNull(stores.missing());
    }

    @Test
    void shouldGoOverToANewVersionWithoutAGap() {
        Stores stores = stores("disk");
        stores.add(disk, named("disk", 0));
        stores.add(next, named("disk", 0));
        stores.remove(disk);
        assertEquals(List.of(disk, next), sessions);
    }

    @Test
    void shouldUseTheOneWithTheHighestRankingOfItsName() {
        for (String wanted : List.of("disk", StoreChoice.ANY)) {
            sessions.clear();
            Stores stores = stores(wanted);
            stores.add(disk, named("disk", 0));
            stores.add(next, named("disk", 1));
            stores.add(memory, named("memory", 2));
            stores.remove(next);
            assertEquals(List.of(disk, next, disk), sessions);
        }
    }

    @Test
    void shouldSwitchForGood() {
        Stores stores = stores("disk");
        RetainedStore retainedOnDisk = new TestRetainedStore();
        RetainedStore retainedInMemory = new TestRetainedStore();
        stores.add(disk, named("disk", 0));
        stores.add(retainedOnDisk, named("disk", 0));
        stores.add(memory, named("memory", 0));
        assertNull(stores.get("memory"), "half of it is missing");
        stores.add(retainedInMemory, named("memory", 0));
        Stores.Pair pair = stores.get("memory");
        assertNotNull(pair);
        assertThrows(
                IllegalStateException.class,
                () -> stores.switchTo("memory", pair, () -> {
                    throw new IllegalStateException("it cannot be");
                }));
        assertEquals("disk", stores.inUse());
        stores.switchTo("memory", pair, () -> {});
        assertEquals("memory", stores.inUse());
        stores.remove(disk);
        stores.remove(retainedOnDisk);
        assertEquals(List.of(disk), sessions, "nobody is told of what is not in use");
        stores.remove(memory);
        assertEquals("the store memory", stores.missing());
    }

    @Test
    void shouldNotSwitchToWhatHasGone() {
        Stores stores = stores("disk");
        stores.add(disk, named("disk", 0));
        stores.add(new TestRetainedStore(), named("disk", 0));
        RetainedStore other = new TestRetainedStore();
        stores.add(memory, named("memory", 0));
        stores.add(other, named("memory", 0));
        Stores.Pair pair = stores.get("memory");
        assertNotNull(pair);
        stores.remove(other);
        assertThrows(IllegalStateException.class, () -> stores.switchTo("memory", pair, () -> sessions.add(memory)));
        assertEquals(List.of(disk), sessions);
    }
}
