// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.sqlite;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.store.OutboundMessage;
import io.mortise.api.store.SessionRecord;
import io.mortise.api.store.SessionState;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a batch does to one session, the last word about everything: a message that came and was acknowledged in the same
 * batch leaves nothing to write.
 *
 * <p>Used by the writer's thread.
 */
final class SessionChanges {
    /** A number, never used again: what a client calls itself is a value in the store and nothing else. */
    final long id;

    /** The client identifier of a session that begins in this batch. */
    final @Nullable String begins;

    @Nullable
    SessionState state;

    final Map<TopicFilter, SubscriptionChange> subscriptions = new LinkedHashMap<>();
    final Map<Long, Queued> queued = new LinkedHashMap<>();
    final Map<Long, Progress> progress = new LinkedHashMap<>();
    final TreeSet<Long> done = new TreeSet<>();
    final Map<Integer, Boolean> inbound = new HashMap<>();

    /** Changes to a session that the store has. */
    SessionChanges(long id) {
        this.id = id;
        this.begins = null;
    }

    /** A session that begins. */
    SessionChanges(long id, SessionRecord record) {
        this.id = id;
        this.begins = record.clientId();
        this.state = record.state();
        record.subscriptions().forEach(this::subscribed);
        record.outbound().forEach(this::queued);
        record.inboundPacketIds().forEach(packetId -> inbound.put(packetId, true));
    }

    void subscribed(Subscription subscription) {
        SubscriptionChange before = subscriptions.get(subscription.filter());
        subscriptions.put(
                subscription.filter(), new SubscriptionChange(before != null && before.afresh(), subscription));
    }

    void unsubscribed(TopicFilter filter) {
        subscriptions.remove(filter); // so that it is last if it comes again
        subscriptions.put(filter, new SubscriptionChange(true, null));
    }

    void queued(OutboundMessage message) {
        queued.put(message.position(), new Queued(message));
    }

    void sent(long position, int packetId) {
        Queued mine = queued.get(position);
        if (mine != null) {
            mine.packetId = packetId;
        } else {
            progress(position).packetId = packetId;
        }
    }

    void received(long position) {
        Queued mine = queued.get(position);
        if (mine != null) {
            mine.received = true;
        } else {
            progress(position).received = true;
        }
    }

    void done(long position) {
        if (queued.remove(position) == null) {
            progress.remove(position);
            done.add(position);
        }
    }

    private Progress progress(long position) {
        return progress.computeIfAbsent(position, nothing -> new Progress());
    }

    /** A subscription as it is now, {@code null} if it ended; {@code afresh} if it ended in this batch. */
    record SubscriptionChange(boolean afresh, @Nullable Subscription subscription) {}

    /** What became of a message that the store has. */
    static final class Progress {
        int packetId;
        boolean received;
    }

    /** A message that the store does not have yet. */
    static final class Queued {
        final long position;
        final Message message;
        final Qos qos;
        final boolean retain;
        final List<Integer> subscriptionIdentifiers;
        final @Nullable TopicFilter shared;
        int packetId;
        boolean received;

        Queued(OutboundMessage message) {
            this.position = message.position();
            this.message = message.message();
            this.qos = message.qos();
            this.retain = message.retain();
            this.subscriptionIdentifiers = message.subscriptionIdentifiers();
            this.shared = message.shared();
            this.packetId = message.packetId();
            this.received = message.received();
        }
    }
}
