// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.auth;

import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import org.jspecify.annotations.Nullable;

/**
 * The topics that a rule is about. Immutable; any thread. Its answers allocate nothing.
 *
 * <p>A wildcard is no text here: {@code +} is a level that is {@code null}, {@code #} a flag. So a client that is called
 * {@code +} stands in a rule for a level of that name, which no topic has.
 */
final class TopicRule {
    private final @Nullable String[] levels;
    private final boolean andBelow;

    /**
     * A rule about topics with these levels.
     *
     * @param levels {@code null} stands for any level
     * @param andBelow whether all that is below is meant as well
     */
    TopicRule(@Nullable String[] levels, boolean andBelow) {
        // +/# and # are about the same topics
        boolean everything = andBelow && levels.length == 1 && levels[0] == null;
        this.levels = everything ? new String[0] : levels;
        this.andBelow = andBelow;
    }

    /** What every topic begins with that it is about, to the end of a level; empty if it begins with a wildcard. */
    String beginning() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < levels.length && levels[i] != null; i++) {
            text.append(i == 0 ? "" : "/").append(levels[i]);
        }
        return text.toString();
    }

    /** Whether it is about this topic (4.7.1, 4.7.2). */
    boolean matches(Topic topic) {
        if (andBelow ? topic.levelCount() < levels.length : topic.levelCount() != levels.length) {
            return false;
        }
        if (topic.isReserved() && beginsWithWildcard()) {
            return false;
        }
        String name = topic.name();
        int start = 0;
        for (String level : levels) {
            int end;
            if (level == null) {
                int separator = name.indexOf('/', start);
                end = separator < 0 ? name.length() : separator;
            } else {
                end = start + level.length();
                if (!name.startsWith(level, start) || end < name.length() && name.charAt(end) != '/') {
                    return false; // by far the most frequent: it costs one character
                }
            }
            start = end + 1;
        }
        return true;
    }

    /** Whether it is about every topic that the filter matches, share name aside. */
    boolean contains(TopicFilter filter) {
        boolean filterAndBelow = isOpen(filter);
        int filterLevels = filterAndBelow ? filter.levelCount() - 1 : filter.levelCount();
        if (filterAndBelow && !andBelow || beginsWithWildcard() && isReserved(filter.level(0))) {
            return false;
        }
        if (andBelow ? filterLevels < levels.length : filterLevels != levels.length) {
            return false;
        }
        for (int i = 0; i < levels.length; i++) {
            String level = levels[i];
            if (level != null && !level.equals(literal(filter.level(i)))) {
                return false;
            }
        }
        return true;
    }

    /** Whether it is about any topic that the filter matches, share name aside. */
    boolean overlaps(TopicFilter filter) {
        boolean filterAndBelow = isOpen(filter);
        int filterLevels = filterAndBelow ? filter.levelCount() - 1 : filter.levelCount();
        if (filterLevels < levels.length && !filterAndBelow || levels.length < filterLevels && !andBelow) {
            return false;
        }
        if (beginsWithWildcard() ? isReserved(filter.level(0)) : isReserved(levels[0]) && isWildcard(filter.level(0))) {
            return false;
        }
        for (int i = 0; i < Math.min(levels.length, filterLevels); i++) {
            String level = levels[i];
            String other = literal(filter.level(i));
            if (level != null && other != null && !level.equals(other)) {
                return false;
            }
        }
        return true;
    }

    private boolean beginsWithWildcard() {
        return levels.length == 0 || levels[0] == null;
    }

    private static boolean isOpen(TopicFilter filter) {
        return filter.level(filter.levelCount() - 1).equals("#");
    }

    private static boolean isReserved(@Nullable String first) {
        return first != null && first.startsWith("$");
    }

    private static boolean isWildcard(String level) {
        return level.equals("+") || level.equals("#");
    }

    private static @Nullable String literal(String filterLevel) {
        return filterLevel.equals("+") ? null : filterLevel;
    }

    /** As it would be written for this one client. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < levels.length; i++) {
            text.append(i == 0 ? "" : "/").append(levels[i] == null ? "+" : levels[i]);
        }
        return andBelow ? text.append(levels.length == 0 ? "#" : "/#").toString() : text.toString();
    }
}
