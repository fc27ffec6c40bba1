// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.jwt;

import io.mortise.api.auth.Access;
import io.mortise.api.auth.TopicRules;
import io.mortise.api.auth.TopicRules.Places;
import java.util.Map;

/** What tokens allow: by rules into which their claims are put, and by claims that are lists of topics. Immutable; any thread. */
final class TokenRules {
    private final TopicRules ofAll;
    private final String readClaim;
    private final String writeClaim;

    /**
     * Rules.
     *
     * @param readClaim the claim with topic filters from which a client may receive; empty for none
     * @param writeClaim the one with those to which it may publish
     * @throws IllegalArgumentException if one of the rules is none
     */
    TokenRules(String[] rules, String readClaim, String writeClaim) {
        TopicRules.Builder builder = TopicRules.builder();
        for (String rule : rules) {
            if (!rule.isBlank()) {
                try {
                    builder.add(rule, Places.ATTRIBUTES);
                } catch (IllegalArgumentException wrong) {
                    throw new IllegalArgumentException("rules: '" + rule + "': " + wrong.getMessage(), wrong);
                }
            }
        }
        this.ofAll = builder.build();
        this.readClaim = readClaim;
        this.writeClaim = writeClaim;
    }

    /**
     * The rules for the client that has these attributes.
     *
     * @throws IllegalArgumentException if an entry of a claim is no topic filter
     */
    TopicRules of(Map<String, String> attributes) {
        TopicRules.Builder builder = TopicRules.builder();
        add(builder, Access.READ, readClaim, attributes);
        add(builder, Access.WRITE, writeClaim, attributes);
        return ofAll.and(builder.build());
    }

    private static void add(TopicRules.Builder builder, Access access, String claim, Map<String, String> attributes) {
        if (!claim.isEmpty()) {
            for (String topics : Claims.entries(attributes.get(Claims.name(claim)))) {
                builder.add(access, topics, Places.NONE);
            }
        }
    }
}
