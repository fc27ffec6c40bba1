// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests.swap;

import io.mortise.itests.load.Sequence;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was heard for one subscription, by one client or by the members of a group: each message of each of its publishers has
 * to come once. Any thread.
 */
final class Account {
    private final String name;
    private final Map<Integer, Sequence> heard = new TreeMap<>(); // guarded by this

    Account(String name, List<Integer> publishers) {
        this.name = name;
        publishers.forEach(publisher -> heard.put(publisher, new Sequence()));
    }

    /** Whether it is the first time that this message comes. */
    synchronized boolean accept(int publisher, long sequence) {
        Sequence from = heard.get(publisher);
        return from != null && from.accept(sequence);
    }

    /** What has not come of so many messages of each publisher; empty if all has. */
    synchronized String missing(Map<Integer, Long> sent) {
        StringBuilder text = new StringBuilder();
        heard.forEach((publisher, sequence) -> {
            long until = Math.max(sent.get(publisher), sequence.next());
            if (sequence.missing(until) > 0) {
                text.append(sequence.missing(until))
                        .append(" of publisher ")
                        .append(publisher)
                        .append(", ");
            }
        });
        return text.isEmpty() ? "" : name + " has not heard " + text;
    }
}
