// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.store.Backlog;
import io.mortise.api.store.OutboundMessage;
import io.mortise.api.store.SessionRecord;
import io.mortise.api.store.SessionState;
import io.mortise.api.store.SessionStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Folds facts into sessions. */
final class TestSessionStore implements SessionStore {
    private final Map<String, Kept> sessions = new TreeMap<>();
    private final String identity = UUID.randomUUID().toString();
    final TestBarrier barrier = new TestBarrier();
    private final boolean durable;
    volatile boolean accepting = true;
    int pages;
    private final List<Runnable> held = new ArrayList<>();
    private boolean holdingPages;

    TestSessionStore() {
        this(true);
    }

    TestSessionStore(boolean durable) {
        this.durable = durable;
    }

    private static final class Kept {
        private SessionState state;
        private final Map<TopicFilter, Subscription> subscriptions = new LinkedHashMap<>();
        private final TreeMap<Long, OutboundMessage> outbound = new TreeMap<>();
        private final Set<Integer> inbound = new TreeSet<>();

        private Kept(SessionRecord record) {
            state = record.state();
            record.subscriptions().forEach(subscription -> subscriptions.put(subscription.filter(), subscription));
            record.outbound().forEach(message -> outbound.put(message.position(), message));
            inbound.addAll(record.inboundPacketIds());
        }
    }

    synchronized @Nullable SessionRecord record(String clientId) {
        Kept kept = sessions.get(clientId);
        return kept == null
                ? null
                : new SessionRecord(
                        clientId,
                        kept.state,
                        List.copyOf(kept.subscriptions.values()),
                        List.copyOf(kept.outbound.values()),
                        kept.inbound);
    }

    @Override
    public boolean isDurable() {
        return durable;
    }

    @Override
    public String identity() {
        return identity;
    }

    @Override
    public boolean isAccepting() {
        return accepting;
    }

    @Override
    public void forEach(Consumer<SessionRecord> action) {
        List<SessionRecord> heads = new ArrayList<>();
        synchronized (this) {
            sessions.keySet().forEach(clientId -> heads.add(durable ? head(clientId) : record(clientId)));
        }
        heads.forEach(action);
    }

    /** A session without what waits and was never sent. */
    synchronized SessionRecord head(String clientId) {
        SessionRecord whole = record(clientId);
        List<OutboundMessage> waiting = waiting(whole);
        List<OutboundMessage> inflight = new ArrayList<>(whole.outbound());
        inflight.removeAll(waiting);
        Backlog backlog = waiting.isEmpty()
                ? Backlog.NONE
                : new Backlog(
                        waiting.size(),
                        waiting.stream()
                                .mapToLong(each -> each.message().payload().size()
                                        + each.message().topic().utf8Length())
                                .sum(),
                        waiting.get(0).position(),
                        waiting.get(waiting.size() - 1).position(),
                        waiting.stream().filter(each -> each.shared() != null).count());
        return new SessionRecord(
                clientId, whole.state(), whole.subscriptions(), inflight, backlog, whole.inboundPacketIds());
    }

    private static List<OutboundMessage> waiting(SessionRecord whole) {
        return whole.outbound().stream().filter(each -> each.packetId() == 0).toList();
    }

    @Override
    public synchronized CompletionStage<List<OutboundMessage>> page(
            String clientId, long fromPosition, int maximumMessages, int maximumBytes) {
        pages++;
        if (!holdingPages) {
            return CompletableFuture.completedFuture(read(clientId, fromPosition, maximumMessages));
        }
        CompletableFuture<List<OutboundMessage>> later = new CompletableFuture<>();
        held.add(() -> later.complete(read(clientId, fromPosition, maximumMessages)));
        return later;
    }

    private List<OutboundMessage> read(String clientId, long fromPosition, int maximumMessages) {
        SessionRecord whole = record(clientId);
        return whole == null
                ? List.of()
                : waiting(whole).stream()
                        .filter(each -> each.position() >= fromPosition)
                        .limit(maximumMessages)
                        .toList();
    }

    /** From now on a page is read when nobody holds them any more. */
    synchronized void holdPages(boolean now) {
        holdingPages = now;
        if (!now) {
            held.forEach(Runnable::run);
            held.clear();
        }
    }

    synchronized int heldPages() {
        return held.size();
    }

    @Override
    public void begin() {}

    @Override
    public void end() {}

    @Override
    public synchronized void put(SessionRecord session) {
        sessions.put(session.clientId(), new Kept(session));
    }

    @Override
    public synchronized void remove(String clientId) {
        sessions.remove(clientId);
    }

    @Override
    public void changed(String clientId, SessionState state) {
        with(clientId, kept -> kept.state = state);
    }

    @Override
    public void subscribed(String clientId, Subscription subscription) {
        with(clientId, kept -> kept.subscriptions.put(subscription.filter(), subscription));
    }

    @Override
    public void unsubscribed(String clientId, TopicFilter filter) {
        with(clientId, kept -> kept.subscriptions.remove(filter));
    }

    @Override
    public void queued(String clientId, OutboundMessage message) {
        with(clientId, kept -> kept.outbound.put(message.position(), message));
    }

    @Override
    public void sent(String clientId, long position, int packetId) {
        with(clientId, kept -> kept.outbound.computeIfPresent(position, (at, m) -> copy(m, packetId, m.received())));
    }

    @Override
    public void received(String clientId, long position) {
        with(clientId, kept -> kept.outbound.computeIfPresent(position, (at, m) -> copy(m, m.packetId(), true)));
    }

    @Override
    public void done(String clientId, long position) {
        with(clientId, kept -> kept.outbound.remove(position));
    }

    @Override
    public void inbound(String clientId, int packetId) {
        with(clientId, kept -> kept.inbound.add(packetId));
    }

    @Override
    public void inboundDone(String clientId, int packetId) {
        with(clientId, kept -> kept.inbound.remove(packetId));
    }

    @Override
    public CompletionStage<Void> barrier() {
        return barrier.next();
    }

    private synchronized void with(String clientId, Consumer<Kept> change) {
        Kept kept = sessions.get(clientId);
        if (kept != null) {
            change.accept(kept);
        }
    }

    private static OutboundMessage copy(OutboundMessage message, int packetId, boolean received) {
        return message.sent(packetId, received);
    }
}
