// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.auth;

import java.util.ArrayList;
import java.util.List;

/**
 * Rules about topics, and the {@link Permissions} that they give to a client: for an {@link Authorizer} whose rules come out of a
 * file, a directory, a token or an answer. Immutable; any thread.
 *
 * <p>What no rule allows is not allowed. A rule that denies goes before all that allow, wherever it stands. A subscription needs
 * one rule that allows all of its filter and none that denies any of it, shared or not. A rule that begins with a wildcard is not
 * about topics that begin with {@code $} (4.7.2).
 *
 * <p>A rule can have {@linkplain Places places} for what a client is. What is put in stays one level with exactly those
 * characters: a client that is called {@code +} gets no other's topics. Who cannot stand in a level at all, being called
 * {@code a/b}, is allowed nothing by that rule, and denied what it denies to anyone.
 */
public final class TopicRules {

    /** No rule: nothing is allowed, and nothing denied that another authorizer allows. */
    public static final TopicRules NONE = new TopicRules(List.of());

    private final List<Rule> rules;

    private TopicRules(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    private record Rule(Access access, TopicTemplate topics) {}

    /** What in a rule stands for something that a client is. At most one stands on a level, with text around it. */
    public enum Places {
        /** Nothing: all is taken as it is written. */
        NONE,
        /** {@code %c} for the client identifier, {@code %u} for the principal. */
        IDENTITY,
        /** These, and {@code %{name}} for the {@linkplain Identity#attributes() attribute} of this name. */
        ATTRIBUTES
    }

    /** Gathers rules. Used by one thread. */
    public static final class Builder {
        private final List<Rule> rules = new ArrayList<>();

        private Builder() {}

        /**
         * Adds a rule.
         *
         * @param topics a topic filter, without a share name
         * @throws IllegalArgumentException if it is none, or has more than one place on a level
         */
        public Builder add(Access access, String topics, Places places) {
            rules.add(new Rule(access, TopicTemplate.parse(topics, places)));
            return this;
        }

        /**
         * Adds a rule as it is written: {@code ACCESS TOPIC}, or a topic alone, which is then for reading and writing.
         *
         * @throws IllegalArgumentException if it is none
         */
        public Builder add(String rule, Places places) {
            String text = rule.strip();
            if (text.isEmpty()) {
                throw new IllegalArgumentException("expected a topic, got none");
            }
            int blank = text.indexOf(' ');
            return blank < 0 // one word is the topic, even if it is called deny
                    ? add(Access.READWRITE, text, places)
                    : add(
                            Access.of(text.substring(0, blank)),
                            text.substring(blank + 1).strip(),
                            places);
        }

        /** All that were added. */
        public TopicRules build() {
            return new TopicRules(rules);
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Nothing at all, whatever another authorizer allows: for a client of which too little is known. */
    public static Permissions nothing() {
        return RulePermissions.NOTHING;
    }

    /** How many there are. */
    public int count() {
        return rules.size();
    }

    /** These rules and those. */
    public TopicRules and(TopicRules others) {
        List<Rule> all = new ArrayList<>(rules);
        all.addAll(others.rules);
        return new TopicRules(all);
    }

    /** What a client may do. */
    public Permissions permissionsOf(Identity client) {
        return permissionsOf(client, false);
    }

    /**
     * What a client may do.
     *
     * @param inPart whether it may subscribe with a filter of which only a part is allowed; it is not sent the rest
     */
    public Permissions permissionsOf(Identity client, boolean inPart) {
        RulePermissions.Builder permissions = new RulePermissions.Builder(inPart);
        for (Rule rule : rules) {
            TopicRule topics = rule.topics.forClient(client);
            if (topics != null) {
                permissions.add(rule.access, topics);
            } else if (rule.access == Access.DENY) {
                permissions.add(Access.DENY, rule.topics.forAnyClient());
            }
        }
        return permissions.build();
    }
}
