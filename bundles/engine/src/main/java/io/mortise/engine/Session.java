// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.auth.Identity;
import io.mortise.api.connection.SessionStatus;
import io.mortise.api.intercept.ClientEvent;
import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.Will;
import io.mortise.api.routing.Router;
import io.mortise.api.routing.Subscriber;
import io.mortise.api.store.Backlog;
import io.mortise.api.store.OutboundMessage;
import io.mortise.api.store.SessionRecord;
import io.mortise.api.store.SessionState;
import io.mortise.api.store.SessionStore;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
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

    // valid for ever
    private final Engine engine;
    private final String clientId;
    private final String principal;
    private final Mailbox mailbox;
    private final Inlet inlet;

    // valid for session
    private final Belongings belongings;
    private final Subscriptions subscriptions;
    private final InboundIds inboundIds;
    private final OutboundFlow outbound;
    private final Replays replays;
    private final Pace pace;
    private final Absence absence;
    private long expiryIntervalSeconds;
    private long disconnectedAtMillis = SessionState.CONNECTED;
    private @Nullable Will will;
    private Identity identity;
    private String listener = "";
    private volatile boolean persistent;
    private volatile boolean ended;
    private boolean lost;

    /** Once it is over, and did not go elsewhere. */
    private @Nullable Bequest bequest;

    // valid for connection
    private volatile @Nullable ClientConnection client;
    private volatile boolean failed;

    Session(Engine engine, String clientId, String principal, Executor home) {
        this.engine = engine;
        this.clientId = clientId;
        this.principal = principal;
        this.identity = new Identity(clientId, principal, "");
        this.mailbox = new Mailbox(this, home, engine.scheduler());
        this.inlet = new Inlet(engine, this, mailbox);
        this.belongings = new Belongings(engine.memory(), engine.sharedSubscriptions());
        this.subscriptions = new Subscriptions(engine, this, belongings);
        this.inboundIds = new InboundIds(this);
        this.outbound = new OutboundFlow(this, engine);
        this.replays = new Replays(engine, this, inlet, subscriptions);
        this.pace = new Pace(mailbox, outbound, engine);
        this.absence = new Absence(this);
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

    Subscriptions subscriptions() {
        return subscriptions;
    }

    /** Who its client is, as far as that is known. */
    Identity identity() {
        return identity;
    }

    /** What came from the client at QoS 2 and was not released. */
    InboundIds inboundIds() {
        return inboundIds;
    }

    /** The retained messages that are on their way. */
    Replays replays() {
        return replays;
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
        if (ended || qos == Qos.AT_MOST_ONCE && client == null || !inlet.hasRoom()) {
            return false;
        }
        if (client != null) {
            pace.meet();
        }
        boolean retain = message.retain() && subscription.retainAsPublished();
        try {
            inlet.take(message, qos, retain, subscription);
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
        return client != null && pace.isReady();
    }

    /** Whether much waits for the client. Any thread. */
    boolean isCrowded() {
        return pace.isCrowded();
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
            replays.advance();
            connection.flush();
            pace.judge(connection);
        }
        outbound.queue().trim();
        settle();
    }

    /** Tells the memory what has come and gone, and the operator what did not get here. */
    private void settle() {
        Memory memory = engine.memory();
        boolean flooded = memory.isFlooded();
        outbound.settle();
        if (inlet.settle() && flooded) {
            memory.judge();
        }
        if (flooded && !memory.isFlooded()) {
            engine.congestion().relieve();
        }
        long refused = inlet.refusedSince();
        if (refused > 0) {
            outbound.drops().refused(refused);
        }
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
        inlet.arrived(delivery);
        if (!ended) {
            outbound.offer(delivery);
        } else if (bequest != null) {
            bequest.arrived(delivery);
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
        subscriptions.restore(record.subscriptions());
        record.inboundPacketIds().forEach(inboundIds::restore);
        outbound.restore(record);
        outbound.settle();
        long last = record.backlog().lastPosition();
        for (OutboundMessage message : record.outbound()) {
            last = Math.max(last, message.position());
        }
        inlet.goOnBehind(last);
    }

    /** A session that was handed over learns what it has in the store; before it is used. */
    void restore(Backlog backlog) {
        persistent |= backlog.messages() > 0; // it stays where its messages are
        outbound.queue().restore(backlog);
        inlet.goOnBehind(backlog.lastPosition());
    }

    /**
     * The session in its neutral form, without what a durable store has and was never sent. In its mailbox, or while nothing
     * runs there.
     *
     * @param lowest the messages at this QoS and above: a store does not keep those at QoS 0
     */
    SessionRecord toRecord(Qos lowest) {
        List<OutboundMessage> messages = outbound.toRecords();
        mailbox.forEachWaiting(item -> {
            if (item instanceof Delivery delivery) {
                messages.add(delivery.toRecord());
            }
        });
        boolean leavesBacklog = leavesBacklog();
        messages.removeIf(message -> message.qos().compareTo(lowest) < 0
                || leavesBacklog && message.qos() != Qos.AT_MOST_ONCE && message.packetId() == 0);
        return new SessionRecord(clientId, state(), subscriptions.all(), messages, inboundIds.toSet());
    }

    private void keepWill(@Nullable Will last) {
        will = last;
        belongings.will(last);
    }

    private SessionState state() {
        return new SessionState(principal, expiryIntervalSeconds, disconnectedAtMillis, will);
    }

    /** Its subscriptions enter a router, unless it is over. The gate is closed. */
    void enterRouter(Router router) {
        if (!ended) {
            subscriptions.enter(router);
        }
    }

    /** Whether it is one of this broker's. */
    boolean isOf(Engine broker) {
        return engine == broker;
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
        persistent = expiryIntervalSeconds > 0 || outbound.queue().hasBacklog();
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

    /** Other things are known about its client now. */
    void identified(Identity now) {
        identity = now;
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
        pace.relax();
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
            absence.willDue(disconnectedAtMillis + willDelaySeconds() * 1000 - now, this::publishWill);
        }
        if (expiryIntervalSeconds < SessionState.FOR_EVER) {
            absence.expiryDue(disconnectedAtMillis + expiryIntervalSeconds * 1000 - now, this::expire);
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
        absence.end();
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
            end(); // if the store has failed before it was, too
            publishIfAllowed(due, NOTHING);
        }
    }

    /** It is over: nothing of it stays but what others get, its client gets a new one. */
    private void end() {
        if (ended) {
            return;
        }
        Bequest left = new Bequest(engine, this);
        close();
        subscriptions.leave(engine.gate().parts().router());
        bequest = left;
        left.passOn();
    }

    private void close() {
        ended = true;
        pace.relax();
        outbound.close();
        belongings.close();
        absence.end();
    }

    /** Runs a task when nothing of this session, which is over, is here any more: the next of its client may begin. */
    void whenForgotten(Runnable task) {
        if (bequest != null) {
            bequest.whenForgotten(task);
        }
    }

    /** Whether a store has it. */
    boolean isPersistent() {
        return persistent;
    }

    /** It goes on elsewhere: nothing here touches it any more, and the store keeps it. It leaves the router with all others. */
    void abandon() {
        close();
    }

    private void expire() {
        if (client == null && !ended && !engine.isLeaving()) {
            engine.totals().sessionExpired();
            if (engine.observers().areThere()) {
                engine.observers().tell(new ClientEvent.SessionExpired(identity));
            }
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

    /** Calls {@link #drained()} soon: something that it waited for has happened. Any thread. */
    void proceed() {
        mailbox.post(NOTHING);
    }

    // ---- for the operator

    private long dropped() {
        return outbound.drops().sum() + inlet.refused();
    }

    SessionStatus status() {
        ClientConnection connection = client;
        return new SessionStatus(
                clientId,
                principal,
                expiryIntervalSeconds,
                subscriptions.all(),
                (int) outbound.queue().size(),
                outbound.inflight(),
                dropped(),
                connection == null ? null : connection.status());
    }
}
