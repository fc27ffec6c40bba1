// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.memory;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.store.OutboundMessage;
import io.mortise.api.store.SessionRecord;
import io.mortise.api.store.SessionState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is kept of one session.
 *
 * <p>Any thread: every method holds the session's own lock, for a few steps whose number does not depend on how much is
 * queued. Order is made when the whole session is asked for, not when a message comes or goes.
 */
final class HeldSession {
    private final String clientId;
    private final Map<TopicFilter, Subscription> subscriptions = new LinkedHashMap<>();
    private final LongMap<HeldMessage> outbound = new LongMap<>();
    private final LongMap<Boolean> inbound = new LongMap<>(); // a set: what is in it is TRUE
    private SessionState state;

    HeldSession(SessionRecord record) {
        clientId = record.clientId();
        state = record.state();
        for (Subscription subscription : record.subscriptions()) {
            subscriptions.put(subscription.filter(), subscription);
        }
        for (OutboundMessage message : record.outbound()) {
            outbound.put(message.position(), new HeldMessage(message));
        }
        for (Integer packetId : record.inboundPacketIds()) {
            inbound.put(packetId, Boolean.TRUE);
        }
    }

    synchronized SessionRecord record() {
        List<OutboundMessage> messages = messages();
        Set<Integer> packetIds = new HashSet<>();
        inbound.forEach((present, packetId) -> packetIds.add((int) packetId));
        return new SessionRecord(clientId, state, List.copyOf(subscriptions.values()), messages, packetIds);
    }

    synchronized List<OutboundMessage> page(long fromPosition, int maximumMessages, int maximumBytes) {
        List<OutboundMessage> page = new ArrayList<>();
        long bytes = 0;
        for (OutboundMessage waiting : messages()) {
            Message message = waiting.message();
            if (waiting.position() < fromPosition || waiting.packetId() != 0) {
                continue;
            }
            bytes += message.payload().size() + message.topic().utf8Length();
            if (page.size() == maximumMessages || !page.isEmpty() && bytes > maximumBytes) {
                break;
            }
            page.add(waiting);
        }
        return page;
    }

    private List<OutboundMessage> messages() {
        List<OutboundMessage> messages = new ArrayList<>(outbound.size());
        outbound.forEach((held, position) -> messages.add(held.message()));
        messages.sort(Comparator.comparingLong(OutboundMessage::position));
        return messages;
    }

    synchronized void changed(SessionState newState) {
        state = newState;
    }

    synchronized void subscribed(Subscription subscription) {
        subscriptions.put(subscription.filter(), subscription);
    }

    synchronized void unsubscribed(TopicFilter filter) {
        subscriptions.remove(filter);
    }

    synchronized void queued(OutboundMessage message) {
        outbound.put(message.position(), new HeldMessage(message));
    }

    synchronized void sent(long position, int packetId) {
        HeldMessage message = outbound.get(position);
        if (message != null) {
            message.packetId = packetId;
        }
    }

    synchronized void received(long position) {
        HeldMessage message = outbound.get(position);
        if (message != null) {
            message.received = true;
        }
    }

    synchronized void done(long position) {
        outbound.remove(position);
    }

    synchronized void inbound(int packetId) {
        inbound.put(packetId, Boolean.TRUE);
    }

    synchronized void inboundDone(int packetId) {
        inbound.remove(packetId);
    }

    /** A message as it was queued, with what became of it: changed in place, so that progress allocates nothing. */
    private static final class HeldMessage {
        private final OutboundMessage queued;
        private int packetId;
        private boolean received;

        HeldMessage(OutboundMessage queued) {
            this.queued = queued;
            this.packetId = queued.packetId();
            this.received = queued.received();
        }

        OutboundMessage message() {
            return queued.sent(packetId, received);
        }
    }
}
