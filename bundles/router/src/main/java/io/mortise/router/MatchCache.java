// SPDX-License-Identifier: Apache-2.0
package io.mortise.router;

import io.mortise.api.protocol.Topic;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The matches found since the subscriptions changed last: a publisher repeats itself. Any thread.
 *
 * <p>Bounded by weight, which counts entries, recipients and the length of topics together, one unit being about sixteen
 * bytes. Nothing is ever taken out: a cache that is full, or out of date, is left behind for a new one.
 */
final class MatchCache {
    private static final int ENTRY_WEIGHT = 8;
    private static final int TOPIC_BYTES_PER_UNIT = 8; // it is held as text and in UTF-8

    private final ConcurrentHashMap<Topic, Match> matches = new ConcurrentHashMap<>();
    private final AtomicInteger weight = new AtomicInteger();
    private final int limit;

    /** An empty cache; with a limit of 0, one that stays empty. */
    MatchCache(int limit) {
        this.limit = limit;
    }

    /** What was found for this topic; {@code null} if nobody has looked yet. */
    @Nullable
    Match get(Topic topic) {
        return matches.get(topic);
    }

    /**
     * Keeps a match, unless it is so heavy that it would drive out too many others.
     *
     * @return {@code false} if the cache is full
     */
    boolean offer(Topic topic, Match match) {
        int added = ENTRY_WEIGHT + match.weight() + topic.utf8Length() / TOPIC_BYTES_PER_UNIT;
        if (added > limit / 4) {
            return true;
        }
        // two threads that found the same match count it twice: the cache is then full a little early
        if (weight.addAndGet(added) > limit) {
            return false;
        }
        matches.put(topic, match);
        return true;
    }
}
