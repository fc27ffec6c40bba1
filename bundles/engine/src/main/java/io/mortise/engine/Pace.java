// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

/**
 * Whether a client takes its messages as fast as they come, and whether publishers should wait for it.
 *
 * <p>Any thread asks; it is judged in its session's mailbox, after each drain.
 */
final class Pace {
    private final Mailbox mailbox;
    private final OutboundFlow outbound;
    private final Congestion congestion;
    private final int queueMaximumMessages;
    private volatile boolean crowded;
    private volatile boolean awaited;
    private volatile long progressNanos;
    private long messagesOutBefore;

    Pace(Mailbox mailbox, OutboundFlow outbound, Engine engine) {
        this.mailbox = mailbox;
        this.outbound = outbound;
        this.congestion = engine.congestion();
        this.queueMaximumMessages = engine.settings().session().queueMaximumMessages();
    }

    /** Whether it takes a message about as soon as it gets one. Any thread. */
    boolean isReady() {
        return !crowded && mailbox.size() < Mailbox.BATCH;
    }

    /** Whether much waits for the client. Any thread. */
    boolean isCrowded() {
        return crowded || isMailboxCrowded();
    }

    private boolean isMailboxCrowded() {
        return mailbox.size() > queueMaximumMessages / 4;
    }

    /** A message is on its way to the client: if it gets on, and more waits than should, publishers wait. Any thread. */
    void meet() {
        if (isMailboxCrowded() || crowded && System.nanoTime() - progressNanos < Congestion.STALL_NANOS) {
            awaited = true;
            congestion.meet();
        }
    }

    /** Notices that the client is behind, that it gets on, and that it has caught up. */
    void judge(ClientConnection connection) {
        long messagesOut = connection.tally().messagesOut();
        if (crowded && messagesOut != messagesOutBefore || !crowded && outbound.isCrowded()) {
            crowded = true;
            progressNanos = System.nanoTime();
        }
        messagesOutBefore = messagesOut;
        if (crowded && outbound.hasCaughtUp()) {
            crowded = false;
        }
        if (awaited && !isCrowded()) {
            relax();
        }
    }

    /** Nobody need wait for it any more. */
    void relax() {
        crowded = false;
        awaited = false;
        congestion.relieve();
    }
}
