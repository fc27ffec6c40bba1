// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.file;

import io.mortise.api.auth.Authenticator;
import io.mortise.api.auth.ConnectAttempt;
import io.mortise.auth.tck.Attempts;
import io.mortise.auth.tck.AuthenticatorContract;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class FileAuthenticatorContractTest extends AuthenticatorContract {
    @TempDir
    private Path folder;

    private TestFiles files;

    @BeforeEach
    void setUp() throws Exception {
        files = new TestFiles(folder);
    }

    @Override
    protected Authenticator open() {
        return files.start();
    }

    @Override
    protected void close(Authenticator authenticator) {
        ((FileAuth) authenticator).close();
    }

    @Override
    protected ConnectAttempt known() {
        return Attempts.of("alice", "secret");
    }

    @Override
    protected ConnectAttempt wrong() {
        return Attempts.of("alice", "Secret");
    }

    @Override
    protected Map<String, Callable<Authenticator>> failures() {
        return Map.of(
                "the users are missing", () -> files.startWithout("users"),
                "the users are empty", () -> files.startWith("users", ""),
                "the users were cut off", () -> files.startWith("users", "alice:$7$3$AAAA"),
                "the users are something else", () -> files.startWith("users", "<html>\n"));
    }
}
