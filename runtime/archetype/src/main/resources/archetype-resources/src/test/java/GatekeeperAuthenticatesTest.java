// SPDX-License-Identifier: Apache-2.0
package ${package};

import io.mortise.api.auth.Authenticator;
import io.mortise.api.auth.ConnectAttempt;
import io.mortise.auth.tck.Attempts;
import io.mortise.auth.tck.AuthenticatorContract;
import java.util.Map;
import java.util.concurrent.Callable;

/** What every authenticator does, this one does as well: the tests come with the broker. */
class GatekeeperAuthenticatesTest extends AuthenticatorContract {
    @Override
    protected Authenticator open() {
        return new Gatekeeper(new TestConfig("open-sesame", "home/%u/#"));
    }

    @Override
    protected void close(Authenticator authenticator) {
        // this one has nothing to end
    }

    @Override
    protected ConnectAttempt known() {
        return Attempts.of("alice", "open-sesame");
    }

    @Override
    protected ConnectAttempt wrong() {
        return Attempts.of("alice", "open-barley");
    }

    /** Every name may come in here with the word, so hostile ones are no test. */
    @Override
    protected boolean looksAtUserNames() {
        return false;
    }

    @Override
    protected Map<String, Callable<Authenticator>> failures() {
        return Map.of(
                "there is no word", () -> new Gatekeeper(new TestConfig("")),
                "a rule is none", () -> new Gatekeeper(new TestConfig("open-sesame", "home/#/x")));
    }
}
