// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.auth.Identity;
import io.mortise.api.connection.HandOver.Capabilities;
import io.mortise.api.intercept.Decision;
import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Packet;
import io.mortise.api.protocol.PacketType;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.PubAck;
import io.mortise.api.protocol.PubComp;
import io.mortise.api.protocol.PubRec;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.Topic;
import io.mortise.api.store.SessionStore;
import java.util.BitSet;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a client publishes on one connection: aliases, permission, duplicates, routing, acknowledgement (MQTT 5.0, 4.3).
 *
 * <p>Used on the home thread of its connection. A message is routed when it arrives, at QoS 2 too; its packet identifier is
 * kept until PUBREL, so that the same PUBLISH coming again is not routed again (4.3.3, method A).
 */
final class InboundFlow {
    private static final Logger LOG = LoggerFactory.getLogger(InboundFlow.class);

    /** What the acknowledgement of a message that was refused waits for, besides those before it. */
    private static final CompletionStage<Void> NOTHING_KEPT = CompletableFuture.completedFuture(null);

    /** After so many deliveries the memory is looked at, within a burst too. */
    private static final int DELIVERIES_TO_JUDGE = 256;

    private final Engine engine;
    private final ClientConnection client;
    private final Session session;
    private final AckQueue acks;
    private final Interception interception;
    private final LongConsumer routed;
    private final TopicAliases aliases;
    private final int receiveMaximum;
    private int deliveries;

    /** {@code null} if there are none. */
    private final @Nullable Restrictions restrictions;

    /** QoS 2 identifiers that came on an earlier connection: they do not count against this one (4.9). */
    private final BitSet carriedOver;

    /**
     * Of one connection.
     *
     * @param routed told after each message that was routed how often anybody had met congestion before
     */
    InboundFlow(
            Engine engine,
            ClientConnection client,
            Session session,
            AckQueue acks,
            Interception interception,
            LongConsumer routed) {
        this.engine = engine;
        this.client = client;
        this.session = session;
        this.acks = acks;
        this.interception = interception;
        this.routed = routed;
        this.aliases = new TopicAliases(client.agreement().topicAliasMaximum());
        this.receiveMaximum = client.agreement().receiveMaximum();
        Capabilities offered = client.agreement().capabilities();
        this.restrictions = offered.equals(Capabilities.ALL) ? null : new Restrictions(offered);
        this.carriedOver = session.inboundIds().copy();
    }

    TopicAliases aliases() {
        return aliases;
    }

    /** A PUBLISH came in. */
    void publish(Publish publish) {
        if (restrictions != null) {
            restrictions.check(publish);
        }
        Message message = aliases.resolve(publish);
        if (publish.qos() != Qos.AT_MOST_ONCE && isRepeated(publish, message)) {
            return;
        }
        InterceptorChain<Identity, Message> interceptors =
                engine.gate().parts().interceptors().publishes();
        if (interceptors == null || client.isInternal()) {
            goOn(publish, message);
        } else {
            interception.await(interceptors.ask(client.identified(), message), decision -> decided(publish, decision));
        }
    }

    /** Whether the message came before, and is acknowledged again (4.3.3); if not, there is to be room for it (4.9). */
    private boolean isRepeated(Publish publish, Message message) {
        if (publish.qos() == Qos.EXACTLY_ONCE && session.inboundIds().contains(publish.packetId())) {
            acknowledge(new PubRec(publish.packetId()), engine.barrier(message));
            return true;
        }
        if (acks.pubAcks() + session.inboundIds().count() - carriedOver.cardinality() >= receiveMaximum) {
            throw new ProtocolViolation(
                    ReasonCode.RECEIVE_MAXIMUM_EXCEEDED,
                    "more than " + receiveMaximum + " unacknowledged messages at QoS 1 and 2");
        }
        return false;
    }

    /** Interceptors have decided, or one of them has failed. */
    private void decided(Publish publish, @Nullable Decision<Message> decision) {
        if (decision instanceof Decision.Proceed<Message> proceed && Rewritten.isSound(proceed.value())) {
            goOn(publish, proceed.value());
        } else if (decision instanceof Decision.Refuse<Message> refusal) {
            if (publish.qos() != Qos.AT_MOST_ONCE) {
                acknowledge(
                        publish, told(refused(refusal.reasonCode())), client.problem(refusal.reason()), NOTHING_KEPT);
            }
        } else {
            refused(ReasonCode.UNSPECIFIED_ERROR);
            if (publish.qos() != Qos.AT_MOST_ONCE) {
                refuse(publish, ReasonCode.UNSPECIFIED_ERROR, NOTHING_KEPT);
            }
        }
    }

    /** What is to be published is this message, whatever the client has sent. */
    private void goOn(Publish publish, Message message) {
        if (publish.qos() == Qos.AT_MOST_ONCE) {
            publishUnacknowledged(message);
            return;
        }
        ReasonCode reasonCode;
        CompletionStage<Void> barrier;
        try {
            reasonCode = publish(message, publish.qos() == Qos.EXACTLY_ONCE ? publish.packetId() : 0);
            barrier = engine.barrier(message);
        } catch (Throwable failure) { // of a part: what it has not done is not acknowledged
            LOG.error("What {} published could not be kept or routed, and is refused", client.name(), failure);
            reasonCode = refused(ReasonCode.UNSPECIFIED_ERROR);
            barrier = NOTHING_KEPT;
        }
        if (reasonCode.isError()) {
            refuse(publish, reasonCode, barrier);
        } else {
            acknowledge(publish, reasonCode, Properties.NONE, barrier);
        }
    }

