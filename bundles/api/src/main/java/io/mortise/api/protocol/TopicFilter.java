// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

import org.jspecify.annotations.Nullable;

/**
 * A topic filter: which topics a subscription is about, with its share name if it is a shared one (MQTT 5.0, 4.7, 4.8.2).
 *
 * <p>Immutable; any thread. Two filters are equal when their text is.
 */
public final class TopicFilter {
    private static final String SHARE = "$share/";

    private final String text;
    private final @Nullable String shareName;
    private final String[] levels;

    private TopicFilter(String text, @Nullable String shareName, String[] levels) {
        this.text = text;
        this.shareName = shareName;
        this.levels = levels;
    }

    /**
     * The filter with this text.
     *
     * @throws ProtocolViolation if it is empty, longer than 65,535 bytes in UTF-8, contains U+0000 or a wildcard where
     *     none may stand, or is a shared subscription without a share name or without a filter (4.7.1, 4.7.3, 4.8.2)
     */
    public static TopicFilter of(String text) {
        TopicSyntax.utf8("topic filter", text, ReasonCode.TOPIC_FILTER_INVALID);
        if (!text.startsWith(SHARE)) {
            return new TopicFilter(text, null, levels(text, text));
        }
        int end = text.indexOf('/', SHARE.length());
        if (end < 0 || end == text.length() - 1) {
            throw invalid("$share/{ShareName}/{filter} expected", text);
        }
        String shareName = text.substring(SHARE.length(), end);
        // 4.8.2: at least one character, none of them "/", "+" or "#"
        if (shareName.isEmpty() || shareName.indexOf('+') >= 0 || shareName.indexOf('#') >= 0) {
            throw invalid("a share name has at least one character and no wildcards", text);
        }
        return new TopicFilter(text, shareName, levels(text.substring(end + 1), text));
    }

    /** The text as it was sent, {@code $share/…} included. */
    public String text() {
        return text;
    }

    /** Whether it is the filter of a shared subscription. */
    public boolean isShared() {
        return shareName != null;
    }

    /** The share name; {@code null} if the subscription is not shared. */
    public @Nullable String shareName() {
        return shareName;
    }

    /** The number of levels, without {@code $share/{ShareName}}. */
    public int levelCount() {
        return levels.length;
    }

    /** The level at {@code index}, counted from 0, without {@code $share/{ShareName}}. */
    public String level(int index) {
        return levels[index];
    }

    /** Whether it contains a wildcard. */
    public boolean hasWildcard() {
        for (String level : levels) {
            if (level.equals("+") || level.equals("#")) {
                return true;
            }
        }
        return false;
    }

    /** Whether a message published to {@code topic} matches (4.7.1, 4.7.2). */
    public boolean matches(Topic topic) {
        String first = levels[0];
        if (topic.isReserved() && (first.equals("+") || first.equals("#"))) {
            return false;
        }
        String name = topic.name();
        int start = 0;
        for (String level : levels) {
            if (level.equals("#")) {
                return true; // the parent level too: start is then one behind the end
            }
            if (start > name.length()) {
                return false;
            }
            int separator = name.indexOf('/', start);
            int end = separator < 0 ? name.length() : separator;
            if (!level.equals("+") && !(level.length() == end - start && name.startsWith(level, start))) {
                return false;
            }
            start = end + 1;
        }
        return start > name.length();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || other instanceof TopicFilter that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }

    private static String[] levels(String filter, String text) {
        String[] levels = TopicSyntax.levels(filter);
        for (int i = 0; i < levels.length; i++) {
            String level = levels[i];
            if (level.length() > 1 && (level.indexOf('+') >= 0 || level.indexOf('#') >= 0)) {
                throw invalid("a wildcard fills a whole level", text);
            }
            if (level.equals("#") && i < levels.length - 1) {
                throw invalid("# is the last level", text);
            }
        }
        return levels;
    }

    private static ProtocolViolation invalid(String expected, String text) {
        return new ProtocolViolation(ReasonCode.TOPIC_FILTER_INVALID, expected + ", got " + TopicSyntax.quoted(text));
    }
}
