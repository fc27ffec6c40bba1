// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.open;

import io.mortise.api.auth.Authenticator;
import io.mortise.api.auth.ConnectAttempt;
import io.mortise.auth.tck.Attempts;
import io.mortise.auth.tck.AuthenticatorContract;
import java.lang.annotation.Annotation;
import org.jspecify.annotations.Nullable;

class OpenAuthenticatorContractTest extends AuthenticatorContract {
    @Override
    protected Authenticator open() {
        return new OpenAuthenticator(new OpenAuthenticator.Config() {
            @Override
            public String anonymous() {
                return "loopback";
            }

            @Override
            public Class<? extends Annotation> annotationType() {
                return OpenAuthenticator.Config.class;
            }
        });
    }

    @Override
    protected void close(Authenticator authenticator) {
        // nothing to end
    }

    @Override
    protected ConnectAttempt known() {
        return Attempts.of("anybody", "anything");
    }

    @Override
    protected @Nullable ConnectAttempt wrong() {
        return null;
    }
}
