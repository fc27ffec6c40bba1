// SPDX-License-Identifier: Apache-2.0
package io.mortise.engine;

import io.mortise.api.auth.AuthenticationMethod;
import io.mortise.api.auth.Authenticator;
import io.mortise.api.auth.Authorizer;
import io.mortise.api.auth.ConnectAttempt;
import io.mortise.api.auth.Exchange;

/** Auth providers whose calls are counted: what they are asked when a client connects; not what its permissions say. Any thread. */
final class MeteredAuth {
    private MeteredAuth() {}

    static Authenticator authenticator(Authenticator provider, Meter meter) {
        return attempt -> meter.ask(() -> provider.authenticate(attempt));
    }

    static Authorizer authorizer(Authorizer provider, Meter meter) {
        return (client, grant) -> {
            long begun = meter.begin();
            try {
                return provider.authorize(client, grant);
            } catch (Throwable failure) {
                meter.failed();
                throw failure;
            } finally {
                meter.ended(begun);
            }
        };
    }

    static AuthenticationMethod method(AuthenticationMethod provider, Meter meter) {
        return new AuthenticationMethod() {
            @Override
            public String name() {
                return provider.name();
            }

            @Override
            public Exchange begin(ConnectAttempt attempt) {
                long begun = meter.begin();
                try {
                    return provider.begin(attempt);
                } catch (Throwable failure) {
                    meter.failed();
                    throw failure;
                } finally {
                    meter.ended(begun);
                }
            }
        };
    }
}
