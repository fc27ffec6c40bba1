// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.auth.Identity;
import io.mortise.api.intercept.ClientEvent;
import io.mortise.api.intercept.Decision;
import io.mortise.api.protocol.PacketType;
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
    private final Interception interception;
    private final Restrictions restrictions;

    SubscriptionFlow(
            Engine engine,
            ClientConnection client,
            Access access,
            Session session,
            AckQueue acks,
            Interception interception) {
        this.engine = engine;
        this.client = client;
        this.access = access;
        this.session = session;
        this.acks = acks;
        this.interception = interception;
        this.restrictions = new Restrictions(client.agreement().capabilities());
    }

    /** A SUBSCRIBE came in. */
    void subscribe(Subscribe packet) {
        for (Subscription subscription : packet.subscriptions()) {
            check(subscription);
        }
        InterceptorChain<Identity, Subscription> interceptors =
                engine.gate().parts().interceptors().subscriptions();
        if (interceptors == null || client.isInternal()) {
            subscribe(packet, unchanged(packet.subscriptions()));
        } else {
            interception.await(
                    interceptors.askEach(client.identified(), packet.subscriptions()),
                    decisions -> subscribe(packet, decisions));
        }
    }

    private static <T> List<Decision<T>> unchanged(List<T> values) {
        List<Decision<T>> decisions = new ArrayList<>(values.size());
        values.forEach(value -> decisions.add(new Decision.Proceed<>(value)));
        return decisions;
    }

    /**
     * Subscribes to what was decided.
     *
     * @param decisions {@code null} if an interceptor has failed: nothing passes
     */
    private void subscribe(Subscribe packet, @Nullable List<Decision<Subscription>> decisions) {
        int count = packet.subscriptions().size();
        List<ReasonCode> reasonCodes = new ArrayList<>(count);
        List<Replays.Replay> due = new ArrayList<>();
        String problem = null;
        for (int i = 0; i < count; i++) {
            Decision<Subscription> decision = decisions == null ? failed() : decisions.get(i);
            ReasonCode reasonCode = subscribe(decision, due);
            if (reasonCode.isError()) {
                engine.counters().answered(PacketType.SUBACK, reasonCode);
                if (problem == null) { // says why the first of those that were refused was
                    String which = count == 1 ? "" : "subscription " + (i + 1) + ": ";
                    problem = which + explanation(decision, reasonCode);
                }
            }
            reasonCodes.add(reasonCode);
        }
        acks.add(
                new SubAck(packet.packetId(), reasonCodes, client.problem(problem)),
                session.facts().barrier(),
                () -> session.replays().add(due));
    }

    private static <T> Decision<T> failed() {
        return new Decision.Refuse<>(ReasonCode.UNSPECIFIED_ERROR, "a part of the broker has failed");
    }

    private ReasonCode subscribe(Decision<Subscription> decision, List<Replays.Replay> due) {
        if (decision instanceof Decision.Refuse<Subscription> refused) {
            return told(refused.reasonCode(), PacketType.SUBACK);
        }
        Subscription subscription = ((Decision.Proceed<Subscription>) decision).value();
        ReasonCode refusal = refusal(subscription);
        if (refusal != null) {
            return refusal;
        }
        Subscription granted = restrictions.granted(subscription);
        ReasonCode reasonCode = session.subscriptions().subscribe(granted, due);
        if (!reasonCode.isError() && engine.observers().areThere()) {
            engine.observers().tell(new ClientEvent.Subscribed(client.identified(), granted));
        }
        return reasonCode;
    }

    private static ReasonCode told(ReasonCode reasonCode, PacketType answer) {
        return reasonCode.allowedIn(answer) ? reasonCode : ReasonCode.UNSPECIFIED_ERROR;
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
        if (!Rewritten.isSound(subscription)) {
            return ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR;
        }
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

    private static String explanation(Decision<Subscription> decision, ReasonCode refusal) {
        return decision instanceof Decision.Refuse<Subscription> refused ? refused.reason() : explanation(refusal);
    }

    private static String explanation(ReasonCode refusal) {
        return switch (refusal) {
            case TOPIC_FILTER_INVALID -> "the topic filter has too many levels or bytes";
            case QUOTA_EXCEEDED -> "there is no room for another subscription now";
            case IMPLEMENTATION_SPECIFIC_ERROR -> "an interceptor has made something impossible of it";
            default -> "it may not subscribe to this";
        };
    }

    /** An UNSUBSCRIBE came in. */
    void unsubscribe(Unsubscribe packet) {
        InterceptorChain<Identity, TopicFilter> interceptors =
                engine.gate().parts().interceptors().unsubscriptions();
        if (interceptors == null || client.isInternal()) {
            unsubscribe(packet, unchanged(packet.filters()));
        } else {
            interception.await(
                    interceptors.askEach(client.identified(), packet.filters()),
                    decisions -> unsubscribe(packet, decisions));
        }
    }

    private void unsubscribe(Unsubscribe packet, @Nullable List<Decision<TopicFilter>> decisions) {
        List<ReasonCode> reasonCodes = new ArrayList<>(packet.filters().size());
        String problem = null;
        for (int i = 0; i < packet.filters().size(); i++) {
            Decision<TopicFilter> decision = decisions == null ? failed() : decisions.get(i);
            if (decision instanceof Decision.Refuse<TopicFilter> refused) {
                ReasonCode reasonCode = told(refused.reasonCode(), PacketType.UNSUBACK);
                engine.counters().answered(PacketType.UNSUBACK, reasonCode);
                problem = problem == null ? refused.reason() : problem;
                reasonCodes.add(reasonCode);
            } else {
                reasonCodes.add(unsubscribe(((Decision.Proceed<TopicFilter>) decision).value()));
            }
        }
        acks.add(
                new UnsubAck(packet.packetId(), reasonCodes, client.problem(problem)),
                session.facts().barrier());
    }

    private ReasonCode unsubscribe(TopicFilter filter) {
        ReasonCode reasonCode = session.subscriptions().unsubscribe(filter);
        if (reasonCode == ReasonCode.SUCCESS && engine.observers().areThere()) {
            engine.observers().tell(new ClientEvent.Unsubscribed(client.identified(), filter));
        }
        return reasonCode;
    }
}
