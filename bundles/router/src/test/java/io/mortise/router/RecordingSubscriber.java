// SPDX-License-Identifier: Apache-2.0
package io.mortise.router;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.routing.Subscriber;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what it was given. Any thread. */
final class RecordingSubscriber implements Subscriber {
    private final String name;
    private final List<Subscription> deliveries = new CopyOnWriteArrayList<>();

    volatile boolean ready = true;
    volatile boolean accepting = true;

    RecordingSubscriber(String name) {
        this.name = name;
    }

    /** The subscriptions by which messages came, in their order. */
    List<Subscription> deliveries() {
        return deliveries;
    }

    /** What came since this was called last. */
    List<Subscription> takeDeliveries() {
        List<Subscription> taken = List.copyOf(deliveries);
        deliveries.clear();
        return taken;
    }

    @Override
    public boolean deliver(Message message, Subscription subscription) {
        if (accepting) {
            deliveries.add(subscription);
        }
        return accepting;
    }

    @Override
    public boolean isReady() {
        return ready;
    }

    @Override
    public String toString() {
        return name;
    }
}
