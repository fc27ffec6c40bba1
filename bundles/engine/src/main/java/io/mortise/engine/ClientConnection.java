// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.auth.AuthenticationMethod;
import io.mortise.api.auth.Identity;
import io.mortise.api.connection.Connection;
import io.mortise.api.connection.ConnectionHandler;
import io.mortise.api.connection.HandOver;
import io.mortise.api.connection.HandOver.Agreement;
import io.mortise.api.connection.SessionStatus.ConnectionStatus;
import io.mortise.api.intercept.ClientEvent;
import io.mortise.api.protocol.ConnAck;
import io.mortise.api.protocol.Connect;
import io.mortise.api.protocol.Disconnect;
import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Packet;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.Will;
import io.mortise.api.store.SessionRecord;
import io.mortise.engine.Holds.Reason;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client on one connection: from its CONNECT to the end of the connection.
 *
 * <p>Used on the home thread of the connection, except where a method says otherwise. It owns nothing that outlives the
 * connection: that is in its {@link Session}, whose mailbox has the same home while they belong together.
 */
final class ClientConnection implements ConnectionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

    private static final CompletionStage<?> NOTHING_TO_SEND = CompletableFuture.completedFuture(Boolean.TRUE);

    private enum State {
        /** Nothing has arrived. */
        WAITING,
        /** The CONNECT has arrived and is judged. */
        CONNECTING,
        /** It was accepted; the session is on its way. */
        OPENING,
        /** The session is here. */
        CONNECTED,
        /** It is over, or in other hands. */
        CLOSED
    }

    // valid for ever
    private final Engine engine;
    private final Connection connection;
    private final AckQueue acks;
    private final Access access;
    private final Holds holds;
    private final Tally tally = new Tally();
    private final Farewell farewell;
    private final boolean internal;
    private State state = State.WAITING;
    private @Nullable CompletableFuture<HandOver> release;

    /** Due when the connection ended: who takes the session over may ask before the session has noticed. */
    private @Nullable Will lastWill;

    // valid from the CONNECT on
    /** As the client sent it, without its password once it was accepted. */
    private @Nullable Connect sent;

    /** The same, or what interceptors have made of it since it was accepted. */
    private @Nullable Connect connect;

    private @Nullable Handshake handshake;
    private boolean challenged;

    // valid from its acceptance on
    private @Nullable Identity identity;
    private @Nullable Payload authenticationData;
    private volatile boolean gone;

    private @Nullable Agreement agreement;
    private long expiryIntervalSeconds;
    private long connectedAtMillis;
    private @Nullable Session session;

    // valid while connected
    private @Nullable Dialog dialog;

    ClientConnection(Engine engine, Connection connection) {
        this.engine = engine;
        this.connection = connection;
        this.acks = new AckQueue(connection, this::cannotAcknowledge);
        this.access = new Access(engine, this);
        this.holds = new Holds(connection);
        this.farewell = new Farewell(connection, engine.counters());
        this.internal = connection.internalPrincipal() != null;
    }

    // ---- what the wire says

    @Override
    public void received(Packet packet) {
        if (state == State.CONNECTED) {
            try {
                dialog().received(packet);
            } catch (ProtocolViolation violation) {
                violated(violation);
            }
        } else if (state == State.WAITING && packet instanceof Connect first) {
            state = State.CONNECTING;
            sent = first;
            connect = first;
            holds.add(Reason.HANDSHAKE);
            if (engine.gate().isOpen()) {
                beginHandshake(first);
            } // otherwise gateOpened() does
        } else if (state == State.CONNECTING && handshake != null) {
            authenticating(packet, handshake);
        } else if (state != State.CLOSED) {
            violated(new ProtocolViolation(ReasonCode.PROTOCOL_ERROR, "CONNECT expected, got " + packet.type()));
        }
    }

    private void authenticating(Packet packet, Handshake asking) {
        if (packet instanceof Disconnect) {
            finish(false, true, ReasonCode.SUCCESS, "it said DISCONNECT");
            connection.close();
            return;
        }
        try {
            asking.received(packet);
        } catch (ProtocolViolation violation) {
            violated(violation);
        }
    }

    @Override
    public void readComplete() {
        if (state == State.CONNECTED) {
            dialog().readComplete();
        }
    }

    @Override
    public void violated(ProtocolViolation violation) {
        endOrRefuse(violation.reasonCode(), violation.reason());
    }

    @Override
    public void dismissed(ReasonCode reasonCode, String reason) {
        endOrRefuse(reasonCode, reason);
    }

    @Override
    public void writabilityChanged() {
        if (state == State.CONNECTED && connection.isWritable()) {
            session().proceed();
        }
    }

    @Override
    public void closed() {
        finish(true, false, ReasonCode.UNSPECIFIED_ERROR, "the connection broke off");
    }

    // ---- what the session asks

    /**
     * The will, if the client may publish it (3.1.2.5): asked before the connection ends, and afterwards what was due then.
     * While it is not known what the client may do, what was allowed when it connected holds.
     */
    @Nullable
    Will willToPublish() {
        if (state == State.CLOSED) {
            return lastWill;
        }
        Will last = state == State.CONNECTED ? will() : null;
        return last != null && (!access.isKnown() || mayPublish(last.message(0))) ? last : null;
    }

    ProtocolVersion version() {
        return connectPacket().version();
    }

    /** What holds on this connection since its CONNACK. */
    Agreement agreement() {
        return present(agreement, "agreement");
    }

    long expiryIntervalSeconds() {
        return expiryIntervalSeconds;
    }

    @Nullable
    Will will() {
        return connectPacket().will();
    }

    int receiveMaximum() {
        return (int) connectPacket().properties().number(Property.RECEIVE_MAXIMUM, 65_535);
    }

    /** Whether a message may be sent now: after the CONNACK, with permissions and all parts, while the connection keeps up. */
    boolean isWritable() {
        return state == State.CONNECTED && access.isKnown() && engine.gate().isPassable() && connection.isWritable();
    }

    /** Sends a message; {@code false} if it is too large for the client. */
    boolean publish(Publish publish) {
        return dialog().send(publish);
    }

    void send(Packet packet) {
        connection.send(packet);
    }

    /** Sends an acknowledgement when what it vouches for is safe, in the order of the calls. */
    void acknowledge(Packet acknowledgement, CompletionStage<Void> barrier) {
        acks.add(acknowledgement, barrier);
    }

    /** Takes a step when that is safe, after the acknowledgements that were earned before. */
    void whenSafe(CompletionStage<Void> barrier, Runnable step) {
        acks.add(barrier, step);
    }

    void flush() {
        connection.flush();
    }

    boolean mayPublish(Message message) {
        return access.mayPublish(message);
    }

    boolean mayReceive(Topic topic) {
        return access.mayReceive(topic);
    }

    /** Whether it is not known yet what the client may do: its session waits for that. Any thread. */
    boolean awaitsPermissions() {
        return !access.isKnown() && !gone;
    }

    // ---- from CONNECT to CONNACK

    private void beginHandshake(Connect packet) {
        Handshake begun = new Handshake(engine, this, connection, packet);
        handshake = begun;
        begun.begin();
    }

    /** Asks what the client may do; calls {@code whenGranted} when that is known. */
    void authorize(Identity client, Runnable whenGranted) {
        if (!access.ask(client, whenGranted)) {
            authorizerFailed();
        }
    }

    private void authorizerFailed() {
        engine.faults().happened("the authorizer failed");
        endOrRefuse(ReasonCode.SERVER_UNAVAILABLE, "the authorizer failed");
    }

    /** Nothing of the authorizer is kept, and nothing is granted any more. */
    void endAuthorization() {
        access.end();
    }

    /** Whether the client has to answer an AUTH before it gets its CONNACK: nothing else is read before. */
    void challenged(boolean now) {
        challenged = true;
        if (now) {
            holds.remove(Reason.HANDSHAKE);
        } else {
            holds.add(Reason.HANDSHAKE);
        }
    }

    /**
     * The client is who it says: its session is being opened.
     *
     * @param packet its CONNECT, or what interceptors have made of it
     * @param finalData what its CONNACK tells it about its authentication
     */
    void opening(Connect packet, Identity accepted, @Nullable Payload finalData) {
        connect = packet;
        state = State.OPENING;
        identity = accepted;
        authenticationData = finalData;
        handshake = null;
        Terms terms = new Terms(engine.settings(), engine.offer(), packet);
        expiryIntervalSeconds = terms.expiryIntervalSeconds();
        agreement = terms.agreement();
        connectedAtMillis = engine.clock().millis();
    }

    /** The session is here; its mailbox runs on this connection's home thread. */
    void opened(Session mine, boolean present) {
        session = mine;
        if (state == State.CLOSED || !connection.inExecutor()) {
            mine.detach(this, false);
            return;
        }
        acks.add(
                new ConnAck(present, ReasonCode.SUCCESS, connAckProperties(mine.clientId())),
                mine.facts().barrier(),
                () -> answered(present));
    }

    /** The CONNACK was sent. */
    private void answered(boolean present) {
        Session mine = session();
        state = State.CONNECTED;
        sent = null;
        connect = connectPacket().withoutPassword();
        Dialog begun = beginDialog(mine);
        if (engine.observers().areThere() && !internal) {
            engine.observers()
                    .tell(new ClientEvent.Connected(
                            identified(), connection.listener(), connection.remoteAddress(), version(), present));
        }
        if (LOG.isDebugEnabled()) {
            LOG.debug("{} connected from {}", name(), connection.remoteAddress());
        }
        mine.outbound().resend();
        mine.proceed();
        connection.flush();
        begun.begin();
        if (!engine.gate().isOpen()) {
            holds.add(Reason.GATE);
        }
        holds.remove(Reason.HANDSHAKE);
        if (release != null) {
            handOver(release); // asked for while the CONNACK waited, so no item of the mailbox is running
        }
    }

    private Dialog beginDialog(Session mine) {
        Dialog begun = new Dialog(engine, this, connectPacket(), mine, access, acks, holds, tally);
        dialog = begun;
        return begun;
    }

    private Properties connAckProperties(String clientId) {
        return new Terms(engine.settings(), engine.offer(), connectPacket())
                .connAck(present(sent, "CONNECT"), clientId, connection.maximumPacketSize(), authenticationData);
    }

    /** The client may not connect: says so, if it got far enough to understand, and closes. */
    void refuse(ReasonCode reasonCode, String reason) {
        refuse(reasonCode, reason, reason);
    }

    /** As {@link #refuse(ReasonCode, String)}, with another reason for the client than for the log. */
    void refuse(ReasonCode reasonCode, String reason, @Nullable String told) {
        refuse(reasonCode, reason, problem(told));
    }

    /** Sends the client to another server. */
    void refer(Referral referral) {
        Properties said = Farewell.to(connect, referral);
        if (state == State.CONNECTED) {
            end(referral.reasonCode(), referral.reason(), said);
        } else if (state == State.CONNECTING) {
            refuse(referral.reasonCode(), referral.reason(), said);
        }
    }

    private void refuse(ReasonCode reasonCode, String reason, Properties said) {
        farewell.refuse(name(), connect, reasonCode, reason, said);
        finish(false, false, reasonCode, reason);
        connection.close(reasonCode);
    }

    // ---- the end

    /** Ends the connection from this side, with the protocol's words. */
    void end(ReasonCode reasonCode, String reason) {
        end(reasonCode, reason, reason);
    }

    /** As {@link #end(ReasonCode, String)}, with another reason for the client than for the log. */
    void end(ReasonCode reasonCode, String reason, @Nullable String told) {
        end(reasonCode, reason, problem(told));
    }

    /** The process ends. */
    void stop() {
        endOrRefuse(ReasonCode.SERVER_SHUTTING_DOWN, "the broker stops");
    }

    private void end(ReasonCode reasonCode, String reason, Properties said) {
        if (state == State.CLOSED) {
            return;
        }
        boolean heard = state == State.CONNECTED && version().hasProperties();
        farewell.disconnect(name(), heard, reasonCode, reason, said);
        finish(true, false, reasonCode, reason);
        connection.close(reasonCode);
    }

    /** The reason, in words, for a client that wants problem information (3.1.2.11.7). */
    Properties problem(@Nullable String reason) {
        return Farewell.problem(connect, reason);
    }

    private void endOrRefuse(ReasonCode reasonCode, String reason) {
        if (state == State.CONNECTED) {
            end(reasonCode, reason);
        } else if (state != State.CLOSED) {
            refuse(reasonCode, reason);
        }
    }

    /** It said DISCONNECT. */
    void disconnected(ReasonCode reasonCode) {
        // 3.1.2.5, 3.14.4
        finish(reasonCode != ReasonCode.SUCCESS, true, reasonCode, "it said DISCONNECT");
        connection.close();
    }

    /** Nothing was heard of it for too long. */
    void silent() {
        end(
                ReasonCode.KEEP_ALIVE_TIMEOUT,
                "no packet within 1.5 times " + agreement().keepAliveSeconds() + " s");
    }

    private void cannotAcknowledge(Throwable failure) {
        if (failure instanceof ProtocolViolation tooLarge) {
            violated(tooLarge);
            return;
        }
        LOG.error("What {} sent cannot be acknowledged; it is disconnected", name(), failure);
        endOrRefuse(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR, "what was sent cannot be acknowledged");
    }

    /** Lets go of everything; {@code withWill} unless the client said DISCONNECT. */
    private void finish(boolean withWill, boolean byClient, ReasonCode reasonCode, String reason) {
        if (state == State.CLOSED) {
            return;
        }
        if (state == State.CONNECTED && engine.observers().areThere() && !internal) {
            engine.observers().tell(new ClientEvent.Disconnected(identified(), byClient, reasonCode, reason));
        }
        Session mine = session;
        lastWill = withWill ? willToPublish() : null;
        boolean publishWill = lastWill != null;
        state = State.CLOSED;
        leave();
        engine.totals().ended(this);
        if (mine != null) {
            mine.mailbox().post(() -> mine.detach(this, publishWill));
            mine.mailbox().wake(); // it does not wait for permissions any more
        }
        if (release != null) {
            release.complete(HandOver.NOTHING_YET);
        }
    }

    private void leave() {
        gone = true;
        holds.end();
        if (handshake != null) {
            handshake.cancel();
            handshake = null;
        }
        if (dialog != null) {
            dialog.end();
        }
        endAuthorization();
        acks.clear();
        engine.forget(this);
    }

    // ---- the gate

    /** Reads nothing until {@link #gateOpened()}. */
    void gateClosing() {
        if (state == State.CONNECTED) {
            holds.add(Reason.GATE);
        } else if (state == State.CONNECTING && challenged) {
            interrupted();
        } else if (state == State.CONNECTING && handshake != null) {
            handshake.cancel();
            handshake = null;
            endAuthorization();
        }
    }

    /** What it was challenged about cannot be begun anew: it has to connect again. */
    private void interrupted() {
        refuse(ReasonCode.SERVER_BUSY, "a part of the broker was replaced while it authenticated");
    }

    /** An authentication method leaves: whoever authenticates anew by it has to connect again. */
    void methodGone(AuthenticationMethod gone) {
        if (dialog != null && dialog.isAuthenticatingBy(gone)) {
            end(ReasonCode.SERVER_BUSY, "its authentication method was replaced while it authenticated");
        }
    }

    /** Completes when interceptors have decided about all that has come in. */
    CompletionStage<?> decided() {
        return dialog == null ? NOTHING_TO_SEND : dialog.whenDecided();
    }

    /** Completes when all that was earned so far is acknowledged. */
    CompletionStage<?> acknowledged() {
        return acks.whenEmpty();
    }

    /** How many acknowledgements wait, about. Any thread. */
    int unacknowledged() {
        return acks.size();
    }

    /** Goes on; asks for permissions again if another authorizer is there. */
    void gateOpened() {
        if (!engine.gate().isOpen()) {
            return;
        }
        Connect packet = sent;
        Identity known = identity;
        if (state == State.CONNECTING && packet != null && handshake == null) {
            beginHandshake(packet);
        } else if (known != null && state != State.CLOSED) {
            boolean current = access.isCurrent();
            if (!current) {
                askAgain(known); // and then it proceeds
            }
            holds.remove(Reason.GATE);
            if (current && session != null) {
                session.proceed();
            }
        }
    }

    /** It has authenticated anew: if more or less is known about it than before, the authorizer is asked again. */
    void identified(Map<String, String> attributes) {
        Identity known = identified();
        if (!attributes.equals(known.attributes())) {
            Identity now = new Identity(known.clientId(), known.principal(), known.username(), attributes);
            identity = now;
            session().identified(now);
            askAgain(now);
        }
    }

    private void askAgain(Identity known) {
        holds.add(Reason.PERMISSIONS);
        endAuthorization();
        Runnable granted = () -> {
            holds.remove(Reason.PERMISSIONS);
            if (session != null) {
                session.proceed();
                session.mailbox().wake();
            }
        };
        Runnable tooLate = () -> {
            engine.faults().happened("the authorizer took too long");
            endOrRefuse(ReasonCode.NOT_AUTHORIZED, "no answer about its permissions");
        };
        if (!access.ask(known, granted, tooLate)) {
            authorizerFailed();
        }
    }

    /** Runs a task on the home thread, if there still is one; whatever it throws ends this connection and no other. */
    void onHome(Runnable task) {
        try {
            connection.executor().execute(fenced(task));
        } catch (RejectedExecutionException homeIsGone) {
            return; // and the connection with it
        }
    }

    /** What was done for it elsewhere has failed. Any thread. */
    void failed(Throwable failure) {
        onHome(() -> end(failure));
    }

    /** The task, for the home thread; whatever it throws ends this connection and no other. */
    Runnable fenced(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (Throwable failure) {
                end(failure);
            }
        };
    }

    private void end(Throwable failure) {
        LOG.error("{} failed; its connection is closed", name(), failure);
        try {
            endOrRefuse(ReasonCode.UNSPECIFIED_ERROR, "internal error");
        } catch (Throwable again) {
            LOG.error("{} cannot be told so", name(), again);
            connection.close();
        }
    }

    // ---- the hand-over

    @Override
    public CompletionStage<HandOver> release() {
        CompletableFuture<HandOver> future = new CompletableFuture<>();
        engine.leave();
        switch (state) {
            case WAITING, CLOSED -> {
                state = State.CLOSED;
                leave();
                future.complete(HandOver.NOTHING_YET);
            }
            case CONNECTING -> giveBack(future);
            case OPENING -> {
                if (session == null || !engine.gate().isPassable()) {
                    giveBack(future); // if the session still comes, it finds this closed
                } else {
                    release = future; // the CONNACK is on its way
                }
            }
            case CONNECTED -> handOver(future);
        }
        return future;
    }

    /** The CONNECT is not answered: the next broker does that. */
    private void giveBack(CompletableFuture<HandOver> future) {
        if (challenged) {
            interrupted();
            future.complete(HandOver.NOTHING_YET);
            return;
        }
        state = State.CLOSED;
        leave();
        Session mine = session;
        if (mine != null) {
            mine.mailbox().post(() -> mine.detach(this, false));
        }
        future.complete(new HandOver(sent, null));
    }

    private void handOver(CompletableFuture<HandOver> future) {
        handedOver().whenComplete((left, failure) -> {
            if (failure == null) {
                future.complete(left);
            } else {
                future.completeExceptionally(failure);
            }
        });
    }

    /**
     * Completes when nothing of this connection is on its way any more. What comes out of the mailbox may have to be safe before
     * it is sent: that is waited for too, since the next broker takes all that is in flight for sent.
     */
    private CompletionStage<HandOver> handedOver() {
        CompletableFuture<?> decided = engine.undecided().whenNone();
        if (!decided.isDone()) {
            return decided.thenComposeAsync(all -> handedOver(), connection.executor());
        }
        return acks.whenEmpty().thenCompose(empty -> {
            CompletionStage<?> sent = engine.gate().isPassable() ? sendTheRest() : NOTHING_TO_SEND;
            boolean quiet = acks.size() == 0 && sent.toCompletableFuture().isDone();
            return quiet
                    ? CompletableFuture.completedFuture(handOver())
                    : sent.thenComposeAsync(more -> handedOver(), connection.executor());
        });
    }

    /** All that has arrived is sent; if that is not possible yet, the stage completes when it is worth calling again. */
    private CompletionStage<?> sendTheRest() {
        Session mine = dialog().session();
        mine.mailbox().drainNow();
        CompletionStage<?> sent = NOTHING_TO_SEND;
        if (state == State.CONNECTED) {
            if (access.isKnown()) { // otherwise they stay in flight, for the client's next connection
                sent = mine.outbound().finishResends();
            }
            if (sent.toCompletableFuture().isDone()) {
                mine.replays().finish();
            }
        }
        return sent;
    }

    private HandOver handOver() {
        if (dialog().isAuthenticating()) {
            end(ReasonCode.SERVER_BUSY, "the broker was replaced while it authenticated");
        }
        Session mine = dialog().session();
        if (state != State.CONNECTED) {
            return HandOver.NOTHING_YET; // it ended meanwhile
        }
        connection.flush();
        state = State.CLOSED;
        HandOver.Established established = new HandOver.Established(
                identified(),
                agreement(),
                connectedAtMillis,
                mine.toRecord(Qos.AT_MOST_ONCE),
                dialog().inboundAliases());
        mine.abandon();
        leave();
        engine.totals().ended(this);
        return new HandOver(connect, established);
    }

    /** Takes up what another broker left; the gate is still closed. */
    void resume(HandOver handOver) {
        Connect packet = handOver.connect();
        HandOver.Established established = handOver.established();
        if (packet == null) {
            connection.resumeReading();
            return;
        }
        connect = packet;
        if (established == null) {
            sent = packet;
            state = State.CONNECTING;
            holds.add(Reason.HANDSHAKE);
            return;
        }
        SessionRecord record = established.session();
        Session mine = engine.sessions().adopt(record, connection.executor());
        state = State.CONNECTED;
        session = mine;
        identity = established.identity();
        agreement = established.agreement();
        expiryIntervalSeconds = record.state().expiryIntervalSeconds();
        connectedAtMillis = established.connectedAtMillis();
        Dialog taken = beginDialog(mine);
        taken.restore(established.inboundAliases());
        taken.begin();
        holds.add(Reason.GATE);
        mine.reattach(this);
    }

    // ---- for the operator and the log

    Connection connection() {
        return connection;
    }

    /** What went over it. Any thread. */
    Tally tally() {
        return tally;
    }

    /** Whether it is a part of the broker's own process. Any thread. */
    boolean isInternal() {
        return internal;
    }

    ConnectionStatus status() {
        return new ConnectionStatus(
                connection.listener(),
                address(),
                version(),
                agreement().keepAliveSeconds(),
                connectedAtMillis,
                tally.messagesIn(),
                tally.messagesOut());
    }

    private String address() {
        return Addresses.text(connection.remoteAddress());
    }

    /** Its client identifier, if it has one yet, fit for the log. */
    String name() {
        Identity known = identity;
        Connect packet = connect;
        String id = known != null ? known.clientId() : packet != null ? packet.clientId() : "";
        return id.isEmpty() ? "A client" : Printable.text(id);
    }

    private Connect connectPacket() {
        return present(connect, "CONNECT");
    }

    private Session session() {
        return present(session, "session");
    }

    private Dialog dialog() {
        return present(dialog, "dialog");
    }

    /** Who it is: it was accepted. */
    Identity identified() {
        return present(identity, "identity");
    }

    private static <T> T present(@Nullable T value, String what) {
        if (value == null) {
            throw new IllegalStateException("a connection in this state has a " + what);
        }
        return value;
    }
}
