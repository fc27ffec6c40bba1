// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.store.RetainedStore;
import io.mortise.engine.Memory.Holding;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The retained messages (MQTT 5.0, 3.3.1.3), in the order of their topics.
 *
 * <p>Any thread. Writers of one topic exclude each other, so that the store hears of them in the order in which they took
 * effect; readers walk with a cursor, a piece at a time, and see what is there when they pass.
 */
final class Retained {
    private static final Logger LOG = LoggerFactory.getLogger(Retained.class);

    private final ConcurrentNavigableMap<String, Message> byTopic = new ConcurrentSkipListMap<>();
    private final Object[] writers = new Object[64];
    private final LongAdder expired = new LongAdder();
    private final Gate gate;
    private final InstantSource clock;
    private final Memory memory;
    private final Settings.InAll limits;
    private final Counters counters;

    Retained(Gate gate, InstantSource clock, Settings.InAll limits, Memory memory, Counters counters) {
        this.gate = gate;
        this.clock = clock;
        this.limits = limits;
        this.memory = memory;
        this.counters = counters;
        Arrays.setAll(writers, stripe -> new Object());
    }

    /** Keeps the message, or forgets the topic's if the payload is empty. */
    void retain(Message message) {
        RetainedStore store = gate.parts().retainedStore();
        Topic topic = message.topic();
        synchronized (writers[topic.hashCode() & writers.length - 1]) {
            // the store first: should it fail, nothing has changed, and the publisher is told so
            if (message.payload().isEmpty()) {
                if (isKept(topic)) {
                    store.remove(topic);
                }
                put(topic, null);
            } else if (!hasRoomFor(message)) {
                counters.dropped(Counters.Drop.RETAINED_FULL);
            } else {
                if (isKept(topic)) {
                    store.put(message);
                }
                put(topic, message);
            }
        }
    }

    /** What the broker says about itself is true as long as it says so. */
    private static boolean isKept(Topic topic) {
        return !ServerTopics.contains(topic);
    }

    /** The topic's message is now this one. Under the lock of the topic, or before there are others. */
    private void put(Topic topic, @Nullable Message message) {
        Message before = message == null ? byTopic.remove(topic.name()) : byTopic.put(topic.name(), message);
        long more = (message == null ? 0 : Cost.ofRetained(message)) - (before == null ? 0 : Cost.ofRetained(before));
        memory.add(Holding.RETAINED, more, (message == null ? 0 : 1) - (before == null ? 0 : 1));
        memory.judge();
    }

    /** Whether the message may be kept: it takes the place of another that is as large, or there is room for one more. */
    boolean hasRoomFor(Message message) {
        Message before = byTopic.get(message.topic().name());
        long more = Cost.ofRetained(message) - (before == null ? 0 : Cost.ofRetained(before));
        return more <= 0
                || !memory.isExhausted()
                        && (before != null || memory.items(Holding.RETAINED) < limits.retainedMaximumMessages())
                        && memory.bytes(Holding.RETAINED) + more <= limits.retainedBytes();
    }

    /** Takes up what a store has. */
    void load(RetainedStore store) {
        store.forEach(message -> put(message.topic(), message));
    }

    /** Takes up what a store has that is not here. */
    void takeUp(RetainedStore store) {
        store.forEach(message -> {
            if (!byTopic.containsKey(message.topic().name())) {
                put(message.topic(), message);
            }
        });
    }

    /** Gives everything to a store that does not have it. */
    void save(RetainedStore store) {
        for (Message message : byTopic.values()) {
            if (!isKept(message.topic())) {
                continue;
            }
            try {
                store.put(message);
            } catch (Throwable failure) {
                LOG.error("The store failed to take a retained message; it does not keep it", failure);
            }
        }
    }

    int size() {
        return byTopic.size();
    }

    /** How many have expired and were forgotten. */
    long expired() {
        return expired.sum();
    }

    /** Forgets those that have expired. */
    void expire() {
        RetainedStore store = gate.parts().retainedStore();
        long now = clock.millis();
        for (Message message : byTopic.values()) {
            if (message.hasExpired(now)) {
                forget(message, store);
            }
        }
    }

    private void forget(Message message, RetainedStore store) {
        Topic topic = message.topic();
        synchronized (writers[topic.hashCode() & writers.length - 1]) {
            // by identity: what equals it may be a later one, and to compare payloads takes time
            if (byTopic.get(topic.name()) != message) {
                return;
            }
            put(topic, null);
            expired.increment();
            try {
                store.remove(topic);
            } catch (Throwable failure) {
                LOG.error("The store failed to remove an expired retained message", failure);
            }
        }
    }

    /** A walk over the messages that match {@code filter}. */
    Cursor cursor(TopicFilter filter) {
        return new Cursor(filter);
    }

    /** Where one reader is. Used by one thread at a time. */
    final class Cursor {
        private final TopicFilter filter;
        private final String prefix;
        private final boolean single;

        /** "a/#" matches "a" too, which does not begin with its prefix "a/". */
        private @Nullable String parent;

        private @Nullable String last;

        private Cursor(TopicFilter filter) {
            this.filter = filter;
            StringBuilder literal = new StringBuilder();
            int level = 0;
            while (level < filter.levelCount() && !isWildcard(filter.level(level))) {
                literal.append(level == 0 ? "" : "/").append(filter.level(level++));
            }
            this.single = level == filter.levelCount();
            if (level > 0 && !single) {
                parent = filter.level(level).equals("#") ? literal.toString() : null;
                literal.append('/');
            }
            this.prefix = literal.toString();
        }

        /**
         * Looks at up to {@code steps} messages and hands on those that match and have not expired, as long as the taker
         * says {@code true}.
         *
         * @return whether there may be more
         */
        boolean advance(int steps, Predicate<Message> taker) {
            long now = clock.millis();
            for (int step = 0; step < steps; step++) {
                Message message = next();
                if (message == null) {
                    return false;
                }
                boolean wanted = filter.matches(message.topic()) && !message.hasExpired(now);
                if (wanted && !taker.test(message)) {
                    return !single;
                }
                if (single) {
                    return false; // the topic itself comes first of all with this prefix
                }
            }
            return true;
        }

        private @Nullable Message next() {
            if (parent != null) {
                Message message = byTopic.get(parent);
                parent = null;
                if (message != null) {
                    return message;
                }
            }
            Map.Entry<String, Message> next = last == null ? byTopic.ceilingEntry(prefix) : byTopic.higherEntry(last);
            if (next == null || !next.getKey().startsWith(prefix)) {
                return null;
            }
            last = next.getKey();
            return next.getValue();
        }
    }

    private static boolean isWildcard(String level) {
        return level.equals("+") || level.equals("#");
    }
}
