// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.open;

import io.mortise.api.auth.Authorizer;
import io.mortise.api.auth.Identity;
import io.mortise.api.protocol.Topic;
import io.mortise.auth.tck.AuthorizerContract;
import org.jspecify.annotations.Nullable;

class OpenAuthorizerContractTest extends AuthorizerContract {
    @Override
    protected Authorizer open() {
        return new OpenAuthorizer();
    }

    @Override
    protected void close(Authorizer authorizer) {
        // nothing to end
    }

    @Override
    protected Identity known() {
        return new Identity("anybody", "", "");
    }

    @Override
    protected Topic allowed() {
        return Topic.of("anything");
    }

    @Override
    protected @Nullable Topic denied() {
        return null;
    }
}
