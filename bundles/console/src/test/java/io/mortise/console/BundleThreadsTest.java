// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BundleThreadsTest {
    private static final List<String> NAMES =
            List.of("io.mortise.engine", "io.mortise.store", "io.mortise.store.sqlite", "io.mortise.console");

    private final Map<Thread, StackTraceElement[]> threads = new HashMap<>();

    /** A thread with these classes on its stack, the innermost first. */
    private void runs(String name, String... types) {
        StackTraceElement[] frames = new StackTraceElement[types.length];
        for (int i = 0; i < types.length; i++) {
            frames[i] = new StackTraceElement(types[i], "run", null, 1);
        }
        threads.put(new Thread(name), frames);
    }

    @Test
    void shouldCountAThreadForTheBundleInWhoseCodeItBegan() {
        runs(
                "any",
                "java.lang.Object",
                "io.mortise.engine.Session",
                "io.mortise.store.sqlite.Writer",
                "java.lang.Thread");
        BundleThreads counted = BundleThreads.of(threads, NAMES);
        assertEquals(1, counted.of("io.mortise.store.sqlite"));
        assertEquals(0, counted.of("io.mortise.store"));
        assertEquals(0, counted.of("io.mortise.engine"));
    }

    @Test
    void shouldCountAThreadThatWaitsForWorkForTheBundleThatItIsNamedAfter() {
        runs("mortise-engine", "java.lang.Object");
        runs("mortise-engine-auth", "java.lang.Object");
        runs("mortise-store-sqlite", "java.lang.Object");
        runs("mortise-enginery", "java.lang.Object");
        BundleThreads counted = BundleThreads.of(threads, NAMES);
        assertEquals(2, counted.of("io.mortise.engine"));
        assertEquals(1, counted.of("io.mortise.store.sqlite"));
        assertEquals(0, counted.of("io.mortise.console"));
    }
}
