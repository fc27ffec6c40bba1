// SPDX-License-Identifier: Apache-2.0
package io.mortise.router;

import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Subscription;
import io.mortise.api.routing.Subscriber;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls subscribers so that the fault of one stays its own. Any thread.
 *
 * <p>Whatever a subscriber throws means that it did not take the message. Its first fault is logged, the others are
 * not: there may be one for each message.
 */
final class Fence {
    private static final Logger LOG = LoggerFactory.getLogger(Fence.class);

    // weak: a subscriber that is gone, and its class loader, are not held for the sake of the log
    private final Set<Subscriber> faulty = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    /** Whether the subscriber took the message. */
    boolean deliver(Subscriber subscriber, Message message, Subscription subscription) {
        try {
            return subscriber.deliver(message, subscription);
        } catch (Throwable fault) {
            report(subscriber, fault);
            return false;
        }
    }

    /** Whether the subscriber says that it is ready. */
    boolean isReady(Subscriber subscriber) {
        try {
            return subscriber.isReady();
        } catch (Throwable fault) {
            report(subscriber, fault);
            return false;
        }
    }

    private void report(Subscriber subscriber, Throwable fault) {
        if (faulty.add(subscriber)) {
            LOG.warn(
                    "A subscriber of {} failed and missed a message; its further faults are not logged",
                    subscriber.getClass(),
                    fault);
        }
    }
}
