// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime.configuration;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Finds what someone may have meant. Any thread. */
final class Spelling {

    private static final int SUGGESTIONS = 3;

    private Spelling() {}

    /** The {@code known} words that differ least from {@code word}, the nearest first. */
    static List<String> nearest(String word, Collection<String> known) {
        return known.stream()
                .sorted(Comparator.<String>comparingInt(each -> distance(word, each))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(SUGGESTIONS)
                .toList();
    }

    /** How many letters have to be put in, left out or changed to make {@code b} of {@code a} (Levenshtein). */
    private static int distance(String a, String b) {
        int[] above = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int changed = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(changed, 1 + Math.min(above[j], row[j - 1]));
            }
            above = row;
        }
        return above[b.length()];
    }
}
