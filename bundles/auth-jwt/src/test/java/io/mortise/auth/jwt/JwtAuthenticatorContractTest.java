// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.jwt;

import io.mortise.api.auth.Authenticator;
import io.mortise.api.auth.ConnectAttempt;
import io.mortise.auth.tck.Attempts;
import io.mortise.auth.tck.AuthenticatorContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class JwtAuthenticatorContractTest extends AuthenticatorContract {
    @TempDir
    private Path folder;

    private final Settings settings = new Settings();
    private Issuer issuer;

    @BeforeEach
    void setUp() throws Exception {
        issuer = new Issuer();
        settings.keys = "keys.json";
        Files.writeString(folder.resolve("keys.json"), issuer.keys);
    }

    @AfterEach
    void tearDown() {
        issuer.close();
    }

    @Override
    protected Authenticator open() {
        return new JwtAuth(folder, settings, InstantSource.fixed(Issuer.NOW), clientId -> {});
    }

    private Authenticator withKeys(String keys) {
        settings.keys = keys;
        return open();
    }

    @Override
    protected void close(Authenticator authenticator) {
        ((JwtAuth) authenticator).close();
    }

    @Override
    protected ConnectAttempt known() {
        return Attempts.of("whoever", issuer.signed(Issuer.token()));
    }

    @Override
    protected ConnectAttempt wrong() {
        return Attempts.of("whoever", Issuer.turned(issuer.signed(Issuer.token())));
    }

    @Override
    protected boolean looksAtUserNames() {
        return false;
    }

    @Override
    protected Map<String, Callable<Authenticator>> failures() {
        return Map.of(
                "the file is missing", () -> withKeys("other.json"),
                "the file was cut off",
                        () -> {
                            Files.writeString(folder.resolve("keys.json"), issuer.keys.substring(0, 100));
                            return open();
                        },
                "the server is down",
                        () -> {
                            issuer.close();
                            return withKeys(issuer.url());
                        },
                "the server fails",
                        () -> {
                            issuer.status = 500;
                            return withKeys(issuer.url());
                        },
                "the server answers garbage",
                        () -> {
                            issuer.keys = "<html>";
                            return withKeys(issuer.url());
                        },
                "no key is configured", () -> withKeys(""));
    }
}
