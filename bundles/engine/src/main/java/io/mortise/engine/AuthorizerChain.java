// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.auth.Authorization;
import io.mortise.api.auth.Authorizer;
import io.mortise.api.auth.Identity;
import io.mortise.api.auth.Permissions;
import io.mortise.engine.Links.Link;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Several authorizers that are asked as one: what one allows and none denies. Any thread.
 *
 * <p>A client has permissions when all have granted theirs, and new ones whenever one of them changes its own. If one is missing or
 * fails there are none.
 */
final class AuthorizerChain implements Authorizer {
    private final List<Link<Authorizer>> chain;

    private AuthorizerChain(List<Link<Authorizer>> chain) {
        this.chain = chain;
    }

    /** The authorizers of all listeners; of a chain that has only one, that one itself. */
    static Authorizers of(Links<Authorizer> links) {
        Authorizer ofAll = of(links.ofAll());
        Map<String, Authorizer> ofListeners = new HashMap<>();
        links.ofListeners().forEach((listener, chain) -> ofListeners.put(listener, of(chain)));
        return listener -> ofListeners.getOrDefault(listener, ofAll);
    }

    private static Authorizer of(List<Link<Authorizer>> chain) {
        Authorizer first = chain.get(0).provider();
        return chain.size() == 1 && first != null ? first : new AuthorizerChain(chain);
    }

    @Override
    public Authorization authorize(Identity client, Consumer<Permissions> grant) {
        Joint joint = new Joint(chain.size(), grant);
        try {
            for (int i = 0; i < chain.size(); i++) {
                Link<Authorizer> link = chain.get(i);
                Authorizer authorizer = link.provider();
                if (authorizer == null) {
                    throw new IllegalStateException("the authorizer " + link.title() + " is missing");
                }
                int place = i;
                joint.bonds.add(authorizer.authorize(client, permissions -> joint.granted(place, permissions)));
            }
            return joint;
        } catch (Throwable failure) {
            joint.close();
            throw failure;
        }
    }

    /** The bonds with all of them. Any thread. */
    private static final class Joint implements Authorization {
        private final Consumer<Permissions> grant;
        private final List<Authorization> bonds = new ArrayList<>();

        /** What each has granted last. Guarded by this, and so is granting on, so that the last grant is the last. */
        private final @Nullable Permissions[] permissions;

        private boolean closed;

        Joint(int size, Consumer<Permissions> grant) {
            this.grant = grant;
            this.permissions = new Permissions[size];
        }

        synchronized void granted(int place, Permissions granted) {
            permissions[place] = granted;
            if (closed) {
                return;
            }
            List<Permissions> all = new ArrayList<>();
            for (Permissions each : permissions) {
                if (each == null) {
                    return;
                }
                all.add(each);
            }
            grant.accept(new JointPermissions(all));
        }

        @Override
        public void close() {
            synchronized (this) {
                closed = true;
            }
            Throwable first = null;
            for (Authorization bond : bonds) {
                try {
                    bond.close();
                } catch (Throwable failure) {
                    first = first == null ? failure : first;
                }
            }
            if (first != null) {
                throw new IllegalStateException("an authorizer failed to end an authorization", first);
            }
        }
    }
}
