// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.tck;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The threads that a provider starts: they end with it. Used by one thread. */
final class ProviderThreads {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int LOOK_MILLIS = 20;

    private final Set<Thread> before = alive();

    private static Set<Thread> alive() {
        return Set.copyOf(Thread.getAllStackTraces().keySet());
    }

    /** Waits until none of those that were started since runs any more, but for those of the Java platform itself. */
    void assertEnded() throws InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        Set<Thread> left = left();
        while (!left.isEmpty() && System.nanoTime() - end < 0) {
            System.gc(); // what ends when nobody refers to it
            Thread.sleep(LOOK_MILLIS);
            left = left();
        }
        assertTrue(left.isEmpty(), "threads that the provider has left: " + left);
    }

    private Set<Thread> left() {
        return alive().stream()
                .filter(thread -> !before.contains(thread) && !isOfThePlatform(thread))
                .collect(Collectors.toSet());
    }

    private static boolean isOfThePlatform(Thread thread) {
        ThreadGroup group = thread.getThreadGroup();
        return group == null
                || group.getName().equals("system")
                || group.getName().equals("InnocuousThreadGroup")
                || thread.getName().startsWith("ForkJoinPool.commonPool")
                || thread.getName().startsWith("junit")
                // one that Java's own classes have made for themselves, as its HTTP client does
                || thread.getClass() != Thread.class
                        && isOfThePlatform(thread.getClass().getClassLoader());
    }

    private static boolean isOfThePlatform(@Nullable ClassLoader loader) {
        return loader == null || loader == ClassLoader.getPlatformClassLoader();
    }
}
