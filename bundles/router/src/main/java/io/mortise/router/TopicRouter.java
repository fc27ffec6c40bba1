// SPDX-License-Identifier: Apache-2.0
package io.mortise.router;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.routing.Router;
import io.mortise.api.routing.Subscriber;
import java.util.Collection;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Routes messages through a {@link TopicTree}. Any thread; {@link #route} takes no lock.
 *
 * <p>A topic that comes again and again costs one look-up as long as the subscriptions have not changed. How a change and a walk
 * get along is told at the top of {@link TopicTree}.
 */
@Component(immediate = true)
public final class TopicRouter implements Router {
    private static final int CACHE_LIMIT = 256 * 1024; // some 4 MiB: 20,000 topics with a subscriber or two

    private final TopicTree tree = new TopicTree();
    private final RecentTopics recent = new RecentTopics();
    private final Fence fence = new Fence();
    private final int cacheLimit;
    private volatile MatchCache cache;

    /** A router without subscriptions. */
    @Activate
    public TopicRouter() {
        this(CACHE_LIMIT);
    }

    /** A router whose cache has this limit; 0 for none. */
    TopicRouter(int cacheLimit) {
        this.cacheLimit = cacheLimit;
        cache = new MatchCache(cacheLimit);
    }

    @Override
    public boolean subscribe(Subscriber subscriber, Subscription subscription) {
        boolean isNew = tree.add(subscriber, subscription);
        forgetMatches();
        return isNew;
    }

    @Override
    public void subscribeAll(Subscriber subscriber, Collection<Subscription> subscriptions) {
        try {
            tree.addAll(subscriber, subscriptions);
        } finally {
            forgetMatches();
        }
    }

    @Override
    public boolean unsubscribe(Subscriber subscriber, TopicFilter filter) {
        boolean existed = tree.remove(subscriber, filter);
        if (existed) {
            forgetMatches();
        }
        return existed;
    }

    @Override
    public void unsubscribeAll(Predicate<Subscriber> leaving) {
        tree.removeAll(leaving);
        forgetMatches();
    }

    @Override
    public int route(Message message, @Nullable Subscriber publisher) {
        MatchCache known = cache;
        Match match = known.get(message.topic());
        if (match == null) {
            match = walk(message.topic(), known);
        }
        return match.deliver(message, publisher, fence);
    }

    @Override
    public boolean redeliver(Message message, TopicFilter shared) {
        SharedGroup group = tree.group(shared);
        return group != null && group.deliver(message, fence);
    }

    /** Walks the tree; {@code known} was taken before, so that a match is not kept beyond a change. */
    private Match walk(Topic topic, MatchCache known) {
        Match match = tree.match(topic);
        if (recent.comesAgain(topic) && !known.offer(topic, match) && cache == known) {
            cache = new MatchCache(cacheLimit); // an empty one is right at any time, should a writer do the same now
        }
        return match;
    }

    /** After the tree was changed, never before. */
    private void forgetMatches() {
        cache = new MatchCache(cacheLimit);
    }
}
