// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.ldap;

import io.mortise.api.auth.Authorization;
import io.mortise.api.auth.Identity;
import io.mortise.api.auth.Permissions;
import io.mortise.api.auth.TopicRules;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A connected client that may do what its groups may. Any thread; one grant follows another, and none comes after its end.
 */
final class Member implements Authorization {
    private final Identity client;
    private final Consumer<Permissions> grant;
    private final Set<Member> all;

    /** Guarded by this, all of them. */
    private boolean known;

    private long knownSince;
    private boolean closed;

    Member(Identity client, Consumer<Permissions> grant, Set<Member> all) {
        this.client = client;
        this.grant = grant;
        this.all = all;
    }

    Identity client() {
        return client;
    }

    /** The directory has said what it may do. */
    synchronized void may(TopicRules rules, long now) {
        known = true;
        knownSince = now;
        if (!closed) {
            grant.accept(rules.permissionsOf(client));
        }
    }

    /** The directory does not know it any more. */
    synchronized void mayNothing() {
        known = false;
        if (!closed) {
            grant.accept(TopicRules.nothing());
        }
    }

    /** The directory has not said anything; what it said before holds for so long. */
    synchronized void unanswered(long now, int graceSeconds) {
        if (!known || now - knownSince > TimeUnit.SECONDS.toNanos(graceSeconds)) {
            mayNothing();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        all.remove(this);
    }
}
