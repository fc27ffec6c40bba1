// SPDX-License-Identifier: Apache-2.0
package ${package};

import io.mortise.api.auth.Authorizer;
import io.mortise.api.auth.Identity;
import io.mortise.api.protocol.Topic;
import io.mortise.auth.tck.AuthorizerContract;

class GatekeeperAuthorizesTest extends AuthorizerContract {
    @Override
    protected Authorizer open() {
        return new Gatekeeper(new TestConfig("open-sesame", "home/%u/#"));
    }

    @Override
    protected void close(Authorizer authorizer) {
        // this one has nothing to end
    }

    @Override
    protected Identity known() {
        return new Identity("phone", "alice", "alice");
    }

    @Override
    protected Topic allowed() {
        return Topic.of("home/alice/lamp");
    }

    @Override
    protected Topic denied() {
        return Topic.of("home/bob/lamp");
    }
}
