// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.file;

import io.mortise.api.auth.Authorization;
import io.mortise.api.auth.Identity;
import io.mortise.api.auth.Permissions;
import io.mortise.api.auth.TopicRules;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The clients that are connected, each of which gets new permissions when the files change. Who came as a user and is one
 * no more may do nothing. Any thread.
 *
 * <p>A client that comes while the files change may be granted twice, but never ends with what no longer holds: it is
 * entered before the files in force are looked at, and one grant to it follows another.
 */
final class LiveClients {
    private final Predicate<Identity> isUser;
    private final Function<Identity, Permissions> rules;
    private final Set<Client> clients = ConcurrentHashMap.newKeySet();

    /**
     * Clients that are granted what the files say at the time.
     *
     * @param isUser whether a client's principal is in the password file
     * @param rules what a client may do
     */
    LiveClients(Predicate<Identity> isUser, Function<Identity, Permissions> rules) {
        this.isUser = isUser;
        this.rules = rules;
    }

    private final class Client implements Authorization {
        private final Identity identity;
        private final Consumer<Permissions> grant;
        private final boolean cameAsUser;

        Client(Identity identity, Consumer<Permissions> grant) {
            this.identity = identity;
            this.grant = grant;
            this.cameAsUser = isUser.test(identity);
        }

        /** Holds the monitor while it grants, so that what is granted last was found out last. */
        synchronized void grant() {
            boolean struckOut = cameAsUser && !isUser.test(identity);
            grant.accept(struckOut ? TopicRules.nothing() : rules.apply(identity));
        }

        @Override
        public void close() {
            clients.remove(this);
        }
    }

    Authorization enter(Identity identity, Consumer<Permissions> grant) {
        Client client = new Client(identity, grant);
        clients.add(client);
        client.grant();
        return client;
    }

    /** Grants to each what the rules say now. */
    void grantAnew() {
        clients.forEach(Client::grant);
    }

    int count() {
        return clients.size();
    }
}
