// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.http;

import io.mortise.api.auth.Authorizer;
import io.mortise.api.auth.Identity;
import io.mortise.api.protocol.Topic;
import io.mortise.auth.tck.AuthorizerContract;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class HttpAuthorizerContractTest extends AuthorizerContract {
    private final Settings settings = new Settings();
    private Service service;

    @BeforeEach
    void setUp() throws Exception {
        service = new Service();
        service.answer = "{\"rules\":[\"users/%u/#\"]}";
        settings.authenticate = service.url("/who");
        settings.authorize = service.url("/may");
    }

    @AfterEach
    void tearDown() {
        service.close();
    }

    @Override
    protected Authorizer open() {
        return new HttpAuth(settings);
    }

    @Override
    protected void close(Authorizer provider) {
        service.close();
        ((HttpAuth) provider).close();
    }

    @Override
    protected Identity known() {
        return new Identity("phone", "alice", "");
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
