// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.ldap;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.sdk.OperationType;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.EnumSet;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A directory in memory, with alice, who is of the staff, and bob, who is not. */
final class TestDirectory {

    /** With the certificates of the tests. */
    static final Path FILES = Path.of("../transport/src/test/resources/tls").toAbsolutePath();

    static final String PEOPLE = "ou=people,dc=acme";
    static final String GROUPS = "ou=groups,dc=acme";

    private TestDirectory() {}

    /** One that listens at this port, with TLS, and at another one without. */
    static InMemoryDirectoryServer start(int port) throws Exception {
        InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig("dc=acme");
        config.addAdditionalBindCredentials("cn=broker", "of-the-broker");
        config.setAuthenticationRequiredOperationTypes(EnumSet.of(OperationType.SEARCH));
        InetAddress here = InetAddress.getLoopbackAddress();
        config.setListenerConfigs(
                InMemoryListenerConfig.createLDAPSConfig("ldaps", here, port, tls().getServerSocketFactory(), null),
                InMemoryListenerConfig.createLDAPConfig("ldap", here, 0, null));
        InMemoryDirectoryServer server = new InMemoryDirectoryServer(config);
        server.add("dn: dc=acme", "objectClass: domain", "dc: acme");
        server.add("dn: " + PEOPLE, "objectClass: organizationalUnit", "ou: people");
        server.add("dn: " + GROUPS, "objectClass: organizationalUnit", "ou: groups");
        person(server, "alice", "secret");
        person(server, "bob", "builder");
        server.add("dn: cn=Staff," + GROUPS, "objectClass: groupOfNames", "cn: Staff", "member: uid=alice," + PEOPLE);
        server.startListening();
        return server;
    }

    private static void person(InMemoryDirectoryServer server, String name, String password) throws Exception {
        server.add(
                "dn: uid=" + name + "," + PEOPLE,
                "objectClass: inetOrgPerson",
                "uid: " + name,
                "cn: " + name,
                "sn: " + name,
                "userPassword: " + password);
    }

    private static SSLContext tls() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(FILES.resolve("server-1.p12"))) {
            store.load(in, "secret".toCharArray());
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, "secret".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }
}