    private void refuse(Publish publish, ReasonCode reasonCode, CompletionStage<Void> barrier) {
        String reason = explanation(reasonCode);
        if (reasonCode == ReasonCode.UNSPECIFIED_ERROR && !client.version().hasProperties()) {
            // 3.1.1, 3.3.5: there is no other way to say so; it publishes the message again when it comes back
            client.end(reasonCode, reason);
            return;
        }
        acknowledge(publish, reasonCode, client.problem(reason), barrier);
    }

    private static ReasonCode told(ReasonCode reasonCode) {
        return reasonCode.allowedIn(PacketType.PUBACK) ? reasonCode : ReasonCode.UNSPECIFIED_ERROR;
    }

    private void acknowledge(Publish publish, ReasonCode reasonCode, Properties said, CompletionStage<Void> barrier) {
        Packet acknowledgement = publish.qos() == Qos.EXACTLY_ONCE
                ? new PubRec(publish.packetId(), reasonCode, said)
                : new PubAck(publish.packetId(), reasonCode, said);
        acknowledge(acknowledgement, barrier);
    }

    /**
     * Publishes what is to be acknowledged, if it may be.
     *
     * @param packetId at QoS 2; 0 at QoS 1
     */
    private ReasonCode publish(Message message, int packetId) {
        SessionStore store = engine.gate().parts().sessionStore();
        ReasonCode refusal = refusal(message);
        if (refusal != ReasonCode.SUCCESS) {
            return refusal;
        }
        if (!store.isAccepting() && client.version().hasProperties()) {
            return ReasonCode.QUOTA_EXCEEDED; // others are not told, but held
        }
        int delivered;
        store.begin(); // the identifier, the message for each session, and what is retained: all or nothing
        try {
            delivered = packetId == 0 ? route(message) : publishOnce(message, packetId);
        } finally {
            store.end();
        }
        if (delivered == Publications.NOT_KEPT) {
            return refused(ReasonCode.UNSPECIFIED_ERROR);
        }
        return delivered == 0 ? ReasonCode.NO_MATCHING_SUBSCRIBERS : ReasonCode.SUCCESS;
    }

    private int route(Message message) {
        long metBefore = engine.congestion().met();
        boolean timed = client.tally().isTimed();
        long begun = timed ? System.nanoTime() : 0;
        int delivered = engine.publish(message, session);
        if (timed) {
            engine.routerTook(System.nanoTime() - begun);
        }
        routed.accept(metBefore);
        deliveries += Math.max(0, delivered);
        if (deliveries >= DELIVERIES_TO_JUDGE) {
            deliveries = 0;
            engine.memory().judge();
        }
        return delivered;
    }

    private void publishUnacknowledged(Message message) {
        ReasonCode reasonCode = refusal(message);
        if (reasonCode == ReasonCode.SUCCESS) {
            route(message);
        } else if (reasonCode == ReasonCode.PAYLOAD_FORMAT_INVALID) {
            throw new ProtocolViolation(
                    reasonCode, explanation(reasonCode)); // 3.3.2.3.2: there is no other way to say so
        }
    }

    /** What fails on its way is no duplicate when it comes again. */
    private int publishOnce(Message message, int packetId) {
        boolean published = false;
        try {
            session.inboundIds().add(packetId);
            int delivered = route(message);
            published = delivered != Publications.NOT_KEPT;
            return delivered;
        } finally {
            if (!published) {
                session.inboundIds().remove(packetId);
            }
        }
    }

    /** A PUBREL came in: the identifier is free again. */
    void release(int packetId) {
        boolean known = session.inboundIds().remove(packetId);
        carriedOver.clear(packetId);
        ReasonCode reasonCode = known ? ReasonCode.SUCCESS : ReasonCode.PACKET_IDENTIFIER_NOT_FOUND;
        acknowledge(
                new PubComp(packetId, reasonCode, Properties.NONE),
                session.facts().barrier());
    }

    void restore(Map<Integer, Topic> inboundAliases) {
        aliases.restore(inboundAliases);
    }

    private void acknowledge(Packet acknowledgement, CompletionStage<Void> barrier) {
        client.acknowledge(acknowledgement, barrier);
    }

    /** Why the message is not published; a client that cannot be told so is not. */
    private ReasonCode refusal(Message message) {
        if (!engine.settings().topic().allows(message.topic())) {
            return refused(ReasonCode.TOPIC_NAME_INVALID);
        }
        if (engine.offer().payloadFormatValidated()
                && !PayloadFormat.isAsSaid(message.properties(), message.payload())) {
            return refused(ReasonCode.PAYLOAD_FORMAT_INVALID);
        }
        if (!client.mayPublish(message)) {
            return refused(ReasonCode.NOT_AUTHORIZED);
        }
        if (message.retain()
                && !message.payload().isEmpty()
                && !engine.retained().hasRoomFor(message)) {
            return refused(ReasonCode.QUOTA_EXCEEDED);
        }
        return ReasonCode.SUCCESS;
    }

    private ReasonCode refused(ReasonCode reasonCode) {
        engine.counters().answered(PacketType.PUBACK, reasonCode);
        return reasonCode;
    }

    private String explanation(ReasonCode refusal) {
        return switch (refusal) {
            case TOPIC_NAME_INVALID -> "the topic name has too many levels or bytes";
            case QUOTA_EXCEEDED -> "there is no room for this message now";
            case PAYLOAD_FORMAT_INVALID -> "the payload is not UTF-8, as its Payload Format Indicator says";
            case UNSPECIFIED_ERROR -> "the message could not be kept or routed: a part of the broker has failed";
            default -> "it may not publish to this topic";
        };
    }
}
