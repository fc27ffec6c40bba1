// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.auth.Authorization;
import io.mortise.api.auth.Identity;
import io.mortise.api.auth.Permissions;
import io.mortise.api.protocol.Will;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A will that is due while its client is away: the authorizer in force is asked whether the client may publish it, since what
 * was allowed when it connected may have been revoked (MQTT 5.0, 3.1.2.5).
 *
 * <p>Used in its session's mailbox, except where a method says otherwise. An authorizer that answers at once has the will
 * published at once. One that fails, or says nothing within the deadline, has it dropped.
 */
final class DueWill {
    private static final Logger LOG = LoggerFactory.getLogger(DueWill.class);

    private final Engine engine;
    private final Session session;
    private final Identity client;
    private final String listener;
    private final Will will;
    private final Runnable whenDecided;
    private boolean decided;

    // valid until it is decided, or another authorizer is asked
    private @Nullable Authorization authorization;
    private @Nullable Answer answer;
    private @Nullable Future<?> deadline;

    /**
     * Nobody is asked yet.
     *
     * @param client who it was
     * @param listener through which it came last; empty if that is not known
     * @param whenDecided called in the mailbox, after the will was published or dropped
     */
    DueWill(Engine engine, Session session, Identity client, String listener, Will will, Runnable whenDecided) {
        this.engine = engine;
        this.session = session;
        this.client = client;
        this.listener = listener;
        this.will = will;
        this.whenDecided = whenDecided;
    }

    /** What the authorizer says first. Any thread. */
    private final class Answer implements Consumer<Permissions> {
        private @Nullable Permissions permissions;
        private boolean awaited;

        @Override
        public void accept(Permissions granted) {
            synchronized (this) {
                if (permissions != null) {
                    return;
                }
                permissions = granted;
                if (!awaited) {
                    return; // who asks looks at once
                }
            }
            session.mailbox().post(() -> answered(this, granted));
        }

        private synchronized @Nullable Permissions awaitUnlessThere() {
            awaited = true;
            return permissions;
        }
    }

    /** Asks the authorizer in force. */
    void ask() {
        if (decided) {
            return;
        }
        engine.dueWills().add(this);
        Answer asked = new Answer();
        answer = asked;
        try {
            authorization = engine.gate().parts().authorizers().of(listener).authorize(client, asked);
        } catch (Throwable failure) {
            LOG.error("The authorizer failed; the will of {} is dropped", name(), failure);
            decide(false);
            return;
        }
        Permissions there = asked.awaitUnlessThere();
        if (there != null) {
            answered(asked, there);
        } else {
            deadline = engine.scheduler()
                    .schedule(
                            () -> session.mailbox().post(() -> tooLate(asked)),
                            engine.settings().connection().authDeadlineMillis(),
                            TimeUnit.MILLISECONDS);
        }
    }

    /** The authorizer that was asked leaves: nothing of it is kept. Called while nothing runs. */
    void release() {
        answer = null;
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
        Authorization ending = authorization;
        authorization = null;
        Access.close(ending, this::name);
    }

    /** Another authorizer is there. Any thread. */
    void askAgain() {
        session.mailbox().post(() -> {
            if (answer == null) {
                ask();
            }
        });
    }

    private void answered(Answer from, Permissions permissions) {
        if (answer != from) {
            return; // of an authorizer that has gone
        }
        boolean allowed = false;
        try {
            allowed = permissions.mayPublish(will.topic(), will.qos(), will.retain());
        } catch (Throwable failure) {
            LOG.error("The permissions of {} failed; its will is dropped", name(), failure);
        }
        decide(allowed);
    }

    private void tooLate(Answer asked) {
        if (answer == asked) {
            LOG.warn(
                    "No answer about {} within {} ms; its will is dropped",
                    name(),
                    engine.settings().connection().authDeadlineMillis());
            decide(false);
        }
    }

    private void decide(boolean allowed) {
        decided = true;
        engine.dueWills().remove(this);
        release();
        engine.together(() -> {
            if (allowed) {
                engine.publish(will.message(engine.clock().millis()), session);
            }
            whenDecided.run();
        });
    }

    private String name() {
        return Printable.text(client.clientId());
    }
}
