// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.file;

import io.mortise.api.auth.Identity;
import io.mortise.api.auth.Permissions;
import io.mortise.api.auth.TopicRules;
import java.util.HashMap;
import java.util.Map;

/**
 * The rules of an access control list, as Mosquitto writes it. Immutable; any thread.
 *
 * <pre>
 * topic read public/#            before the first user: for anonymous clients
 * user alice
 * topic readwrite home/#         for alice; what is allowed when nothing is said is both
 * topic deny home/alarm
 * pattern write devices/%c/#     for everybody
 * </pre>
 *
 * <p>What no rule allows is denied. A rule that denies goes before all that allow, wherever it stands. A user is whom an
 * authenticator has found the client to be, never the user name that it merely sent.
 *
 * <p>A client whose identity cannot stand in a pattern is allowed nothing by it, and denied what the pattern denies to anyone.
 */
final class Rules {

    /** Nothing is allowed. */
    static final Rules NONE = new Rules(TopicRules.NONE, Map.of(), TopicRules.NONE);

    private final TopicRules anonymous;
    private final Map<String, TopicRules> byUser;
    private final TopicRules forEverybody;

    private Rules(TopicRules anonymous, Map<String, TopicRules> byUser, TopicRules forEverybody) {
        this.anonymous = anonymous;
        this.byUser = byUser;
        this.forEverybody = forEverybody;
    }

    /** Reads an access control list. */
    static Rules parse(Lines lines) throws BrokenFile {
        Reading reading = new Reading();
        lines.forEachWithContent((number, line) -> {
            try {
                reading.line(line.strip());
            } catch (IllegalArgumentException wrong) {
                throw new BrokenFile(number, String.valueOf(wrong.getMessage()));
            }
        });
        Map<String, TopicRules> byUser = new HashMap<>();
        reading.byUser.forEach((user, rules) -> byUser.put(user, rules.build()));
        return new Rules(reading.anonymous.build(), byUser, reading.forEverybody.build());
    }

    /** What has been read so far. Used by one thread. */
    private static final class Reading {
        private final TopicRules.Builder anonymous = TopicRules.builder();
        private final Map<String, TopicRules.Builder> byUser = new HashMap<>();
        private final TopicRules.Builder forEverybody = TopicRules.builder();
        private TopicRules.Builder current = anonymous;

        void line(String line) {
            int blank = line.indexOf(' ');
            String keyword = blank < 0 ? line : line.substring(0, blank);
            String rest = blank < 0 ? "" : line.substring(blank + 1).strip();
            switch (keyword) {
                case "user" -> current = byUser.computeIfAbsent(name(rest), user -> TopicRules.builder());
                case "topic" -> current.add(rest, TopicRules.Places.NONE);
                case "pattern" -> forEverybody.add(rest, TopicRules.Places.IDENTITY);
                default -> throw new IllegalArgumentException("expected user, topic or pattern, got '" + keyword + "'");
            }
        }

        private static String name(String rest) {
            if (rest.isEmpty()) {
                throw new IllegalArgumentException("expected a name after user, got none");
            }
            return rest;
        }
    }

    int count() {
        return anonymous.count()
                + forEverybody.count()
                + byUser.values().stream().mapToInt(TopicRules::count).sum();
    }

    /**
     * What a client may do.
     *
     * @param inPart whether it may subscribe with a filter of which only a part is allowed
     */
    Permissions permissionsOf(Identity client, boolean inPart) {
        TopicRules own = client.isAnonymous() ? anonymous : byUser.getOrDefault(client.principal(), TopicRules.NONE);
        return own.and(forEverybody).permissionsOf(client, inPart);
    }
}
