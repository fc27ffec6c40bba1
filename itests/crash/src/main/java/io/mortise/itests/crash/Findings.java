// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.crash;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What was seen so far: how much was done, and each violation.
 *
 * <p>Used only on the loop's thread. The first violations of each kind are kept with their words, all are counted.
 */
final class Findings {

    private static final int WORDS_OF_A_KIND = 5;

    long published;
    long acknowledged;
    long refused;
    long delivered;
    // at QoS 1, where that is allowed
    long repeated;

    private final Map<Violation, Long> counts = new EnumMap<>(Violation.class);
    private final List<String> words = new ArrayList<>();

    void add(Violation violation, String what) {
        long count = counts.merge(violation, 1L, Long::sum);
        if (count <= WORDS_OF_A_KIND) {
            words.add(violation.column + ": " + what);
        }
    }

    long count(Violation violation) {
        return counts.getOrDefault(violation, 0L);
    }

    boolean isClean() {
        return counts.isEmpty();
    }

    List<String> words() {
        return words;
    }
}
