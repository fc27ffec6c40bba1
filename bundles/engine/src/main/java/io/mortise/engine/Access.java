// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.auth.Authorization;
import io.mortise.api.auth.Authorizer;
import io.mortise.api.auth.Identity;
import io.mortise.api.auth.Permissions;
import io.mortise.api.protocol.Message;
import io.mortise.api.protocol.Topic;
import io.mortise.api.protocol.TopicFilter;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one client may do, as the authorizer in force says; nothing while that is not known.
 *
 * <p>Used on the home thread of its connection, except where a method says otherwise.
 */
final class Access {
    private static final Logger LOG = LoggerFactory.getLogger(Access.class);

    private final Engine engine;
    private final ClientConnection client;

    // valid until it ends, or another authorizer is asked
    private @Nullable Authorizer authorizer;
    private @Nullable Authorization authorization;
    private @Nullable Grant grant;
    private @Nullable Future<?> deadline;
    private volatile @Nullable Permissions permissions;

    Access(Engine engine, ClientConnection client) {
        this.engine = engine;
        this.client = client;
    }

    /** Whether it is known what the client may do. Any thread. */
    boolean isKnown() {
        return permissions != null;
    }

    private Authorizer inForce() {
        return engine.gate().parts().authorizers().of(client.connection().listener());
    }

    /** Whether it is the authorizer in force that says so. */
    boolean isCurrent() {
        return authorizer == inForce();
    }

    /**
     * Asks the authorizer in force; calls {@code whenGranted} at the first grant, which may be before this returns.
     *
     * @return {@code false} if the authorizer failed
     */
    boolean ask(Identity identity, Runnable whenGranted) {
        Authorizer asked = inForce();
        authorizer = asked;
        Grant mine = new Grant(whenGranted);
        grant = mine;
        if (client.isInternal()) {
            mine.accept(Insider.PERMISSIONS);
        } else {
            try {
                authorization = asked.authorize(identity, mine);
            } catch (Throwable failure) {
                LOG.error("The authorizer failed; {} is refused", Printable.text(identity.clientId()), failure);
                return false;
            }
        }
        mine.asked();
        return true;
    }

    /** As {@link #ask}, and calls {@code tooLate} if nothing is granted within the deadline. */
    boolean ask(Identity identity, Runnable whenGranted, Runnable tooLate) {
        boolean asked = ask(identity, whenGranted);
        if (asked && grant != null && permissions == null) {
            deadline = client.connection()
                    .executor()
                    .schedule(
                            client.fenced(tooLate),
                            engine.settings().connection().authDeadlineMillis(),
                            TimeUnit.MILLISECONDS);
        }
        return asked;
    }

    /**
     * What an authorizer was given to grant with, on any thread, as often as what it knows changes. The last call counts: what it grants
     * while it is being asked takes effect when it has answered, and the rest on the home thread.
     */
    private final class Grant implements Consumer<Permissions> {
        private @Nullable Runnable whenGranted;
        private boolean asking = true; // used on the home thread
        private volatile @Nullable Permissions last;

        Grant(Runnable whenGranted) {
            this.whenGranted = whenGranted;
        }

        @Override
        public void accept(Permissions granted) {
            last = Objects.requireNonNull(granted, "permissions"); // the authorizer's fault, told to it
            if (!client.connection().inExecutor() || !asking) {
                client.onHome(this::takeEffect);
            }
        }

        /** The authorizer has answered. */
        void asked() {
            asking = false;
            takeEffect();
        }

        private void takeEffect() {
            Permissions granted = last;
            if (grant != this || granted == null) {
                return; // it has ended, or nothing is granted yet
            }
            permissions = granted;
            Runnable first = whenGranted;
            whenGranted = null;
            if (first != null) {
                cancelDeadline();
                first.run();
            }
        }
    }

    /** Nothing of the authorizer is kept, and nothing is granted any more. */
    void end() {
        cancelDeadline();
        grant = null;
        authorizer = null;
        permissions = null;
        Authorization ending = authorization;
        authorization = null;
        close(ending, client::name);
    }

    /**
     * Gives an authorization back; what an authorizer throws then is its own affair.
     *
     * @param name of its client, for the log
     */
    static void close(@Nullable Authorization ending, Supplier<String> name) {
        if (ending != null) {
            try {
                ending.close();
            } catch (Throwable failure) {
                LOG.error("The authorizer failed to end the authorization of {}", name.get(), failure);
            }
        }
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    boolean mayPublish(Message message) {
        if (ServerTopics.contains(message.topic()) && !client.isInternal()) {
            return false; // whatever an authorizer says
        }
        Permissions mine = permissions;
        try {
            return mine != null && mine.mayPublish(message.topic(), message.qos(), message.retain());
        } catch (Throwable failure) {
            return denied(failure);
        }
    }

    boolean mayReceive(Topic topic) {
        Permissions mine = permissions;
        try {
            return mine != null && mine.mayReceive(topic);
        } catch (Throwable failure) {
            return denied(failure);
        }
    }

    boolean maySubscribe(TopicFilter filter) {
        Permissions mine = permissions;
        try {
            return mine != null && mine.maySubscribe(filter);
        } catch (Throwable failure) {
            return denied(failure);
        }
    }

    private boolean denied(Throwable failure) {
        LOG.error("The permissions of {} failed; what it asked is denied", client.name(), failure);
        return false;
    }
}
