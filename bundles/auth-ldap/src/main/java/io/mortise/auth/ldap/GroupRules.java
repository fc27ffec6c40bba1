// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.ldap;

import io.mortise.api.auth.TopicRules;
import io.mortise.api.auth.TopicRules.Places;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** What the members of groups may do. Immutable; any thread. The names of groups are compared as directories do: a is A. */
final class GroupRules {
    private static final String EVERYBODY = "*";

    private final Map<String, TopicRules> byGroup = new HashMap<>();

    /**
     * Reads lines of {@code GROUP: ACCESS TOPIC}, where {@code *} stands for everybody whom the directory knows.
     *
     * @throws IllegalArgumentException if a line is none
     */
    GroupRules(String... lines) {
        Map<String, TopicRules.Builder> builders = new HashMap<>();
        for (String line : lines) {
            if (line.isBlank()) {
                continue;
            }
            int colon = line.indexOf(':');
            String group = colon < 0 ? "" : name(line.substring(0, colon));
            if (group.isEmpty()) {
                throw new IllegalArgumentException("rules: expected GROUP: ACCESS TOPIC, got '" + line + "'");
            }
            try {
                builders.computeIfAbsent(group, unused -> TopicRules.builder())
                        .add(line.substring(colon + 1), Places.ATTRIBUTES);
            } catch (IllegalArgumentException wrong) {
                throw new IllegalArgumentException("rules: '" + line + "': " + wrong.getMessage(), wrong);
            }
        }
        builders.forEach((group, rules) -> byGroup.put(group, rules.build()));
    }

    private static String name(String group) {
        return group.strip().toLowerCase(Locale.ROOT);
    }

    /** The rules for a member of these groups. */
    TopicRules of(Collection<String> groups) {
        TopicRules all = byGroup.getOrDefault(EVERYBODY, TopicRules.NONE);
        for (String group : groups) {
            String name = name(group);
            if (!name.equals(EVERYBODY)) {
                all = all.and(byGroup.getOrDefault(name, TopicRules.NONE));
            }
        }
        return all;
    }
}
