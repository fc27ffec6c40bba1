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
import org.jspecify.annotations.Nullable;

/**
 * What a client subscribes to on one connection, and what it no longer does (MQTT 5.0, 3.8.4, 3.10.4).
 *
 * <p>Used on the home thread of its connection.
 */
final class SubscriptionFlow {
    private final Engine engine;
    private final ClientConnection client;
    private final Access access;
    private final Session session;
    private final AckQueue acks;
    private final Restrictions restrictions;

    SubscriptionFlow(Engine engine, ClientConnection client, Access access, Session session, AckQueue acks) {
        this.engine = engine;
        this.client = client;
        this.access = access;
        this.session = session;
        this.acks = acks;
        this.restrictions = new Restrictions(client.agreement().capabilities());
    }

    /** A SUBSCRIBE came in. */
    void subscribe(Subscribe packet) {
        List<ReasonCode> reasonCodes = new ArrayList<>(packet.subscriptions().size());
        List<Replays.Replay> due = new ArrayList<>();
        for (Subscription subscription : packet.subscriptions()) {
            check(subscription);
        }
        for (Subscription subscription : packet.subscriptions()) {
            ReasonCode refusal = refusal(subscription);
            ReasonCode reasonCode = refusal == null
                    ? session.subscriptions().subscribe(restrictions.granted(subscription), due)
                    : refusal;
            if (reasonCode.isError()) {
                engine.counters().answered(PacketType.SUBACK, reasonCode);
            }
            reasonCodes.add(reasonCode);
        }
        acks.add(
                new SubAck(packet.packetId(), reasonCodes, explained(reasonCodes)),
                session.facts().barrier(),
                () -> session.replays().add(due));
    }

    /** What breaks the protocol makes no subscription at all. */
    private void check(Subscription subscription) {
        if (subscription.filter().isShared() && subscription.noLocal()) { // 3.8.3.1
            throw new ProtocolViolation(ReasonCode.PROTOCOL_ERROR, "No Local on a shared subscription");
        }
        ReasonCode missing = restrictions.missing(subscription);
        if (missing != null && client.version().hasProperties()) {
            throw Restrictions.violation(missing);
        }
    }

    private @Nullable ReasonCode refusal(Subscription subscription) {
        TopicFilter filter = subscription.filter();
        if (!engine.settings().topic().allows(filter)) {
            return ReasonCode.TOPIC_FILTER_INVALID;
        }
        ReasonCode missing = restrictions.missing(subscription);
        if (missing != null) {
            return missing;
        }
        if (!access.maySubscribe(filter)) {
            return ReasonCode.NOT_AUTHORIZED;
        }
        return session.facts().isAccepting() ? null : ReasonCode.QUOTA_EXCEEDED;
    }

    /** Says why the first of those that were refused was. */
    private Properties explained(List<ReasonCode> reasonCodes) {
        for (int i = 0; i < reasonCodes.size(); i++) {
            if (reasonCodes.get(i).isError()) {
                String which = reasonCodes.size() == 1 ? "" : "subscription " + (i + 1) + ": ";
                return client.problem(which + explanation(reasonCodes.get(i)));
            }
        }
        return Properties.NONE;
    }

    private String explanation(ReasonCode refusal) {
        return switch (refusal) {
            case TOPIC_FILTER_INVALID -> "the topic filter has too many levels or bytes";
            case QUOTA_EXCEEDED -> "there is no room for another subscription now";
            default -> "it may not subscribe to this";
        };
    }

    /** An UNSUBSCRIBE came in. */
    void unsubscribe(Unsubscribe packet) {
        List<ReasonCode> reasonCodes = new ArrayList<>(packet.filters().size());
        for (TopicFilter filter : packet.filters()) {
            reasonCodes.add(session.subscriptions().unsubscribe(filter));
        }
        acks.add(
                new UnsubAck(packet.packetId(), reasonCodes, Properties.NONE),
                session.facts().barrier());
    }
}
