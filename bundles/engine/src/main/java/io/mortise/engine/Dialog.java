// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.auth.AuthenticationMethod;
import io.mortise.api.connection.Connection;
import io.mortise.api.protocol.Auth;
import io.mortise.api.protocol.Connect;
import io.mortise.api.protocol.Disconnect;
import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Packet;
import io.mortise.api.protocol.PingResp;
import io.mortise.api.protocol.Property;
import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.PubAck;
import io.mortise.api.protocol.PubComp;
import io.mortise.api.protocol.PubRec;
import io.mortise.api.protocol.PubRel;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.Subscribe;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.Unsubscribe;
import io.mortise.engine.Holds.Reason;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a client says from its CONNACK to the end of its connection: each packet goes to the part that it is for.
 *
 * <p>Used on the home thread of the connection.
 */
final class Dialog {
    private final Engine engine;
    private final ClientConnection client;
    private final Connection connection;
    private final Connect connect;
    private final Session session;
    private final AckQueue acks;
    private final Holds holds;
    private final Tally tally;
    private final InboundFlow inbound;
    private final SubscriptionFlow subscribing;
    private final Interception interception;
    private final MessageSender sender;
    private final KeepAlive keepAlive;
    private final Reauthentication reauthentication;
    private final boolean internal;
    private final @Nullable PublishRate rate;

    /** Not begun: the client is not expected to be heard. */
    Dialog(
            Engine engine,
            ClientConnection client,
            Connect connect,
            Session session,
            Access access,
            AckQueue acks,
            Holds holds,
            Tally tally) {
        this.engine = engine;
        this.client = client;
        this.connection = client.connection();
        this.connect = connect;
        this.session = session;
        this.acks = acks;
        this.holds = holds;
        this.tally = tally;
        this.interception = new Interception(engine, client, holds);
        this.inbound = new InboundFlow(engine, client, session, acks, interception, this::judgeCongestion);
        this.subscribing = new SubscriptionFlow(engine, client, access, session, acks, interception);
        Terms terms = new Terms(engine.settings(), engine.offer(), connect);
        this.sender = new MessageSender(connection, tally, terms.outboundTopicAliasMaximum());
        this.keepAlive = new KeepAlive(
                connection, client.agreement().keepAliveSeconds(), System::nanoTime, client.fenced(client::silent));
        this.reauthentication = new Reauthentication(engine, client, connect, client.identified());
        this.internal = client.isInternal();
        this.rate = internal ? null : PublishRate.of(engine.settings().connection(), System.nanoTime());
    }

    /** From now on the client is to be heard. */
    void begin() {
        keepAlive.start();
        holds.measure(keepAlive);
    }

    void end() {
        interception.end();
        reauthentication.cancel();
        keepAlive.stop();
    }

    Session session() {
        return session;
    }

    /** The topic aliases that the client has set. */
    Map<Integer, Topic> inboundAliases() {
        return inbound.aliases().known();
    }

    /** The client has set these topic aliases already. */
    void restore(Map<Integer, Topic> inboundAliases) {
        inbound.restore(inboundAliases);
    }

    /** Sends a message; {@code false} if it is too large for the client. */
    boolean send(Publish publish) {
        return sender.send(publish);
    }

    /** Completes when interceptors have decided about all that has come in, on the home thread. */
    CompletionStage<@Nullable Void> whenDecided() {
        return interception.whenIdle();
    }

    /** Whether the client authenticates anew. */
    boolean isAuthenticating() {
        return reauthentication.isUnderWay();
    }

    /** Whether it does so by this method. */
    boolean isAuthenticatingBy(AuthenticationMethod method) {
        return reauthentication.isBy(method);
    }

    /** A packet came in. */
    void received(Packet packet) {
        if (interception.isPending()) {
            interception.park(packet);
            return;
        }
        if (packet instanceof Publish publish) { // by far the most frequent
            publish(publish);
            return;
        }
        switch (packet.type()) {
            case PUBACK -> session.outbound().acknowledged(((PubAck) packet).packetId());
            case PUBREC -> {
                PubRec pubRec = (PubRec) packet;
                if (pubRec.reasonCode().isError()) {
                    session.outbound().refused(pubRec.packetId());
                } else {
                    session.outbound().received(pubRec.packetId());
                }
            }
            case PUBREL -> inbound.release(((PubRel) packet).packetId());
            case PUBCOMP -> session.outbound().completed(((PubComp) packet).packetId());
            case SUBSCRIBE -> subscribing.subscribe((Subscribe) packet);
            case UNSUBSCRIBE -> subscribing.unsubscribe((Unsubscribe) packet);
            case PINGREQ -> connection.send(PingResp.INSTANCE);
            case DISCONNECT -> disconnect((Disconnect) packet);
            case CONNECT -> throw unexpected("a second CONNECT");
            case AUTH -> reauthentication.received((Auth) packet);
            case PUBLISH, CONNACK, SUBACK, UNSUBACK, PINGRESP -> throw unexpected(packet.type() + " from a client");
        }
    }

    private static ProtocolViolation unexpected(String what) {
        return new ProtocolViolation(ReasonCode.PROTOCOL_ERROR, what);
    }

    private void publish(Publish publish) {
        tally.received(publish.message());
        inbound.publish(publish);
        if (rate != null) {
            slowDown(rate, publish.message());
        }
    }

    /** A message was routed; {@code metBefore} is how often anybody had met congestion before. */
    private void judgeCongestion(long metBefore) {
        boolean busy = engine.congestion().met() != metBefore || engine.memory().isFlooded();
        if (busy && !session.isCrowded() && !internal) {
            holds.add(Reason.CONGESTION);
            engine.congestion().await(() -> client.onHome(() -> holds.remove(Reason.CONGESTION)));
        }
    }

    /** Reads nothing for a while if the client has published more than it may in this time. */
    private void slowDown(PublishRate limit, Message message) {
        int size = message.payload().size() + message.topic().utf8Length();
        long pauseNanos = limit.published(size, System.nanoTime());
        if (pauseNanos > 0) {
            holds.add(Reason.RATE);
            engine.counters().slowedDown();
            connection
                    .executor()
                    .schedule(client.fenced(() -> holds.remove(Reason.RATE)), pauseNanos, TimeUnit.NANOSECONDS);
        }
    }

    private void disconnect(Disconnect packet) {
        long expiry = packet.properties().number(Property.SESSION_EXPIRY_INTERVAL, client.expiryIntervalSeconds());
        // 3.14.2.2.2
        if (connect.version().hasProperties()
                && connect.properties().number(Property.SESSION_EXPIRY_INTERVAL, 0) == 0
                && expiry > 0) {
            throw unexpected("a session expiry interval of " + expiry + " in DISCONNECT, after 0 in CONNECT");
        }
        session.expiryInterval(engine.expiryInterval(expiry));
        client.disconnected(packet.reasonCode());
    }

    /** What was read at once has come in. */
    void readComplete() {
        keepAlive.heard();
        if (session.mayRun()) {
            session.drained();
        }
        if (acks.size() >= engine.settings().connection().receiveMaximum()
                || acks.size() > 0 && !engine.acceptsFacts()) {
            holds.add(Reason.ACKNOWLEDGEMENTS);
            acks.whenEmpty().thenRun(() -> holds.remove(Reason.ACKNOWLEDGEMENTS));
        }
    }
}
