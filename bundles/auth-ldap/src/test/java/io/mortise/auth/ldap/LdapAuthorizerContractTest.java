// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.ldap;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import io.mortise.api.auth.Authorizer;
import io.mortise.api.auth.Identity;
import io.mortise.api.protocol.Topic;
import io.mortise.auth.tck.AuthorizerContract;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class LdapAuthorizerContractTest extends AuthorizerContract {
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
    protected Authorizer open() {
        return new LdapAuth(TestDirectory.FILES, settings);
    }

    @Override
    protected void close(Authorizer provider) {
        ((LdapAuth) provider).close();
        directory.shutDown(true);
    }

    @Override
    protected Identity known() {
        return new Identity("phone", "alice", "alice", Map.of("ldap.dn", "uid=alice," + TestDirectory.PEOPLE));
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
