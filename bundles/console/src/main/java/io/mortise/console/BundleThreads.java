// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Whose threads run: a thread is of the bundle in whose code it began, or, if that cannot be seen because it waits for work, of
 * the one that it is named after, {@code mortise-store-sqlite}. (A bundle, its root package and its threads have one name.)
 *
 * <p>Immutable; any thread.
 */
final class BundleThreads {
    private final Map<String, Integer> counts;

    private BundleThreads(Map<String, Integer> counts) {
        this.counts = counts;
    }

    /** Counts all threads of this process; names are the symbolic names of bundles. */
    static BundleThreads now(Collection<String> names) {
        return of(Thread.getAllStackTraces(), names);
    }

    static BundleThreads of(Map<Thread, StackTraceElement[]> threads, Collection<String> names) {
        Map<String, Integer> counts = new HashMap<>();
        threads.forEach((thread, frames) -> Stream.concat(
                        Arrays.stream(frames)
                                .map(StackTraceElement::getClassName)
                                .filter(type -> type.startsWith(BundleCommands.FIRST_PARTY))
                                .reduce((inner, outer) -> outer)
                                .stream()
                                .flatMap(type -> longest(names, name -> type.startsWith(name + "."))),
                        longest(names, name -> isNamedAfter(thread.getName(), name)))
                .findFirst()
                .ifPresent(name -> counts.merge(name, 1, Integer::sum)));
        return new BundleThreads(counts);
    }

    private interface Fit {
        boolean test(String name);
    }

    private static Stream<String> longest(Collection<String> names, Fit fit) {
        return names.stream().filter(fit::test).max(Comparator.comparingInt(String::length)).stream();
    }

    private static boolean isNamedAfter(String thread, String name) {
        String mark =
                "mortise-" + name.substring(BundleCommands.FIRST_PARTY.length()).replace('.', '-');
        return thread.startsWith(mark)
                && (thread.length() == mark.length() || " -".indexOf(thread.charAt(mark.length())) >= 0);
    }

    /** How many the bundle with this symbolic name has. */
    int of(String name) {
        return counts.getOrDefault(name, 0);
    }
}
