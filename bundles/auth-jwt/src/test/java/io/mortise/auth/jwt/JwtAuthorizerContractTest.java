// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.jwt;

import io.mortise.api.auth.Authorizer;
import io.mortise.api.auth.Identity;
import io.mortise.api.protocol.Topic;
import io.mortise.auth.tck.AuthorizerContract;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.io.TempDir;

class JwtAuthorizerContractTest extends AuthorizerContract {
    @TempDir
    private Path folder;

    private final Settings settings = new Settings();

    private Authorizer open(Duration later) {
        settings.keys = "keys.json";
        settings.rules = new String[] {"readwrite users/%u/#"};
        return new JwtAuth(folder, settings, InstantSource.fixed(Issuer.NOW.plus(later)), clientId -> {});
    }

    @Override
    protected Authorizer open() {
        return open(Duration.ZERO);
    }

    @Override
    protected void close(Authorizer authorizer) {
        ((JwtAuth) authorizer).close();
    }

    @Override
    protected Identity known() {
        String end = Long.toString(Issuer.NOW.plusSeconds(600).getEpochSecond());
        return new Identity("phone", "alice", "", Map.of("jwt.exp", end, "jwt.sub", "alice"));
    }

    @Override
    protected Topic allowed() {
        return Topic.of("users/alice/inbox");
    }

    @Override
    protected Topic denied() {
        return Topic.of("users/bob/inbox");
    }

    @Override
    protected Map<String, Callable<Authorizer>> failures() {
        return Map.of("the token has ended", () -> open(Duration.ofHours(1)), "a rule is none", () -> {
            settings.rules = new String[] {"users/#/x"};
            settings.keys = "keys.json";
            return new JwtAuth(folder, settings, InstantSource.fixed(Issuer.NOW), clientId -> {});
        });
    }
}
