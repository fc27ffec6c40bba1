// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.protocol.PacketType;
import io.mortise.api.protocol.Properties;
import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.SubAck;
import io.mortise.api.protocol.Subscribe;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.TopicFilter;
import io.mortise.api.protocol.UnsubAck;
import io.mortise.api.protocol.Unsubscribe;
import java.util.ArrayList;
import java.util.List;

/**
 * What a client subscribes to on one connection, and what it no longer does (MQTT 5.0, 3.8.4, 3.10.4).
 *
 * <p>Used on the home thread of its connection.
 */
final class SubscriptionFlow {
    private final Engine engine;
    private final Access access;
    private final Session session;
    private final AckQueue acks;

    SubscriptionFlow(Engine engine, Access access, Session session, AckQueue acks) {
        this.engine = engine;
        this.access = access;
        this.session = session;
        this.acks = acks;
    }

    /** A SUBSCRIBE came in. */
    void subscribe(Subscribe packet) {
        List<ReasonCode> reasonCodes = new ArrayList<>(packet.subscriptions().size());
        List<Session.Replay> due = new ArrayList<>();
        for (Subscription subscription : packet.subscriptions()) {
            TopicFilter filter = subscription.filter();
            if (filter.isShared() && subscription.noLocal()) { // 3.8.3.1
                throw new ProtocolViolation(ReasonCode.PROTOCOL_ERROR, "No Local on a shared subscription");
            }
            ReasonCode reasonCode;
            if (!engine.settings().topic().allows(filter)) {
                reasonCode = ReasonCode.TOPIC_FILTER_INVALID;
            } else if (!access.maySubscribe(filter)) {
                reasonCode = ReasonCode.NOT_AUTHORIZED;
            } else if (!session.facts().isAccepting()) {
                reasonCode = ReasonCode.QUOTA_EXCEEDED;
            } else {
                reasonCode = session.subscribe(subscription, due);
            }
            if (reasonCode.isError()) {
                engine.counters().answered(PacketType.SUBACK, reasonCode);
            }
            reasonCodes.add(reasonCode);
        }
        acks.add(
                new SubAck(packet.packetId(), reasonCodes, Properties.NONE),
                session.facts().barrier(),
                () -> session.replay(due));
    }

    /** An UNSUBSCRIBE came in. */
    void unsubscribe(Unsubscribe packet) {
        List<ReasonCode> reasonCodes = new ArrayList<>(packet.filters().size());
        for (TopicFilter filter : packet.filters()) {
            reasonCodes.add(session.unsubscribe(filter));
        }
        acks.add(
                new UnsubAck(packet.packetId(), reasonCodes, Properties.NONE),
                session.facts().barrier());
    }
}
