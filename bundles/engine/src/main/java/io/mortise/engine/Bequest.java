// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.store.OutboundMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a session that is over leaves in a durable store, and others may have: the messages of its shared subscriptions (MQTT 5.0,
 * 4.8.2).
 *
 * <p>Used in the mailbox of that session, which stays until all is passed on. A page is read, and goes to other members as one unit
 * with the fact that this session is done with it: after a crash each message is here or there. If the broker is replaced meanwhile,
 * the next one finds the session in the store with the rest, and ends it as this one did.
 */
final class Bequest {
    private static final Logger LOG = LoggerFactory.getLogger(Bequest.class);

    private static final int PAGE_MESSAGES = 128;
    private static final int PAGE_BYTES = 256 * 1024;
    private static final long RETRY_MILLIS = 1_000;
    private static final int TRIES = 10;

    private final Engine engine;
    private final Session session;
    private final Runnable whenPassedOn;
    private long readUpTo;

    /** The highest position that a publisher's thread had handed to the store when the session ended, as far as it is known. */
    private long arrived;

    private int failures;

    /**
     * Not begun.
     *
     * @param readUpTo behind which position there is something in the store alone
     * @param whenPassedOn called when there is no more
     */
    Bequest(Engine engine, Session session, long readUpTo, Runnable whenPassedOn) {
        this.engine = engine;
        this.session = session;
        this.readUpTo = readUpTo;
        this.whenPassedOn = whenPassedOn;
    }

    /** A message comes in late, from a publisher that saw the session alive: the store has it, and a page will. */
    void arrived(Delivery late) {
        arrived = Math.max(arrived, late.position);
    }

    /** Passes the next page on, and then those behind it. */
    void passOn() {
        if (engine.isLeaving()) {
            return;
        }
        long known = arrived;
        session.facts()
                .page(session.clientId(), readUpTo + 1, PAGE_MESSAGES, PAGE_BYTES)
                .whenComplete((page, failure) -> session.mailbox().post(() -> answered(page, known, failure)));
    }

    private void answered(@Nullable List<OutboundMessage> page, long known, @Nullable Throwable failure) {
        if (engine.isLeaving()) {
            return;
        }
        if (page == null) {
            failed(failure);
        } else if (!page.isEmpty()) {
            engine.together(() -> page.forEach(this::passOn));
            passOn();
        } else if (arrived > Math.max(known, readUpTo)) {
            passOn(); // a message has come in since the page was asked for
        } else {
            whenPassedOn.run();
        }
    }

    private void passOn(OutboundMessage message) {
        readUpTo = message.position();
        session.passOn(Delivery.of(session, message));
    }

    private void failed(@Nullable Throwable failure) {
        if (++failures < TRIES) {
            LOG.warn("What {} leaves cannot be read; trying again", Printable.text(session.clientId()), failure);
            session.after(RETRY_MILLIS, this::passOn);
        } else {
            LOG.error("What {} leaves cannot be read and is lost", Printable.text(session.clientId()), failure);
            whenPassedOn.run();
        }
    }
}
