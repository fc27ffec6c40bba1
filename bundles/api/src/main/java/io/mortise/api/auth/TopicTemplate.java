// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.auth;

import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The topics of a rule, with places for what a client is: {@code %c} for its client identifier, {@code %u} for the principal in
 * whose name it acts, {@code %{name}} for the attribute of this name. Immutable; any thread.
 *
 * <p>It is taken apart into levels before anything is put in, and what is put in stays one level with exactly those
 * characters: nothing in it is read as a wildcard, a separator or another place.
 */
final class TopicTemplate {
    private final List<Level> levels;
    private final boolean andBelow;

    private TopicTemplate(List<Level> levels, boolean andBelow) {
        this.levels = List.copyOf(levels);
        this.andBelow = andBelow;
    }

    /** What stands on one level. */
    private sealed interface Level {
        /** What it is for this client; {@code null} for any level. */
        @Nullable
        String of(Identity client);
    }

    private record Any() implements Level {
        @Override
        public @Nullable String of(Identity client) {
            return null;
        }
    }

    private record Literal(String text) implements Level {
        @Override
        public String of(Identity client) {
            return text;
        }
    }

    /** Text with a place in it; the name of an attribute is only there if the place is for one. */
    private record Place(String before, char kind, String attribute, String after) implements Level {
        @Override
        public String of(Identity client) {
            return before + value(client) + after;
        }

        /** Empty if the client has no such attribute. */
        String value(Identity client) {
            return switch (kind) {
                case 'c' -> client.clientId();
                case 'u' -> client.principal();
                default -> client.attributes().getOrDefault(attribute, "");
            };
        }
    }

    /**
     * Reads topics as a rule has them.
     *
     * @throws IllegalArgumentException if this is no topic filter
     */
    static TopicTemplate parse(String text, TopicRules.Places places) {
        TopicFilter filter;
        try {
            filter = TopicFilter.of(text);
        } catch (ProtocolViolation invalid) {
            throw new IllegalArgumentException(invalid.reason(), invalid);
        }
        if (filter.isShared()) {
            throw new IllegalArgumentException(
                    "a rule is about topics, shared or not: expected them without $share/" + filter.shareName());
        }
        List<Level> levels = new ArrayList<>();
        boolean andBelow = false;
        for (int i = 0; i < filter.levelCount(); i++) {
            String level = filter.level(i);
            if (level.equals("#")) {
                andBelow = true;
            } else if (level.equals("+")) {
                levels.add(new Any());
            } else {
                levels.add(places == TopicRules.Places.NONE ? new Literal(level) : place(level, places));
            }
        }
        return new TopicTemplate(levels, andBelow);
    }

    private static Level place(String level, TopicRules.Places places) {
        int at = next(level, 0, places);
        if (at < 0) {
            return new Literal(level);
        }
        char kind = level.charAt(at + 1);
        int end = kind == '{' ? level.indexOf('}', at) + 1 : at + 2;
        if (next(level, end, places) >= 0) {
            // ab + c and a + bc would be the same client
            throw new IllegalArgumentException("expected one place on a level, got '" + level + "'");
        }
        String attribute = kind == '{' ? level.substring(at + 2, end - 1) : "";
        return new Place(level.substring(0, at), kind, attribute, level.substring(end));
    }

    /** Where the next place is; -1 if there is none. */
    private static int next(String level, int from, TopicRules.Places places) {
        for (int at = level.indexOf('%', from); at >= 0; at = level.indexOf('%', at + 1)) {
            boolean ofIdentity = level.startsWith("c", at + 1) || level.startsWith("u", at + 1);
            boolean ofAttribute = places == TopicRules.Places.ATTRIBUTES
                    && level.startsWith("{", at + 1)
                    && level.indexOf('}', at) > at + 2;
            if (ofIdentity || ofAttribute) {
                return at;
            }
        }
        return -1;
    }

    /** The topics that are meant for this client; {@code null} if what it is called cannot stand in a topic safely. */
    @Nullable
    TopicRule forClient(Identity client) {
        @Nullable String[] texts = new String[levels.size()];
        for (int i = 0; i < texts.length; i++) {
            Level level = levels.get(i);
            if (level instanceof Place place && !isSafe(place.value(client), i == 0 && place.before.isEmpty())) {
                return null;
            }
            texts[i] = level.of(client);
        }
        return new TopicRule(texts, andBelow);
    }

    /** The topics that are meant for any client at all. */
    TopicRule forAnyClient() {
        @Nullable String[] texts = new String[levels.size()];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = levels.get(i) instanceof Literal literal ? literal.text : null;
        }
        return new TopicRule(texts, andBelow);
    }

    /** Whether an identity means no more than itself on a level: no other level, and no topic that the broker keeps. */
    private static boolean isSafe(String identity, boolean first) {
        return !identity.isEmpty()
                && identity.indexOf('+') < 0
                && identity.indexOf('#') < 0
                && identity.indexOf('/') < 0
                && !(first && identity.charAt(0) == '$');
    }
}
