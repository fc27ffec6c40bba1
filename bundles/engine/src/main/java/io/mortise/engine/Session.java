// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.auth.Identity;
import io.mortise.api.connection.SessionStatus;
import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.RetainHandling;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.protocol.Will;
import io.mortise.api.routing.Router;
import io.mortise.api.routing.Subscriber;
import io.mortise.api.store.Backlog;
import io.mortise.api.store.OutboundMessage;
import io.mortise.api.store.SessionRecord;
import io.mortise.api.store.SessionState;
import io.mortise.api.store.SessionStore;
import io.mortise.engine.Counters.Drop;
import io.mortise.engine.Memory.Holding;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's session (MQTT 5.0, 4.1): its subscriptions, what waits for it, and its will.
 *
 * <p>Every line runs in its mailbox, whose home is the event loop of its connection while it has one, except {@link
 * #deliver} and {@link #isReady}, which any publisher calls. A session that has ended stays ended: its client gets a new
 * one.
 */
final class Session implements Subscriber, Mailbox.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    private static final Runnable NOTHING = () -> {};

    /** How many retained messages are looked at before others have the thread. */
    private static final int RETAINED_STEP = 256;

    // valid for ever
    private final Engine engine;
    private final String clientId;
    private final String principal;
    private final Mailbox mailbox;
    private final AtomicLong positions = new AtomicLong();

    /** Held while a message gets its position, is handed to a durable store, and posted: positions arrive in rising order. */
    private final Object order = new Object();

    private final AtomicLong largeBytes = new AtomicLong();
    private final LongAdder refused = new LongAdder();

    // valid for session
    private final Map<TopicFilter, Subscription> subscriptions = new LinkedHashMap<>(4);
    private final Belongings belongings;
    private final OutboundFlow outbound;
    private long arrivedBytes;
    private long refusedBefore;
    private @Nullable BitSet inboundIds;
    private int inboundCount;
    private long expiryIntervalSeconds;
    private long disconnectedAtMillis = SessionState.CONNECTED;
    private @Nullable Will will;
    private Identity identity;
    private String listener = "";
    private volatile boolean persistent;
    private volatile boolean ended;
    private boolean over;
    private boolean forgotten;
    private boolean lost;
    private @Nullable Bequest bequest;
    private @Nullable List<Runnable> whenForgotten;

    private @Nullable ArrayDeque<Replay> replays;

    // valid for connection
    private volatile @Nullable ClientConnection client;
    private volatile boolean crowded;
    private volatile boolean awaited;
    private volatile boolean failed;
    private volatile long progressNanos;
    private long messagesOutBefore;

    // valid while there is none
    private @Nullable Future<?> willTimer;
    private @Nullable Future<?> expiryTimer;

    Session(Engine engine, String clientId, String principal, Executor home) {
        this.engine = engine;
        this.clientId = clientId;
        this.principal = principal;
        this.identity = new Identity(clientId, principal, "");
        this.mailbox = new Mailbox(this, home, engine.scheduler());
        this.belongings = new Belongings(engine.memory(), engine.sharedSubscriptions());
        this.outbound = new OutboundFlow(this, engine);
    }

    String clientId() {
        return clientId;
    }

    String principal() {
        return principal;
    }

    Mailbox mailbox() {
        return mailbox;
    }

    OutboundFlow outbound() {
        return outbound;
    }

    boolean hasEnded() {
        return ended;
    }

    @Nullable
    ClientConnection client() {
        return client;
    }

    /** Where facts about this session go: nowhere, if it ends with its connection. */
    SessionStore facts() {
        return persistent ? engine.gate().parts().sessionStore() : Forgetful.STORE;
    }

    /** Whether what waits can be left to the store. */
    boolean leavesBacklog() {
        return persistent && engine.isStoreDurable();
    }

    // ---- as a subscriber: any thread

    @Override
    public boolean deliver(Message message, Subscription subscription) {
        Qos qos = message.qos().atMost(subscription.maximumQos());
        if (ended || qos == Qos.AT_MOST_ONCE && client == null) {
            return false;
        }
        if (mailbox.size() >= engine.settings().session().queueMaximumMessages()
                || largeBytes.get() > engine.settings().session().queueMaximumBytes()) {
            refused.increment();
            engine.counters().dropped(Drop.QUEUE_FULL);
            return false;
        }
        if (client != null && isWorthWaitingFor()) {
            awaited = true;
            engine.congestion().meet();
        }
        boolean retain = message.retain() && subscription.retainAsPublished();
        try {
            hand(message, qos, retain, subscription);
        } catch (Throwable failure) {
            notKept(failure);
            return false;
        }
        return true;
    }

    /** A store did not keep a message: it does not come, and its publisher is told so. The client is not at fault, and stays. */
    private void notKept(Throwable failure) {
        if (!failed) { // there may be one for each message
            failed = true;
            LOG.error(
                    "A message for {} could not be kept and is refused; further faults until its next connection are not"
                            + " logged",
                    Printable.text(clientId),
                    failure);
        }
        engine.publications().notKept();
    }

    @Override
    public boolean isReady() {
        return client != null && !crowded && mailbox.size() < Mailbox.BATCH;
    }

    /** Whether much waits for the client. Any thread. */
    boolean isCrowded() {
        return crowded || isMailboxCrowded();
    }

    private boolean isMailboxCrowded() {
        return mailbox.size() > engine.settings().session().queueMaximumMessages() / 4;
    }

    private boolean isWorthWaitingFor() {
        return isMailboxCrowded() || crowded && System.nanoTime() - progressNanos < Congestion.STALL_NANOS;
    }

    private void hand(Message message, Qos qos, boolean retain, Subscription subscription) {
        if (qos != Qos.AT_MOST_ONCE && leavesBacklog()) {
            synchronized (order) {
                post(message, qos, retain, subscription);
            }
        } else {
            post(message, qos, retain, subscription);
        }
    }

    private void post(Message message, Qos qos, boolean retain, Subscription subscription) {
        Delivery delivery = delivery(message, qos, retain, subscription);
        keep(delivery);
        engine.memory().add(Holding.TRANSIT, delivery.cost);
        if (delivery.isLarge()) {
            largeBytes.addAndGet(delivery.cost);
        }
        mailbox.post(delivery);
    }

    /** A message that is on its way to the client from now on. */
    private Delivery delivery(Message message, Qos qos, boolean retain, Subscription subscription) {
        long position = qos == Qos.AT_MOST_ONCE ? 0 : positions.incrementAndGet();
        TopicFilter shared = subscription.filter().isShared() ? subscription.filter() : null;
        return new Delivery(this, position, message, qos, retain, subscription.identifiers(), shared);
    }

    /** The store knows it, if the session outlives its connection. */
    private void keep(Delivery delivery) {
        if (delivery.qos != Qos.AT_MOST_ONCE && persistent) {
            facts().queued(clientId, delivery.toRecord());
        }
    }

    // ---- as the owner of a mailbox

    @Override
    public boolean mayRun() {
        ClientConnection connection = client;
        return engine.gate().isPassable() && (connection == null || !connection.awaitsPermissions());
    }

    @Override
    public void drained() {
        ClientConnection connection = client;
        if (connection != null) {
            outbound.pump();
            replayRetained();
            connection.flush();
            lookAround(connection);
        }
        settle();
    }

    /** Tells the memory what has come and gone, and the operator what did not get here. */
    private void settle() {
        Memory memory = engine.memory();
        boolean flooded = memory.isFlooded();
        outbound.settle();
        if (arrivedBytes != 0) {
            memory.add(Holding.TRANSIT, -arrivedBytes);
            arrivedBytes = 0;
            if (flooded) {
                memory.judge();
            }
        }
        if (flooded && !memory.isFlooded()) {
            engine.congestion().relieve();
        }
        long refusedNow = refused.sum();
        if (refusedNow != refusedBefore) {
            outbound.refused(refusedNow - refusedBefore);
            refusedBefore = refusedNow;
        }
    }

    /** Notices that the session is crowded, that it gets on, and that it is not crowded any more. */
    private void lookAround(ClientConnection connection) {
        long messagesOut = connection.tally().messagesOut();
        if (crowded && messagesOut != messagesOutBefore || !crowded && outbound.isCrowded()) {
            crowded = true;
            progressNanos = System.nanoTime();
        }
        messagesOutBefore = messagesOut;
        if (crowded && outbound.hasCaughtUp()) {
            crowded = false;
        }
        if (awaited && !isCrowded()) {
            relax();
        }
    }

    /** Nobody need wait for it any more. */
    private void relax() {
        crowded = false;
        awaited = false;
        engine.congestion().relieve();
    }

    @Override
    public void failed(Throwable failure) {
        if (!failed) { // there may be one for each message
            failed = true;
            LOG.error(
                    "Session of {} failed; its connection is closed, further faults until the next one are not logged",
                    Printable.text(clientId),
                    failure);
        }
        ClientConnection connection = client;
        if (connection != null) {
            connection.onHome(() -> connection.end(ReasonCode.UNSPECIFIED_ERROR, "internal error"));
        }
    }

    /** A message arrived from a publisher. */
    void arrived(Delivery delivery) {
        if (delivery.isLarge()) {
            largeBytes.addAndGet(-delivery.cost);
        }
        arrivedBytes += delivery.cost;
        if (!ended) {
            outbound.offer(delivery);
        } else if (bequest != null && delivery.qos != Qos.AT_MOST_ONCE) {
            bequest.arrived(delivery);
        } else if (over) {
            passOn(delivery);
        }
    }

    // ---- beginning and end

    /** Takes up a session from its neutral form; before it is used. */
    void restore(SessionRecord record) {
        SessionState state = record.state();
        belongings.begin();
        persistent = state.expiryIntervalSeconds() > 0 || record.backlog().messages() > 0;
        expiryIntervalSeconds = state.expiryIntervalSeconds();
        disconnectedAtMillis = state.disconnectedAtMillis();
        keepWill(state.will());
        record.subscriptions().forEach(this::keep);
        record.inboundPacketIds().forEach(this::addInbound);
        outbound.restore(record);
        outbound.settle();
        long last = record.backlog().lastPosition();
        for (OutboundMessage message : record.outbound()) {
            last = Math.max(last, message.position());
        }
        positions.set(last);
    }

    /** A session that was handed over learns what it has in the store; before it is used. */
    void restore(Backlog backlog) {
        persistent |= backlog.messages() > 0; // it stays where its messages are
        outbound.restore(backlog);
        positions.set(Math.max(positions.get(), backlog.lastPosition()));
    }

    /**
     * The session in its neutral form, without what a durable store has and was never sent. In its mailbox, or while nothing
     * runs there.
     *
     * @param lowest the messages at this QoS and above: a store does not keep those at QoS 0
     */
    SessionRecord toRecord(Qos lowest) {
        Set<Integer> ids = new HashSet<>();
        inboundIds().stream().forEach(ids::add);
        List<OutboundMessage> messages = outbound.toRecords();
        mailbox.forEachWaiting(item -> {
            if (item instanceof Delivery delivery) {
                messages.add(delivery.toRecord());
            }
        });
        boolean leavesBacklog = leavesBacklog();
        messages.removeIf(message -> message.qos().compareTo(lowest) < 0
                || leavesBacklog && message.qos() != Qos.AT_MOST_ONCE && message.packetId() == 0);
        return new SessionRecord(clientId, state(), new ArrayList<>(subscriptions.values()), messages, ids);
    }

    private void keepWill(@Nullable Will last) {
        will = last;
        belongings.will(last);
    }

    private void keep(Subscription subscription) {
        belongings.subscribed(subscriptions.put(subscription.filter(), subscription), subscription);
    }

    private SessionState state() {
        return new SessionState(principal, expiryIntervalSeconds, disconnectedAtMillis, will);
    }

    /** Its subscriptions enter a router, unless it is over. The gate is closed. One that fails keeps no other out. */
    void enterRouter(Router router) {
        if (ended) {
            return;
        }
        for (Subscription subscription : subscriptions.values()) {
            try {
                router.subscribe(this, subscription);
            } catch (Throwable failure) {
                failed(failure);
            }
        }
    }

    /** Its subscriptions leave a router. The gate is closed, or it happens in the mailbox. */
    void leaveRouter(Router router) {
        for (TopicFilter filter : subscriptions.keySet()) {
            try {
                router.unsubscribe(this, filter);
            } catch (Throwable failure) {
                failed(failure);
            }
        }
    }

    /** A connection takes the session: on its home thread from now on. */
    void attach(ClientConnection connection, boolean present) {
        cancelTimers();
        belongTo(connection);
        failed = false;
        disconnectedAtMillis = SessionState.CONNECTED;
        expiryIntervalSeconds = connection.expiryIntervalSeconds();
        belongings.begin();
        keepWill(connection.will());
        boolean wasPersistent = persistent;
        // one that ends with its connection from now on stays where its messages are
        persistent = expiryIntervalSeconds > 0 || outbound.hasBacklog();
        SessionStore store = engine.gate().parts().sessionStore();
        if (wasPersistent && !persistent) {
            store.remove(clientId); // from now on it ends with its connection
        } else if (wasPersistent && present) {
            store.changed(clientId, state());
        } else if (persistent) {
            store.put(toRecord(Qos.AT_LEAST_ONCE));
        }
        outbound.attach(connection, connection.receiveMaximum());
    }

    /** A connection that was handed over takes the session that came with it; the store knows already. */
    void reattach(ClientConnection connection) {
        belongTo(connection);
        outbound.attach(connection, connection.receiveMaximum());
        outbound.goOn();
    }

    private void belongTo(ClientConnection connection) {
        client = connection;
        identity = connection.identified();
        listener = connection.connection().listener();
    }

    long expiryInterval() {
        return expiryIntervalSeconds;
    }

    /** The interval that a DISCONNECT may set anew (3.14.2.2.2). */
    void expiryInterval(long seconds) {
        expiryIntervalSeconds = seconds;
    }

    /**
     * The connection has ended: the session waits for the next one, or ends with it.
     *
     * @param withWill whether the will is still to be published (3.1.2.5)
     */
    void detach(ClientConnection connection, boolean withWill) {
        if (client != connection || ended) {
            return; // taken over in the meantime
        }
        client = null;
        relax();
        outbound.detach();
        disconnectedAtMillis = engine.clock().millis();
        keepWill(withWill ? will : null);
        try {
            if (engine.isLeaving()) {
                leaveToStore();
            } else if (expiryIntervalSeconds == 0) {
                end(will);
            } else {
                waitForClient();
            }
        } finally {
            if (!ended) {
                mailbox.moveTo(engine.scheduler(), NOTHING);
            }
        }
    }

    private void waitForClient() {
        try {
            engine.together(() -> {
                if (willDelaySeconds() == 0) {
                    publish(will);
                    keepWill(null);
                }
                facts().changed(clientId, state());
            });
        } finally {
            startTimers(); // whatever fails, it does not wait for ever
        }
    }

    /**
     * The subscribers to the will are with the next broker, or on their way: it finds the session in the store, publishes
     * the will when it is due, and ends the session if it does not outlive its connection.
     */
    private void leaveToStore() {
        if (persistent) {
            facts().changed(clientId, state());
        } else if (will != null) {
            engine.gate().parts().sessionStore().put(toRecord(Qos.AT_LEAST_ONCE));
        }
    }

    /** How long the will waits: it is due at the latest when the session ends (3.1.3.2.2). */
    private long willDelaySeconds() {
        Will waiting = will;
        return waiting == null ? 0 : Math.min(waiting.delaySeconds(), expiryIntervalSeconds);
    }

    /** Waits for its client until the will is due and the session expires. */
    void startTimers() {
        long now = engine.clock().millis();
        if (will != null) {
            willTimer = after(disconnectedAtMillis + willDelaySeconds() * 1000 - now, this::publishWill);
        }
        if (expiryIntervalSeconds < SessionState.FOR_EVER) {
            expiryTimer = after(disconnectedAtMillis + expiryIntervalSeconds * 1000 - now, this::expire);
        }
    }

    /** A session that was loaded from a store begins to wait for its client. */
    void goOn() {
        if (client == null && !ended) {
            if (lost) {
                facts().changed(clientId, state());
            }
            startTimers();
        }
    }

    /** A session that a store had as connected: its connection ended with the broker that it was on. */
    void lost(long nowMillis) {
        if (disconnectedAtMillis == SessionState.CONNECTED) {
            disconnectedAtMillis = nowMillis;
            lost = true;
        }
    }

    void cancelTimers() {
        willTimer = cancel(willTimer);
        expiryTimer = cancel(expiryTimer);
    }

    /** It is over, and this will is due. */
    void end(@Nullable Will due) {
        keepWill(null);
        engine.together(() -> {
            try {
                end();
            } finally {
                publish(due);
            }
        });
    }

    /** It is over while its client is away: its will is due, if the client may still publish it. */
    void endAway() {
        Will due = will;
        keepWill(null);
        try {
            engine.together(this::end);
        } finally {
            publishIfAllowed(due, NOTHING);
        }
    }

    /** It is over: nothing of it stays but what others get, its client gets a new one. */
    private void end() {
        if (ended) {
            return;
        }
        ended = true;
        relax();
        if (outbound.backlog().isShared() && leavesBacklog()) {
            bequest = new Bequest(engine, this, outbound.backlog().readUpTo(), this::forget);
        }
        outbound.close();
        belongings.close();
        cancelTimers();
        leaveRouter(engine.gate().parts().router());
        over = true;
        outbound.forEachPending(this::passOn);
        if (bequest == null) {
            forget();
        } else {
            mailbox.post(bequest::passOn); // not within the bracket
        }
    }

    /** Nothing of it is needed any more, here or in the store. */
    private void forget() {
        bequest = null;
        try {
            facts().remove(clientId);
        } finally {
            engine.sessions().remove(this); // in any case: its client would be sent here again and again
            forgotten = true;
            List<Runnable> waiting = whenForgotten;
            whenForgotten = null;
            if (waiting != null) {
                waiting.forEach(Runnable::run);
            }
        }
    }

    /** Runs a task when nothing of a session that is over is here any more: the next of its client may begin. */
    void whenForgotten(Runnable task) {
        if (forgotten) {
            task.run();
            return;
        }
        if (whenForgotten == null) {
            whenForgotten = new ArrayList<>();
        }
        whenForgotten.add(task);
    }

    /**
     * What it shared with others and has not received goes to one of them (4.8.2). Before that, while the session is waited
     * for, it keeps what it got: its client may have it already, and would be asked for nothing if another had it too.
     */
    void passOn(Delivery delivery) {
        TopicFilter shared = delivery.shared;
        try {
            if (shared != null && delivery.isForOthers()) {
                engine.redeliver(delivery.message, shared);
            }
            if (bequest != null && delivery.qos != Qos.AT_MOST_ONCE) {
                facts().done(clientId, delivery.position); // it is not found here and there after a crash
            }
        } catch (Throwable failure) {
            failed(failure);
        }
    }

    /** Whether a store has it. */
    boolean isPersistent() {
        return persistent;
    }

    /** It goes on elsewhere: nothing here touches it any more, and the store keeps it. It leaves the router with all others. */
    void abandon() {
        ended = true;
        relax();
        outbound.close();
        belongings.close();
        cancelTimers();
    }

    private void expire() {
        if (client == null && !ended && !engine.isLeaving()) {
            engine.sessionExpired();
            endAway();
        }
    }

    private void publishWill() {
        if (client == null && !ended && !engine.isLeaving()) {
            Will due = will;
            keepWill(null);
            publishIfAllowed(
                    due,
                    () -> { // published before the store forgets it
                        if (!ended) {
                            facts().changed(clientId, state());
                        }
                    });
        }
    }

    private void publishIfAllowed(@Nullable Will due, Runnable whenDecided) {
        if (due != null) {
            new DueWill(engine, this, identity, listener, due, whenDecided).ask();
        }
    }

    /** The will that a new connection of the client came too late for, or that ends with this session. */
    void publish(@Nullable Will due) {
        if (due != null) {
            engine.publish(due.message(engine.clock().millis()), this);
        }
    }

    /** Posts an item when that time has passed. */
    Future<?> after(long millis, Runnable item) {
        return engine.scheduler().schedule(() -> mailbox.post(item), Math.max(0, millis), TimeUnit.MILLISECONDS);
    }

    private static @Nullable Future<?> cancel(@Nullable Future<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
        return null;
    }

    // ---- subscriptions

    /**
     * Makes a subscription (3.8.4).
     *
     * @param due takes the replay of the retained messages that it asks for; it begins behind the SUBACK
     */
    ReasonCode subscribe(Subscription subscription, List<Replay> due) {
        TopicFilter filter = subscription.filter();
        Subscription before = subscriptions.get(filter);
        if (before == null
                && (subscriptions.size() >= engine.settings().session().subscriptionsMaximum()
                        || engine.memory().isExhausted())) {
            return ReasonCode.QUOTA_EXCEEDED;
        }
        keep(subscription);
        facts().subscribed(clientId, subscription);
        engine.gate().parts().router().subscribe(this, subscription);
        RetainHandling handling = subscription.retainHandling();
        // 3.8.3.1: no retained messages for a shared subscription
        if (!filter.isShared()
                && (handling == RetainHandling.SEND_AT_SUBSCRIBE
                        || handling == RetainHandling.SEND_IF_NEW && before == null)) {
            due.add(new Replay(subscription, engine.retained().cursor(filter)));
        }
        return ReasonCode.granted(subscription.maximumQos());
    }

    /** Ends a subscription; what was sent and is not acknowledged is completed all the same (3.10.4). */
    ReasonCode unsubscribe(TopicFilter filter) {
        Subscription gone = subscriptions.remove(filter);
        if (gone == null) {
            return ReasonCode.NO_SUBSCRIPTION_EXISTED;
        }
        belongings.unsubscribed(gone);
        engine.gate().parts().router().unsubscribe(this, filter);
        facts().unsubscribed(clientId, filter);
        return ReasonCode.SUCCESS;
    }

    /** Sends retained messages from now on, a step at a time, behind what waits. */
    void replay(List<Replay> due) {
        if (due.isEmpty()) {
            return;
        }
        if (replays == null) {
            replays = new ArrayDeque<>();
        }
        replays.addAll(due);
        proceed();
    }

    /** Calls {@link #drained()} soon: something that it waited for has happened. Any thread. */
    void proceed() {
        mailbox.post(NOTHING);
    }

    /**
     * Goes one step on with the retained messages that a subscription asked for. A client that does not keep up is left
     * alone until it does: nothing more is read from the tree than can be sent, and one message that waits.
     */
    private void replayRetained() {
        ArrayDeque<Replay> waiting = replays;
        if (waiting == null || outbound.isBehind() || !engine.gate().isOpen()) {
            return;
        }
        Replay first = waiting.element();
        // not through the mailbox: what is published meanwhile comes behind it, never before
        Predicate<Message> taker = message -> {
            outbound.offer(replayed(message, first));
            return !outbound.isBehind();
        };
        boolean more = isCurrent(first)
                && (leavesBacklog() ? advanceInOrder(first, taker) : first.cursor.advance(RETAINED_STEP, taker));
        if (!more) {
            waiting.remove();
        }
        if (waiting.isEmpty()) {
            replays = null;
        } else if (!outbound.isBehind()) {
            proceed(); // after those that wait for the thread
        }
    }

    /** As the cursor does, but nothing gets a position while one with a lower position has not arrived. */
    private boolean advanceInOrder(Replay replay, Predicate<Message> taker) {
        boolean more = true;
        for (int step = 0; more && step < RETAINED_STEP && !outbound.isBehind(); step++) {
            synchronized (order) {
                if (!mailbox.isEmpty()) {
                    return true;
                }
                more = replay.cursor.advance(1, taker);
            }
        }
        return more;
    }

    /** Queues what is left of the retained messages that were asked for: the next broker does not know of them. */
    void finishReplays() {
        ArrayDeque<Replay> waiting = replays;
        replays = null;
        if (waiting == null) {
            return;
        }
        for (Replay replay : waiting) {
            boolean more = isCurrent(replay)
                    && replay.cursor.advance(
                            Integer.MAX_VALUE, message -> outbound.enqueueLast(replayed(message, replay)));
            if (more) {
                LOG.warn(
                        "The queue of {} has no room for all retained messages of {}",
                        Printable.text(clientId),
                        Printable.text(replay.subscription.filter().text()));
            }
        }
    }

    private boolean isCurrent(Replay replay) {
        return subscriptions.get(replay.subscription.filter()) == replay.subscription;
    }

    private Delivery replayed(Message message, Replay replay) {
        Subscription subscription = replay.subscription;
        Delivery delivery = delivery(message, message.qos().atMost(subscription.maximumQos()), true, subscription);
        try {
            keep(delivery);
        } catch (Throwable failure) { // nobody waits for an acknowledgement: it goes to the client all the same
            failed(failure);
        }
        return delivery;
    }

    /** The retained messages that a subscription asked for, and how far they were sent. */
    record Replay(Subscription subscription, Retained.Cursor cursor) {}

    // ---- QoS 2, inbound

    /** Whether a PUBLISH with this identifier has come and was not released (4.3.3). */
    boolean isInbound(int packetId) {
        return inboundIds != null && inboundIds.get(packetId);
    }

    /** All such identifiers; a copy. */
    BitSet inboundIds() {
        return inboundIds == null ? new BitSet(0) : (BitSet) inboundIds.clone();
    }

    int inboundCount() {
        return inboundCount;
    }

    void inbound(int packetId) {
        addInbound(packetId);
        facts().inbound(clientId, packetId);
    }

    /** The client releases the identifier. */
    boolean inboundDone(int packetId) {
        if (!isInbound(packetId)) {
            return false;
        }
        removeInbound(packetId);
        facts().inboundDone(clientId, packetId);
        return true;
    }

    private void addInbound(int packetId) {
        if (inboundIds == null) {
            inboundIds = new BitSet();
        }
        inboundIds.set(packetId);
        inboundCount++;
    }

    private void removeInbound(int packetId) {
        if (inboundIds != null) {
            inboundIds.clear(packetId);
            inboundCount--;
        }
    }

    // ---- for the operator

    private long dropped() {
        return outbound.dropped() + refused.sum();
    }

    SessionStatus status() {
        ClientConnection connection = client;
        return new SessionStatus(
                clientId,
                principal,
                expiryIntervalSeconds,
                new ArrayList<>(subscriptions.values()),
                (int) outbound.queued(),
                outbound.inflight(),
                dropped(),
                connection == null ? null : connection.status());
    }
}
