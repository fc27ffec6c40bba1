// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import java.util.Collection;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;

/**
 * How many connections and sessions there were since the broker began, and what went over the connections, those that have ended
 * included. What is a part of the broker itself is not counted. Any thread.
 */
final class Totals {
    private final Collection<ClientConnection> clients;
    private final LongAdder accepted = new LongAdder();
    private final LongAccumulator most = new LongAccumulator(Math::max, 0);
    private final LongAdder expired = new LongAdder();
    private final LongAdder endedIn = new LongAdder();
    private final LongAdder endedOut = new LongAdder();
    private final LongAdder endedBytesIn = new LongAdder();
    private final LongAdder endedBytesOut = new LongAdder();

    /** Of these connections, which are those that there are at a time. */
    Totals(Collection<ClientConnection> clients) {
        this.clients = clients;
    }

    /** A connection was accepted. */
    void accepted(ClientConnection client) {
        if (!client.isInternal()) {
            accepted.increment();
            most.accumulate(clients.size());
        }
    }

    /** A connection has ended: what it has moved is counted here from now on. */
    void ended(ClientConnection client) {
        if (!client.isInternal()) {
            endedIn.add(client.tally().messagesIn());
            endedOut.add(client.tally().messagesOut());
            endedBytesIn.add(client.tally().payloadBytesIn());
            endedBytesOut.add(client.tally().payloadBytesOut());
        }
    }

    /** A session has expired. */
    void sessionExpired() {
        expired.increment();
    }

    long connectionsAccepted() {
        return accepted.sum();
    }

    /** How many connections there were at most at a time. */
    long mostConnections() {
        return most.get();
    }

    long sessionsExpired() {
        return expired.sum();
    }

    long messagesIn() {
        return sum(endedIn, Tally::messagesIn);
    }

    long messagesOut() {
        return sum(endedOut, Tally::messagesOut);
    }

    long payloadBytesIn() {
        return sum(endedBytesIn, Tally::payloadBytesIn);
    }

    long payloadBytesOut() {
        return sum(endedBytesOut, Tally::payloadBytesOut);
    }

    private long sum(LongAdder ended, ToLongFunction<Tally> number) {
        long sum = ended.sum();
        for (ClientConnection client : clients) {
            sum += client.isInternal() ? 0 : number.applyAsLong(client.tally());
        }
        return sum;
    }
}
