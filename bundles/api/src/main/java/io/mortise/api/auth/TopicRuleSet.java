// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.auth;

import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Rules of which it is asked whether any is about a topic: for each message. Immutable; any thread. Its answers allocate nothing.
 *
 * <p>Where there are more than a few, rules are found by what they begin with, the levels before the first wildcard. Going through a
 * topic once gives the hash of each of its beginnings, in the way in which {@link String#hashCode()} is defined; a table has the rules
 * with that hash. So the number of rules does not matter, only that of those which begin alike.
 */
final class TopicRuleSet {
    private static final int FEW = 4;
    private static final TopicRule[] NONE = {};

    private final TopicRule[] rules;

    /** Those that are looked at for every topic: all, if they are few, or those that begin with a wildcard. */
    private final TopicRule[] always;

    // a table with room for twice as many, in which rules stand at the hash of their beginning, or in the next free
    // place
    private final int[] hashes;
    private final TopicRule[][] found;

    TopicRuleSet(List<TopicRule> list) {
        rules = list.toArray(NONE);
        if (rules.length <= FEW) {
            always = rules;
            hashes = new int[0];
            found = new TopicRule[0][];
            return;
        }
        Map<Integer, TopicRule[]> byBeginning = new HashMap<>();
        TopicRule[] open = NONE;
        for (TopicRule rule : rules) {
            String beginning = rule.beginning();
            if (beginning.isEmpty()) {
                open = with(open, rule);
            } else {
                byBeginning.merge(beginning.hashCode(), new TopicRule[] {rule}, (some, one) -> with(some, one[0]));
            }
        }
        always = open;
        int size = Integer.highestOneBit(Math.max(1, byBeginning.size())) * 4;
        hashes = new int[size];
        found = new TopicRule[size][];
        byBeginning.forEach((hash, those) -> {
            int at = place(hash);
            while (found[at] != null) {
                at = at + 1 & size - 1;
            }
            hashes[at] = hash;
            found[at] = those;
        });
    }

    private static TopicRule[] with(TopicRule[] some, TopicRule one) {
        TopicRule[] more = Arrays.copyOf(some, some.length + 1);
        more[some.length] = one;
        return more;
    }

    private int place(int hash) {
        int spread = hash * 0x9E37_79B9; // texts that differ in their last character have hashes that follow each other
        return (spread ^ spread >>> 16) & hashes.length - 1;
    }

    TopicRule[] all() {
        return rules;
    }

    /** Whether any of them is about this topic. */
    boolean matches(Topic topic) {
        for (TopicRule rule : always) {
            if (rule.matches(topic)) {
                return true;
            }
        }
        return found.length > 0 && matchesByBeginning(topic);
    }

    private boolean matchesByBeginning(Topic topic) {
        String name = topic.name();
        int length = name.length();
        int hash = 0;
        for (int i = 0; i < length; i++) {
            char character = name.charAt(i);
            if (character == '/' && matches(topic, hash)) {
                return true;
            }
            hash = 31 * hash + character;
        }
        return matches(topic, hash);
    }

    /** Whether a rule is about this topic that begins with what has this hash. */
    private boolean matches(Topic topic, int hash) {
        int at = place(hash);
        while (found[at] != null) {
            if (hashes[at] == hash) {
                for (TopicRule rule : found[at]) {
                    if (rule.matches(topic)) {
                        return true;
                    }
                }
                return false;
            }
            at = at + 1 & found.length - 1;
        }
        return false;
    }

    boolean contains(TopicFilter filter) {
        for (TopicRule rule : rules) {
            if (rule.contains(filter)) {
                return true;
            }
        }
        return false;
    }

    boolean overlaps(TopicFilter filter) {
        for (TopicRule rule : rules) {
            if (rule.overlaps(filter)) {
                return true;
            }
        }
        return false;
    }
}
