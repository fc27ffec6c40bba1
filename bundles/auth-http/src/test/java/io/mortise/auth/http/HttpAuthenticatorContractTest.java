// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.http;

import io.mortise.api.auth.Authenticator;
import io.mortise.api.auth.ConnectAttempt;
import io.mortise.auth.tck.Attempts;
import io.mortise.auth.tck.AuthenticatorContract;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class HttpAuthenticatorContractTest extends AuthenticatorContract {
    private final Settings settings = new Settings();
    private Service service;

    @BeforeEach
    void setUp() throws Exception {
        service = new Service();
        service.answer = Service.BY_PASSWORD;
        settings.authenticate = service.url("/who");
        settings.authorize = service.url("/may");
    }

    @AfterEach
    void tearDown() {
        service.close();
    }

    @Override
    protected Authenticator open() {
        return new HttpAuth(settings);
    }

    @Override
    protected void close(Authenticator provider) {
        service.close();
        ((HttpAuth) provider).close();
    }

    @Override
    protected ConnectAttempt known() {
        return Attempts.of("alice", "secret");
    }

    @Override
    protected ConnectAttempt wrong() {
        return Attempts.of("alice", "wrong");
    }

    @Override
    protected Map<String, Callable<Authenticator>> failures() {
        return Map.of(
                "the service is down",
                        () -> {
                            service.close();
                            return open();
                        },
                "the service fails",
                        () -> {
                            service.status = 500;
                            return open();
                        },
                "the service says nothing",
                        () -> {
                            service.held = new CountDownLatch(1);
                            settings.timeout = 200;
                            return open();
                        },
                "the service answers garbage",
                        () -> {
                            service.answer = "<html>";
                            return open();
                        },
                "the service answers nothing",
                        () -> {
                            service.answer = "";
                            return open();
                        });
    }
}
