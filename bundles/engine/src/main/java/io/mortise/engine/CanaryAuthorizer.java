// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.auth.Authorization;
import io.mortise.api.auth.Authorizer;
import io.mortise.api.auth.Canary;
import io.mortise.api.auth.Canary.Outcome;
import io.mortise.api.auth.Canary.Version;
import io.mortise.api.auth.Identity;
import io.mortise.api.auth.Permissions;
import java.util.function.Consumer;

/** Two versions of an authorizer: who was let in by one has its permissions of it. Any thread. */
record CanaryAuthorizer(Authorizer inForce, Authorizer next, Canary canary) implements Authorizer {

    @Override
    public Authorization authorize(Identity client, Consumer<Permissions> grant) {
        if (canary.decides(client.clientId()) == Version.IN_FORCE) {
            return inForce.authorize(client, grant);
        }
        try {
            return next.authorize(client, grant);
        } catch (Throwable failure) {
            canary.answered(Version.NEXT, Outcome.FAILED);
            throw failure;
        }
    }
}
