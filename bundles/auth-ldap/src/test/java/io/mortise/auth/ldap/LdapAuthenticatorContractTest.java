// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.ldap;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import io.mortise.api.auth.Authenticator;
import io.mortise.api.auth.ConnectAttempt;
import io.mortise.auth.tck.Attempts;
import io.mortise.auth.tck.AuthenticatorContract;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class LdapAuthenticatorContractTest extends AuthenticatorContract {
    private final Settings settings = new Settings();
    private InMemoryDirectoryServer directory;
    private ServerSocket silent;

    @BeforeEach
    void setUp() throws Exception {
        directory = TestDirectory.start(0);
        silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        settings.url = "ldaps://127.0.0.1:" + directory.getListenPort("ldaps");
    }

    @AfterEach
    void tearDown() throws Exception {
        silent.close();
        directory.shutDown(true);
    }

    @Override
    protected Authenticator open() {
        return new LdapAuth(TestDirectory.FILES, settings);
    }

    @Override
    protected void close(Authenticator provider) {
        ((LdapAuth) provider).close();
        directory.shutDown(true);
    }

    @Override
    protected ConnectAttempt known() {
        return Attempts.of("alice", "secret");
    }

    @Override
    protected ConnectAttempt wrong() {
        return Attempts.of("alice", "builder");
    }

    @Override
    protected Map<String, Callable<Authenticator>> failures() {
        return Map.of(
                "the directory is down",
                        () -> {
                            directory.shutDown(true);
                            return open();
                        },
                "the directory says nothing",
                        () -> {
                            settings.url = "ldap://127.0.0.1:" + silent.getLocalPort();
                            settings.timeout = 200;
                            return open();
                        },
                "nobody vouches for the directory",
                        () -> {
                            settings.ca = "other-ca.pem";
                            return open();
                        },
                "it may not search there",
                        () -> {
                            settings.bindPassword = "wrong";
                            return open();
                        });
    }
}
