// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.scram;

import io.mortise.api.auth.AuthenticationMethod;
import io.mortise.api.protocol.Payload;
import io.mortise.auth.tck.AuthenticationMethodContract;
import java.lang.annotation.Annotation;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class ScramMethodContractTest extends AuthenticationMethodContract {
    @TempDir
    private Path folder;

    @BeforeEach
    void setUp() throws Exception {
        Files.writeString(folder.resolve("users"), "alice:" + Verifier.of("secret", Verifier.FEWEST_ITERATIONS) + "\n");
    }

    @Override
    protected AuthenticationMethod open() {
        return new ScramAuth(folder, new ScramAuth.Config() {
            @Override
            public String users() {
                return "users";
            }

            @Override
            public int look_interval_millis() {
                return 50;
            }

            @Override
            public Class<? extends Annotation> annotationType() {
                return ScramAuth.Config.class;
            }
        });
    }

    @Override
    protected void close(AuthenticationMethod method) {
        ((ScramAuth) method).close();
    }

    @Override
    protected Client known() {
        return client("secret");
    }

    @Override
    protected Client wrong() {
        return client("Secret");
    }

    private static Client client(String password) {
        String first = "n=alice,r=abc";
        return challenge ->
                Payload.of(challenge == null ? "n,," + first : TestProof.of(first, challenge.toText(), password));
    }
}
