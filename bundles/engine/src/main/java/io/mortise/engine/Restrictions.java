// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.connection.HandOver.Capabilities;
import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.Publish;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.ReasonCode;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.Will;
import org.jspecify.annotations.Nullable;

/**
 * What a client may not do because the server does not offer it (MQTT 5.0, 3.2.2.3.4, 3.2.2.3.5, 3.2.2.3.11 to 3.2.2.3.13).
 *
 * <p>A 5.0 client was told in its CONNACK and breaks the protocol: its connection ends. An older one cannot be told: its
 * subscription is refused (MQTT 3.1.1, 3.9.3); a PUBLISH can only be taken or end the connection (3.3.5), and it is not taken
 * for something that it is not. Immutable; any thread.
 */
final class Restrictions {
    private final Capabilities offered;

    Restrictions(Capabilities offered) {
        this.offered = offered;
    }

    /** Checks what a client publishes. */
    void check(Publish publish) {
        ReasonCode missing = missing(publish.qos(), publish.retain());
        if (missing != null) {
            throw violation(missing);
        }
    }

    /** Why a client with this will may not connect (3.2.2-12, 3.2.2-13); {@code null} if it may. */
    @Nullable
    ReasonCode missing(@Nullable Will will) {
        return will == null ? null : missing(will.qos(), will.retain());
    }

    private @Nullable ReasonCode missing(Qos qos, boolean retain) {
        if (qos.compareTo(offered.maximumQos()) > 0) {
            return ReasonCode.QOS_NOT_SUPPORTED;
        }
        return retain && !offered.retain() ? ReasonCode.RETAIN_NOT_SUPPORTED : null;
    }

    /** Why a client may not make a subscription; {@code null} if it may. A QoS that is too high is granted lower instead. */
    @Nullable
    ReasonCode missing(Subscription subscription) {
        if (subscription.filter().isShared() && !offered.sharedSubscriptions()) {
            return ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED;
        }
        if (!subscription.identifiers().isEmpty() && !offered.subscriptionIdentifiers()) {
            return ReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED;
        }
        return subscription.filter().hasWildcard() && !offered.wildcardSubscriptions()
                ? ReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED
                : null;
    }

    /** The subscription with no higher QoS than there is (3.2.2-9). */
    Subscription granted(Subscription subscription) {
        return subscription.maximumQos().compareTo(offered.maximumQos()) <= 0
                ? subscription
                : new Subscription(
                        subscription.filter(),
                        offered.maximumQos(),
                        subscription.noLocal(),
                        subscription.retainAsPublished(),
                        subscription.retainHandling(),
                        subscription.identifiers());
    }

    static ProtocolViolation violation(ReasonCode missing) {
        return new ProtocolViolation(missing, what(missing) + " not offered, as the CONNACK said");
    }

    private static String what(ReasonCode missing) {
        return switch (missing) {
            case QOS_NOT_SUPPORTED -> "this QoS is";
            case RETAIN_NOT_SUPPORTED -> "retained messages are";
            case SHARED_SUBSCRIPTIONS_NOT_SUPPORTED -> "shared subscriptions are";
            case SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED -> "subscription identifiers are";
            default -> "wildcard subscriptions are";
        };
    }
}
