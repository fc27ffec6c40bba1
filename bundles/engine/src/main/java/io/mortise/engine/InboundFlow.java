// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Packet;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.PubAck;
import io.mortise.api.protocol.PubComp;
import io.mortise.api.protocol.PubRec;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.Topic;
import java.util.BitSet;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * What a client publishes on one connection: aliases, permission, duplicates, routing, acknowledgement (MQTT 5.0, 4.3).
 *
 * <p>Used on the home thread of its connection. A message is routed when it arrives, at QoS 2 too; its packet identifier is
 * kept until PUBREL, so that the same PUBLISH coming again is not routed again (4.3.3, method A).
 */
final class InboundFlow {
    private final Engine engine;
    private final ClientConnection client;
    private final Session session;
    private final AckQueue acks;
    private final TopicAliases aliases;
    private final int receiveMaximum;

    /** QoS 2 identifiers that came on an earlier connection: they do not count against this one (4.9). */
    private final BitSet carriedOver;

    InboundFlow(Engine engine, ClientConnection client, Session session, AckQueue acks) {
        this.engine = engine;
        this.client = client;
        this.session = session;
        this.acks = acks;
        this.aliases = new TopicAliases(client.agreement().topicAliasMaximum());
        this.receiveMaximum = client.agreement().receiveMaximum();
        this.carriedOver = session.inboundIds();
    }

    TopicAliases aliases() {
        return aliases;
    }

    /** A PUBLISH came in. */
    void publish(Publish publish) {
        Message message = aliases.resolve(publish);
        if (publish.qos() == Qos.AT_MOST_ONCE) {
            if (refusal(message) == ReasonCode.SUCCESS) {
                engine.publish(message, session);
            }
            return;
        }
        int packetId = publish.packetId();
        boolean exactlyOnce = publish.qos() == Qos.EXACTLY_ONCE;
        if (exactlyOnce && session.isInbound(packetId)) {
            acknowledge(new PubRec(packetId), engine.barrier(message));
            return;
        }
        if (acks.pubAcks() + session.inboundCount() - carriedOver.cardinality() >= receiveMaximum) {
            throw new ProtocolViolation(
                    ReasonCode.RECEIVE_MAXIMUM_EXCEEDED,
                    "more than " + receiveMaximum + " unacknowledged messages at QoS 1 and 2");
        }
        ReasonCode reasonCode = refusal(message);
        if (reasonCode == ReasonCode.SUCCESS) {
            int delivered = exactlyOnce ? publishOnce(message, packetId) : engine.publish(message, session);
            if (delivered == 0) {
                reasonCode = ReasonCode.NO_MATCHING_SUBSCRIBERS;
            }
        }
        Packet acknowledgement = exactlyOnce
                ? new PubRec(packetId, reasonCode, Properties.NONE)
                : new PubAck(packetId, reasonCode, Properties.NONE);
        acknowledge(acknowledgement, engine.barrier(message));
    }

    /** What fails on its way is no duplicate when it comes again. */
    private int publishOnce(Message message, int packetId) {
        try {
            session.inbound(packetId);
            return engine.publish(message, session);
        } catch (Throwable failure) {
            session.inboundDone(packetId);
            throw failure;
        }
    }

    /** A PUBREL came in: the identifier is free again. */
    void release(int packetId) {
        boolean known = session.inboundDone(packetId);
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

    private ReasonCode refusal(Message message) {
        if (message.topic().levelCount() > engine.settings().topic().levelsMaximum()) {
            return ReasonCode.TOPIC_NAME_INVALID;
        }
        return client.mayPublish(message) ? ReasonCode.SUCCESS : ReasonCode.NOT_AUTHORIZED;
    }
}
