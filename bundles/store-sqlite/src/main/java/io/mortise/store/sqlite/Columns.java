// SPDX-License-Identifier: Apache-2.0
package io.mortise.store.sqlite;

import io.mortise.api.protocol.ProtocolViolation;
import io.mortise.api.protocol.Qos;
import io.mortise.api.protocol.RetainHandling;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.protocol.TopicFilter;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the columns {@code options}, {@code identifiers} and {@code shared} mean.
 *
 * <pre>
 * outbound:     bits 0-1 QoS, bit 2 retain, bit 3 received
 * subscription: bits 0-1 maximum QoS, bit 2 no local, bit 3 retain as published, bits 4-5 retain handling: as in SUBSCRIBE
 * </pre>
 *
 * <p>{@code shared} is the filter of the shared subscription by which a message came, as its client wrote it; null if it did not come by
 * one.
 */
final class Columns {
    static final int RECEIVED = 1 << 3;
    private static final int QOS = 0b11;
    private static final int RETAIN = 1 << 2;
    private static final int NO_LOCAL = 1 << 2;
    private static final int RETAIN_AS_PUBLISHED = 1 << 3;
    private static final int RETAIN_HANDLING_SHIFT = 4;

    private Columns() {}

    static int options(Qos qos, boolean retain, boolean received) {
        return qos.value() | (retain ? RETAIN : 0) | (received ? RECEIVED : 0);
    }

    static Qos qos(int options) {
        return Qos.of(options & QOS);
    }

    static boolean retain(int options) {
        return (options & RETAIN) != 0;
    }

    static boolean received(int options) {
        return (options & RECEIVED) != 0;
    }

    static int options(Subscription subscription) {
        return subscription.maximumQos().value()
                | (subscription.noLocal() ? NO_LOCAL : 0)
                | (subscription.retainAsPublished() ? RETAIN_AS_PUBLISHED : 0)
                | subscription.retainHandling().ordinal() << RETAIN_HANDLING_SHIFT;
    }

    static Subscription subscription(String filter, int options, @Nullable String identifiers) {
        return new Subscription(
                TopicFilter.of(filter),
                qos(options),
                (options & NO_LOCAL) != 0,
                (options & RETAIN_AS_PUBLISHED) != 0,
                RetainHandling.of(options >> RETAIN_HANDLING_SHIFT & 0b11),
                identifiers(identifiers));
    }

    static @Nullable String identifiers(List<Integer> identifiers) {
        return identifiers.isEmpty()
                ? null
                : identifiers.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    static List<Integer> identifiers(@Nullable String text) {
        return text == null
                ? List.of()
                : Stream.of(text.split(",")).map(Integer::valueOf).toList();
    }

    static @Nullable TopicFilter shared(@Nullable String filter) {
        if (filter == null) {
            return null;
        }
        try {
            TopicFilter shared = TopicFilter.of(filter);
            if (shared.isShared()) {
                return shared;
            }
        } catch (IllegalArgumentException | ProtocolViolation none) {
            throw new Damaged("no topic filter: " + none.getMessage(), none);
        }
        throw new Damaged("the filter of a shared subscription expected, got another");
    }
}
