// SPDX-License-Identifier: Apache-2.0
package io.mortise.console;

import io.mortise.api.protocol.TopicFilter;

/** What two topic filters have to do with each other (MQTT 5.0, 4.7). Any thread. */
final class Filters {
    private Filters() {}

    /** Whether there can be a topic that both match, whatever their share names are. */
    static boolean overlap(TopicFilter one, TopicFilter other) {
        if (isReserved(one) && isWildcard(other.level(0)) || isReserved(other) && isWildcard(one.level(0))) {
            return false; // 4.7.2
        }
        int common = Math.min(one.levelCount(), other.levelCount());
        for (int i = 0; i < common; i++) {
            String level = one.level(i);
            String counterpart = other.level(i);
            if (level.equals("#") || counterpart.equals("#")) {
                return true;
            }
            if (!level.equals("+") && !counterpart.equals("+") && !level.equals(counterpart)) {
                return false;
            }
        }
        // a/b and a/b/#: # stands for its parent level too
        return one.levelCount() == other.levelCount() || endsBehind(one, common) || endsBehind(other, common);
    }

    private static boolean endsBehind(TopicFilter filter, int levels) {
        return filter.levelCount() == levels + 1 && filter.level(levels).equals("#");
    }

    private static boolean isReserved(TopicFilter filter) {
        return filter.level(0).startsWith("$");
    }

    private static boolean isWildcard(String level) {
        return level.equals("+") || level.equals("#");
    }
}
