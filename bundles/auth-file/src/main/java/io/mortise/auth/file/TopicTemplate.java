// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.file;

import io.mortise.api.auth.Identity;
import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The topics of a rule, with places for a client's identity: {@code %c} for its client identifier, {@code %u} for the user in
 * whose name it acts. Immutable; any thread.
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

    private record Place(String before, boolean clientId, String after) implements Level {
        @Override
        public String of(Identity client) {
            return before + value(client) + after;
        }

        String value(Identity client) {
            return clientId ? client.clientId() : client.principal();
        }
    }

    /**
     * Reads topics as a rule has them.
     *
     * @param withPlaces whether %c and %u are places
     * @throws IllegalArgumentException if this is no topic filter
     */
    static TopicTemplate parse(String text, boolean withPlaces) {
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
                levels.add(withPlaces ? place(level) : new Literal(level));
            }
        }
        return new TopicTemplate(levels, andBelow);
    }

    private static Level place(String level) {
        int at = next(level, 0);
        if (at < 0) {
            return new Literal(level);
        }
        if (next(level, at + 2) >= 0) {
            // ab + c and a + bc would be the same client
            throw new IllegalArgumentException("expected %c or %u once on a level, got '" + level + "'");
        }
        return new Place(level.substring(0, at), level.charAt(at + 1) == 'c', level.substring(at + 2));
    }

    private static int next(String level, int from) {
        int c = level.indexOf("%c", from);
        int u = level.indexOf("%u", from);
        return c < 0 ? u : u < 0 ? c : Math.min(c, u);
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
