// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Topic;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The topic aliases that the broker gives to the topics of one connection (MQTT 5.0, 3.3.2.3.4).
 *
 * <p>Used on the home thread of its connection. An alias costs three bytes each time and saves the topic name, except the first
 * time, which sends both; so a topic gets one when it is sent for the second time within a while, and never if its name is
 * hardly longer than an alias. When all aliases are given away, a topic takes the one that was not used for the longest time, if
 * nothing was sent by it for {@link #patience} messages. Without that patience, topics that take turns and are one more than the
 * aliases would push each other out all the time, and each message would be three bytes longer instead of shorter; with it those
 * that came first keep theirs, and a topic that is no longer sent gives way soon.
 *
 * <p>Nothing of it is handed over: the next broker begins with no aliases and gives them anew, which is legal at any time, because
 * an alias that comes with a topic name stands for that topic from then on.
 */
final class OutboundAliases {
    private static final int SHORTEST = 5;
    private static final int REMEMBERED = 64;

    private final int maximum;
    private final int patience;

    /** By the time of their last use. */
    private final LinkedHashMap<Topic, Alias> aliases = new LinkedHashMap<>(16, 0.75f, true);

    /** Topics that were sent not long ago, each at the place of its hash; a later one takes the place of an earlier one. */
    private final @Nullable Topic[] remembered = new @Nullable Topic[REMEMBERED];

    /** Aliases that were taken back. */
    private final ArrayDeque<Alias> spare = new ArrayDeque<>(0);

    private long sent;

    OutboundAliases(int maximum) {
        this.maximum = maximum;
        this.patience = Math.max(REMEMBERED, 4 * maximum);
    }

    /** The PUBLISH as it is to be sent: with an alias, and without its topic name if the client knows that alias. */
    Publish shorten(Publish publish) {
        sent++;
        Topic topic = publish.message().topic();
        if (topic.utf8Length() < SHORTEST) {
            return publish;
        }
        Alias known = aliases.get(topic);
        if (known != null) {
            known.lastUse = sent;
            return with(known.number, publish.message().withTopic(Topic.NONE), publish);
        }
        Alias given = isWorthIt(topic) ? give(topic) : null;
        return given == null ? publish : with(given.number, publish.message(), publish);
    }

    /** Whether this PUBLISH, as it was shortened, tells the client about an alias. */
    static boolean tells(Publish shortened) {
        return shortened.topicAlias() != 0 && shortened.message().topic() != Topic.NONE;
    }

    /** The client was not told about an alias: the topic does not have it, and the next one may. */
    void takeBack(Publish shortened) {
        Alias untold = aliases.remove(shortened.message().topic());
        if (untold != null) {
            spare.add(untold);
        }
    }

    private boolean isWorthIt(Topic topic) {
        int place = topic.hashCode() * 0x9E37_79B9 >>> 26; // 6 bits: REMEMBERED
        boolean again = topic.equals(remembered[place]);
        remembered[place] = topic;
        return again;
    }

    private @Nullable Alias give(Topic topic) {
        Alias alias = spare.poll();
        if (alias == null) {
            alias = aliases.size() < maximum ? new Alias(aliases.size() + 1) : takeUnused();
        }
        if (alias != null) {
            alias.lastUse = sent;
            aliases.put(topic, alias);
        }
        return alias;
    }

    private @Nullable Alias takeUnused() {
        Iterator<Alias> byLastUse = aliases.values().iterator();
        Alias eldest = byLastUse.next();
        if (sent - eldest.lastUse < patience) {
            return null;
        }
        byLastUse.remove();
        return eldest;
    }

    private static Publish with(int alias, Message message, Publish publish) {
        return new Publish(
                message,
                publish.qos(),
                publish.retain(),
                publish.duplicate(),
                publish.packetId(),
                alias,
                publish.subscriptionIdentifiers());
    }

    private static final class Alias {
        final int number;
        long lastUse;

        Alias(int number) {
            this.number = number;
        }
    }
}
