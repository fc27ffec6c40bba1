// SPDX-License-Identifier: Apache-2.0
package io.mortise.router;

import io.mortise.api.routing.Subscriber;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One level of a {@link TopicTree}: who subscribed to the filter that ends here, and the levels below.
 *
 * <p>Any thread reads; only the writer of the tree changes it, by one volatile write a change. There may be millions, so that
 * it has nothing that most do not need.
 */
final class TopicNode implements Keyed<String> {
    static final String SINGLE_LEVEL = "+";
    static final String MULTI_LEVEL = "#";

    private final String level;
    private final @Nullable TopicNode parent;

    private volatile KeyedSet<Subscriber, Recipient> recipients = KeyedSet.empty();
    private volatile KeyedSet<String, SharedGroup> groups = KeyedSet.empty();

    private volatile KeyedSet<String, TopicNode> children = KeyedSet.empty();
    private volatile @Nullable TopicNode singleLevel;
    private volatile @Nullable TopicNode multiLevel;

    TopicNode(String level, @Nullable TopicNode parent) {
        this.level = level;
        this.parent = parent;
    }

    @Override
    public String key() {
        return level;
    }

    /** The node above; {@code null} for the root. */
    @Nullable
    TopicNode parent() {
        return parent;
    }

    /** Those who subscribed to this filter for themselves. */
    KeyedSet<Subscriber, Recipient> recipients() {
        return recipients;
    }

    void recipients(KeyedSet<Subscriber, Recipient> changed) {
        recipients = changed;
    }

    /** Those who share a subscription to this filter, by share name. */
    KeyedSet<String, SharedGroup> groups() {
        return groups;
    }

    void groups(KeyedSet<String, SharedGroup> changed) {
        groups = changed;
    }

    /** The nodes below that are no wildcards. */
    KeyedSet<String, TopicNode> children() {
        return children;
    }

    /** The node below for {@code +}. */
    @Nullable
    TopicNode singleLevel() {
        return singleLevel;
    }

    /** The node below for {@code #}. */
    @Nullable
    TopicNode multiLevel() {
        return multiLevel;
    }

    /** The node below for this level of a filter. */
    @Nullable
    TopicNode below(String filterLevel) {
        return switch (filterLevel) {
            case SINGLE_LEVEL -> singleLevel;
            case MULTI_LEVEL -> multiLevel;
            default -> children.get(filterLevel);
        };
    }

    /** The node below for this level of a filter, made if it is not there. */
    TopicNode belowOrNew(String filterLevel) {
        TopicNode known = below(filterLevel);
        if (known != null) {
            return known;
        }
        TopicNode made = new TopicNode(filterLevel, this);
        switch (filterLevel) {
            case SINGLE_LEVEL -> singleLevel = made;
            case MULTI_LEVEL -> multiLevel = made;
            default -> children = children.with(made);
        }
        return made;
    }

    /** Takes the node below away that stands for this level of a filter. */
    void cut(String filterLevel) {
        switch (filterLevel) {
            case SINGLE_LEVEL -> singleLevel = null;
            case MULTI_LEVEL -> multiLevel = null;
            default -> children = children.without(filterLevel);
        }
    }

    /** Shows the nodes below, wildcards too. */
    void forEachBelow(Consumer<TopicNode> action) {
        children.forEach(action);
        if (singleLevel != null) {
            action.accept(singleLevel);
        }
        if (multiLevel != null) {
            action.accept(multiLevel);
        }
    }

    /** Takes these subscribers out of this node, and out of no other. */
    void removeAll(Predicate<Subscriber> leaving) {
        recipients = recipients.without(recipient -> leaving.test(recipient.subscriber()));
        for (SharedGroup group : groups) {
            group.removeAll(leaving);
            if (group.isEmpty()) {
                groups = groups.without(group.key());
            }
        }
    }

    /** Whether nobody subscribed here or below. */
    boolean isEmpty() {
        return recipients.isEmpty()
                && groups.isEmpty()
                && children.isEmpty()
                && singleLevel == null
                && multiLevel == null;
    }
}
