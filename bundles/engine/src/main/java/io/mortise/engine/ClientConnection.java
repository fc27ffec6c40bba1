// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.auth.AuthenticationMethod;
import io.mortise.api.auth.ClientCertificate;
import io.mortise.api.auth.ConnectAttempt;
import io.mortise.api.auth.Identity;
import io.mortise.api.connection.Connection;
import io.mortise.api.connection.ConnectionHandler;
import io.mortise.api.connection.HandOver;
import io.mortise.api.connection.HandOver.Agreement;
import io.mortise.api.connection.SessionStatus.ConnectionStatus;
import io.mortise.api.protocol.Auth;
import io.mortise.api.protocol.ConnAck;
import io.mortise.api.protocol.Connect;
import io.mortise.api.protocol.Disconnect;
import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Packet;
import io.mortise.api.protocol.PacketType;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.PingResp;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.PubAck;
import io.mortise.api.protocol.PubComp;
import io.mortise.api.protocol.PubRec;
import io.mortise.api.protocol.PubRel;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.Subscribe;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.Unsubscribe;
import io.mortise.api.protocol.Will;
import io.mortise.api.store.SessionRecord;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
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

    /** Why nothing is read. */
    private enum Hold {
        GATE,
        HANDSHAKE,
        PERMISSIONS,
        ACKNOWLEDGEMENTS,
        CONGESTION,
        RATE;

        final int bit = 1 << ordinal();
    }

    // valid for ever
    private final Engine engine;
    private final Connection connection;
    private final AckQueue acks;
    private final Access access;
    private final boolean internal;
    private final @Nullable PublishRate rate;
    private State state = State.WAITING;
    private int holds;
    private @Nullable CompletableFuture<HandOver> release;

    /** Due when the connection ended: who takes the session over may ask before the session has noticed. */
    private @Nullable Will lastWill;

    // valid from the CONNECT on
    private @Nullable Connect connect;
    private @Nullable Handshake handshake;
    private boolean challenged;

    // valid from its acceptance on
    private @Nullable Identity identity;
    private @Nullable Payload authenticationData;
    private volatile boolean gone;

    // valid while connected
    private @Nullable Session session;
    private @Nullable InboundFlow inbound;
    private @Nullable SubscriptionFlow subscribing;
    private @Nullable Reauthentication reauthentication;
    private @Nullable OutboundAliases outboundAliases;
    private @Nullable KeepAlive keepAlive;
    private @Nullable Agreement agreement;
    private long expiryIntervalSeconds;
    private long connectedAtMillis;
    private long messagesIn;
    private long messagesOut;
    private long payloadBytesIn;
    private long payloadBytesOut;

    ClientConnection(Engine engine, Connection connection) {
        this.engine = engine;
        this.connection = connection;
        this.acks = new AckQueue(connection, this::cannotAcknowledge);
        this.access = new Access(engine, this);
        this.internal = connection.internalPrincipal() != null;
        this.rate = internal ? null : PublishRate.of(engine.settings().connection(), System.nanoTime());
    }

    // ---- what the wire says

    @Override
    public void received(Packet packet) {
        if (state == State.CONNECTED) {
            try {
                connected(packet);
            } catch (ProtocolViolation violation) {
                violated(violation);
            }
        } else if (state == State.WAITING && packet instanceof Connect first) {
            state = State.CONNECTING;
            connect = first;
            hold(Hold.HANDSHAKE);
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
            finish(false);
            connection.close();
            return;
        }
        try {
            asking.received(packet);
        } catch (ProtocolViolation violation) {
            violated(violation);
        }
    }

    private void connected(Packet packet) {
        if (packet instanceof Publish publish) { // by far the most frequent
            messagesIn++;
            payloadBytesIn += publish.message().payload().size();
            long met = engine.congestion().met();
            inbound().publish(publish);
            boolean busy = engine.congestion().met() != met || engine.memory().isFlooded();
            if (busy && !session().isCrowded() && !internal) {
                hold(Hold.CONGESTION);
                engine.congestion().await(() -> onHome(() -> unhold(Hold.CONGESTION)));
            }
            if (rate != null) {
                slowDown(rate, publish.message());
            }
            return;
        }
        Session mine = session();
        switch (packet.type()) {
            case PUBACK -> mine.outbound().acknowledged(((PubAck) packet).packetId());
            case PUBREC -> {
                PubRec pubRec = (PubRec) packet;
                if (pubRec.reasonCode().isError()) {
                    mine.outbound().refused(pubRec.packetId());
                } else {
                    mine.outbound().received(pubRec.packetId());
                }
            }
            case PUBREL -> inbound().release(((PubRel) packet).packetId());
            case PUBCOMP -> mine.outbound().completed(((PubComp) packet).packetId());
            case SUBSCRIBE -> subscribing().subscribe((Subscribe) packet);
            case UNSUBSCRIBE -> subscribing().unsubscribe((Unsubscribe) packet);
            case PINGREQ -> connection.send(PingResp.INSTANCE);
            case DISCONNECT -> disconnect((Disconnect) packet);
            case CONNECT -> throw unexpected("a second CONNECT");
            case AUTH -> reauthentication().received((Auth) packet);
            case PUBLISH, CONNACK, SUBACK, UNSUBACK, PINGRESP -> throw unexpected(packet.type() + " from a client");
        }
    }

    /** Reads nothing for a while if the client has published more than it may in this time. */
    private void slowDown(PublishRate limit, Message message) {
        int size = message.payload().size() + message.topic().utf8Length();
        long pauseNanos = limit.published(size, System.nanoTime());
        if (pauseNanos > 0) {
            hold(Hold.RATE);
            engine.counters().slowedDown();
            connection.executor().schedule(fenced(() -> unhold(Hold.RATE)), pauseNanos, TimeUnit.NANOSECONDS);
        }
    }

    private static ProtocolViolation unexpected(String what) {
        return new ProtocolViolation(ReasonCode.PROTOCOL_ERROR, what);
    }

    @Override
    public void readComplete() {
        if (state == State.CONNECTED) {
            keepAlive().heard();
            if (session().mayRun()) {
                session().drained();
            }
            if (acks.size() >= engine.settings().connection().receiveMaximum()
                    || acks.size() > 0 && !engine.acceptsFacts()) {
                hold(Hold.ACKNOWLEDGEMENTS);
                acks.whenEmpty().thenRun(() -> unhold(Hold.ACKNOWLEDGEMENTS));
            }
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
        finish(true);
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
        boolean sent = outboundAliases == null ? connection.send(publish) : sendShortened(publish, outboundAliases);
        if (sent) {
            messagesOut++;
            payloadBytesOut += publish.message().payload().size();
        }
        return sent;
    }

    private boolean sendShortened(Publish publish, OutboundAliases aliases) {
        Publish shortened = aliases.shorten(publish);
        if (connection.send(shortened)) {
            return true;
        }
        if (!OutboundAliases.tells(shortened)) {
            return false;
        }
        aliases.takeBack(shortened);
        return connection.send(publish); // which is shorter than with its first alias
    }

    private void giveAliases() {
        int maximum = new Terms(engine.settings(), engine.offer(), connectPacket()).outboundTopicAliasMaximum();
        outboundAliases = maximum == 0 ? null : new OutboundAliases(maximum);
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

    // ---- packets that are neither PUBLISH nor its acknowledgements

    private void disconnect(Disconnect packet) {
        long expiry = packet.properties().number(Property.SESSION_EXPIRY_INTERVAL, expiryIntervalSeconds);
        // 3.14.2.2.2
        if (version().hasProperties()
                && connectPacket().properties().number(Property.SESSION_EXPIRY_INTERVAL, 0) == 0
                && expiry > 0) {
            throw unexpected("a session expiry interval of " + expiry + " in DISCONNECT, after 0 in CONNECT");
        }
        session().expiryInterval(engine.expiryInterval(expiry));
        finish(packet.reasonCode() != ReasonCode.SUCCESS); // 3.1.2.5, 3.14.4
        connection.close();
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
            unhold(Hold.HANDSHAKE);
        } else {
            hold(Hold.HANDSHAKE);
        }
    }

    /** What a client shows an auth provider. */
    ConnectAttempt attempt(Connect packet, String clientId) {
        return new ConnectAttempt(
                clientId,
                username(packet),
                packet.password(),
                packet.version(),
                connection.listener(),
                connection.remoteAddress(),
                connection.localAddress(),
                connection.certificate());
    }

    /** In whose name the client comes: what its certificate proves goes over what it says. */
    @Nullable
    String username(Connect packet) {
        ClientCertificate certificate = connection.certificate();
        String proven = certificate == null ? null : certificate.username();
        return proven == null ? packet.username() : proven;
    }

    /**
     * The client is who it says: its session is being opened.
     *
     * @param finalData what its CONNACK tells it about its authentication
     */
    void opening(Identity accepted, @Nullable Payload finalData) {
        Connect packet = connectPacket();
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
                this::answered);
    }

    /** The CONNACK was sent. */
    private void answered() {
        Session mine = session();
        state = State.CONNECTED;
        connect = connectPacket().withoutPassword();
        inbound = new InboundFlow(engine, this, mine, acks);
        subscribing = new SubscriptionFlow(engine, this, access, mine, acks);
        giveAliases();
        if (LOG.isDebugEnabled()) {
            LOG.debug("{} connected from {}", name(), connection.remoteAddress());
        }
        mine.outbound().resend();
        mine.proceed();
        connection.flush();
        keepAlive = new KeepAlive(connection, agreement().keepAliveSeconds(), System::nanoTime, fenced(this::silent));
        keepAlive.start();
        if (!engine.gate().isOpen()) {
            hold(Hold.GATE);
        }
        unhold(Hold.HANDSHAKE);
        if (release != null) {
            handOver(release); // asked for while the CONNACK waited, so no item of the mailbox is running
        }
    }

    private Properties connAckProperties(String clientId) {
        return new Terms(engine.settings(), engine.offer(), connectPacket())
                .connAck(clientId, connection.maximumPacketSize(), authenticationData);
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
        Properties said = connect != null && version().hasProperties()
                ? Properties.builder()
                        .text(Property.SERVER_REFERENCE, referral.server())
                        .build()
                : Properties.NONE;
        if (state == State.CONNECTED) {
            end(referral.reasonCode(), referral.reason(), said);
        } else if (state == State.CONNECTING) {
            refuse(referral.reasonCode(), referral.reason(), said);
        }
    }

    private void refuse(ReasonCode reasonCode, String reason, Properties said) {
        engine.counters().answered(PacketType.CONNACK, reasonCode);
        LOG.info("{} refused from {}: {} ({})", name(), connection.remoteAddress(), reason, reasonCode);
        boolean understood = connect != null
                || reasonCode == ReasonCode.UNSUPPORTED_PROTOCOL_VERSION
                || reasonCode == ReasonCode.CLIENT_IDENTIFIER_NOT_VALID;
        if (understood && reasonCode.allowedIn(PacketType.CONNACK)) {
            connection.send(new ConnAck(false, reasonCode, said));
        }
        finish(false);
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
        engine.counters().answered(PacketType.DISCONNECT, reasonCode);
        LOG.info("{} disconnected: {} ({})", name(), reason, reasonCode);
        if (state == State.CONNECTED && version().hasProperties()) {
            ReasonCode code = reasonCode.allowedIn(PacketType.DISCONNECT) ? reasonCode : ReasonCode.UNSPECIFIED_ERROR;
            connection.send(new Disconnect(code, said));
        }
        finish(true);
        connection.close(reasonCode);
    }

    /** The reason, in words, for a client that wants problem information (3.1.2.11.7). */
    Properties problem(@Nullable String reason) {
        Connect packet = connect;
        if (reason == null
                || packet == null
                || !packet.version().hasProperties()
                || packet.properties().number(Property.REQUEST_PROBLEM_INFORMATION, 1) == 0) {
            return Properties.NONE;
        }
        return Properties.builder().text(Property.REASON_STRING, reason).build();
    }

    private void endOrRefuse(ReasonCode reasonCode, String reason) {
        if (state == State.CONNECTED) {
            end(reasonCode, reason);
        } else if (state != State.CLOSED) {
            refuse(reasonCode, reason);
        }
    }

    private void silent() {
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
    private void finish(boolean withWill) {
        if (state == State.CLOSED) {
            return;
        }
        Session mine = session;
        lastWill = withWill ? willToPublish() : null;
        boolean publishWill = lastWill != null;
        state = State.CLOSED;
        leave();
        engine.ended(this);
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
        if (handshake != null) {
            handshake.cancel();
            handshake = null;
        }
        if (reauthentication != null) {
            reauthentication.cancel();
        }
        if (keepAlive != null) {
            keepAlive.stop();
        }
        endAuthorization();
        acks.clear();
        engine.forget(this);
    }

    // ---- the gate

    /** Reads nothing until {@link #gateOpened()}. */
    void gateClosing() {
        if (state == State.CONNECTED) {
            hold(Hold.GATE);
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
        if (reauthentication != null && reauthentication.isBy(gone)) {
            end(ReasonCode.SERVER_BUSY, "its authentication method was replaced while it authenticated");
        }
    }

    /** Completes when all that was earned so far is acknowledged. */
    CompletionStage<?> acknowledged() {
        return acks.whenEmpty();
    }

    /** Goes on; asks for permissions again if another authorizer is there. */
    void gateOpened() {
        if (!engine.gate().isOpen()) {
            return;
        }
        Connect packet = connect;
        Identity known = identity;
        if (state == State.CONNECTING && packet != null && handshake == null) {
            beginHandshake(packet);
        } else if (known != null && state != State.CLOSED) {
            if (!access.isCurrent()) {
                askAgain(known);
            }
            unhold(Hold.GATE);
            if (session != null) {
                session.proceed();
            }
        }
    }

    private void askAgain(Identity known) {
        hold(Hold.PERMISSIONS);
        endAuthorization();
        Runnable granted = () -> {
            unhold(Hold.PERMISSIONS);
            if (session != null) {
                session.proceed();
                session.mailbox().wake();
            }
        };
        Runnable tooLate = () -> endOrRefuse(ReasonCode.NOT_AUTHORIZED, "no answer about its permissions");
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

    private void hold(Hold reason) {
        if (holds == 0) {
            connection.pauseReading();
            if (keepAlive != null) {
                keepAlive.pause();
            }
        }
        holds |= reason.bit;
    }

    private void unhold(Hold reason) {
        if (holds == 0) {
            return;
        }
        holds &= ~reason.bit;
        if (holds == 0 && state != State.CLOSED) {
            if (keepAlive != null) {
                keepAlive.resume();
            }
            connection.resumeReading();
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
        future.complete(new HandOver(connect, null));
    }

    private void handOver(CompletableFuture<HandOver> future) {
        acks.whenEmpty().thenApply(empty -> handOver()).whenComplete((left, failure) -> {
            if (failure == null) {
                future.complete(left);
            } else {
                future.completeExceptionally(failure);
            }
        });
    }

    private HandOver handOver() {
        if (reauthentication != null && reauthentication.isUnderWay()) {
            end(ReasonCode.SERVER_BUSY, "the broker was replaced while it authenticated");
        }
        Session mine = session();
        boolean passable = engine.gate().isPassable();
        if (passable) {
            mine.mailbox().drainNow();
        }
        if (state != State.CONNECTED) {
            return HandOver.NOTHING_YET; // it ended meanwhile
        }
        if (passable) {
            if (access.isKnown()) { // otherwise they stay in flight, for the client's next connection
                mine.outbound().finishResends();
            }
            mine.finishReplays();
        }
        connection.flush();
        state = State.CLOSED;
        HandOver.Established established = new HandOver.Established(
                identified(),
                agreement(),
                connectedAtMillis,
                mine.toRecord(Qos.AT_MOST_ONCE),
                inbound().aliases().known());
        mine.abandon();
        leave();
        engine.ended(this);
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
            state = State.CONNECTING;
            hold(Hold.HANDSHAKE);
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
        inbound = new InboundFlow(engine, this, mine, acks);
        subscribing = new SubscriptionFlow(engine, this, access, mine, acks);
        giveAliases();
        inbound.restore(established.inboundAliases());
        keepAlive = new KeepAlive(connection, agreement().keepAliveSeconds(), System::nanoTime, fenced(this::silent));
        keepAlive.start();
        hold(Hold.GATE);
        mine.reattach(this);
    }

    // ---- for the operator and the log

    Connection connection() {
        return connection;
    }

    /** How many messages came in and went out. Any thread; may be a little behind. */
    long messagesIn() {
        return messagesIn;
    }

    long messagesOut() {
        return messagesOut;
    }

    long payloadBytesIn() {
        return payloadBytesIn;
    }

    long payloadBytesOut() {
        return payloadBytesOut;
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
                messagesIn,
                messagesOut);
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

    private InboundFlow inbound() {
        return present(inbound, "session");
    }

    private SubscriptionFlow subscribing() {
        return present(subscribing, "session");
    }

    private Reauthentication reauthentication() {
        if (reauthentication == null) {
            reauthentication = new Reauthentication(engine, this, connectPacket(), identified());
        }
        return reauthentication;
    }

    private KeepAlive keepAlive() {
        return present(keepAlive, "session");
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
