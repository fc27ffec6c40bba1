// SPDX-License-Identifier: Apache-2.0
package io.mortise.api.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SubscriptionTest {
    private static final TopicFilter FILTER = TopicFilter.of("a/+");

    @Test
    void shouldKeepItsIdentifiersWhenTheListChanges() {
        List<Integer> identifiers = new ArrayList<>(List.of(1, 2));
        Subscription subscription = new Subscription(
                FILTER, Qos.AT_LEAST_ONCE, false, false, RetainHandling.SEND_AT_SUBSCRIBE, identifiers);
        identifiers.add(3);

        assertEquals(List.of(1, 2), subscription.identifiers());
        assertThrows(
                UnsupportedOperationException.class,
                () -> subscription.identifiers().add(3));
    }

    @Test
    void shouldHaveNoOptionsWhenAnEarlierClientMakesIt() {
        Subscription subscription = new Subscription(FILTER, Qos.EXACTLY_ONCE);

        assertEquals(Qos.EXACTLY_ONCE, subscription.maximumQos());
        assertFalse(subscription.noLocal());
        assertFalse(subscription.retainAsPublished());
        assertEquals(RetainHandling.SEND_AT_SUBSCRIBE, subscription.retainHandling());
        assertEquals(List.of(), subscription.identifiers());
    }

    @Test
    void shouldKeepItsSubscriptionsWhenTheListOfAPacketChanges() {
        List<Subscription> subscriptions = new ArrayList<>(List.of(new Subscription(FILTER, Qos.AT_MOST_ONCE)));
        Subscribe subscribe = new Subscribe(1, subscriptions, Properties.NONE);
        List<TopicFilter> filters = new ArrayList<>(List.of(FILTER));
        Unsubscribe unsubscribe = new Unsubscribe(1, filters, Properties.NONE);
        List<ReasonCode> codes = new ArrayList<>(List.of(ReasonCode.SUCCESS));
        SubAck subAck = new SubAck(1, codes, Properties.NONE);
        UnsubAck unsubAck = new UnsubAck(1, codes, Properties.NONE);

        subscriptions.clear();
        filters.clear();
        codes.clear();

        assertEquals(1, subscribe.subscriptions().size());
        assertEquals(1, unsubscribe.filters().size());
        assertEquals(1, subAck.reasonCodes().size());
        assertEquals(1, unsubAck.reasonCodes().size());
    }
}
