// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.file;

import io.mortise.api.auth.Identity;
import io.mortise.api.auth.Permissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
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
    static final Rules NONE = new Rules(List.of(), Map.of(), List.of());

    private final List<Rule> anonymous;
    private final Map<String, List<Rule>> byUser;
    private final List<Rule> forEverybody;

    private Rules(List<Rule> anonymous, Map<String, List<Rule>> byUser, List<Rule> forEverybody) {
        this.anonymous = anonymous;
        this.byUser = byUser;
        this.forEverybody = forEverybody;
    }

    private record Rule(Access access, TopicTemplate topics) {}

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
        return new Rules(reading.anonymous, reading.byUser, reading.forEverybody);
    }

    /** What has been read so far. Used by one thread. */
    private static final class Reading {
        private final List<Rule> anonymous = new ArrayList<>();
        private final Map<String, List<Rule>> byUser = new HashMap<>();
        private final List<Rule> forEverybody = new ArrayList<>();
        private List<Rule> current = anonymous;

        void line(String line) {
            int blank = line.indexOf(' ');
            String keyword = blank < 0 ? line : line.substring(0, blank);
            String rest = blank < 0 ? "" : line.substring(blank + 1).strip();
            switch (keyword) {
                case "user" -> current = byUser.computeIfAbsent(name(rest), user -> new ArrayList<>());
                case "topic" -> current.add(rule(rest, false));
                case "pattern" -> forEverybody.add(rule(rest, true));
                default -> throw new IllegalArgumentException("expected user, topic or pattern, got '" + keyword + "'");
            }
        }

        private static String name(String rest) {
            if (rest.isEmpty()) {
                throw new IllegalArgumentException("expected a name after user, got none");
            }
            return rest;
        }

        private static Rule rule(String rest, boolean withPlaces) {
            if (rest.isEmpty()) {
                throw new IllegalArgumentException("expected a topic, got none");
            }
            int blank = rest.indexOf(' ');
            if (blank < 0) { // one word is the topic, even if it is called deny
                return new Rule(Access.READWRITE, TopicTemplate.parse(rest, withPlaces));
            }
            String topics = rest.substring(blank + 1).strip();
            return new Rule(Access.of(rest.substring(0, blank)), TopicTemplate.parse(topics, withPlaces));
        }
    }

    int count() {
        return anonymous.size()
                + forEverybody.size()
                + byUser.values().stream().mapToInt(List::size).sum();
    }

    /**
     * What a client may do.
     *
     * @param inPart whether it may subscribe with a filter of which only a part is allowed
     */
    Permissions permissionsOf(Identity client, boolean inPart) {
        List<Rule> own = client.isAnonymous() ? anonymous : byUser.getOrDefault(client.principal(), List.of());
        FilePermissions.Builder permissions = new FilePermissions.Builder(inPart);
        for (List<Rule> rules : List.of(own, forEverybody)) {
            for (Rule rule : rules) {
                TopicRule topics = rule.topics.forClient(client);
                if (topics != null) {
                    permissions.add(rule.access, topics);
                } else if (rule.access == Access.DENY) {
                    permissions.add(Access.DENY, rule.topics.forAnyClient());
                }
            }
        }
        return permissions.build();
    }
}
