// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.ldap;

import com.unboundid.ldap.sdk.BindRequest;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPConnectionOptions;
import com.unboundid.ldap.sdk.LDAPConnectionPool;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPSearchException;
import com.unboundid.ldap.sdk.LDAPURL;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchScope;
import com.unboundid.ldap.sdk.ServerSet;
import com.unboundid.ldap.sdk.SimpleBindRequest;
import com.unboundid.ldap.sdk.SingleServerSet;
import com.unboundid.util.ssl.HostNameSSLSocketVerifier;
import java.util.ArrayList;
import java.util.List;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A directory server and what is looked for in it. Any thread that may wait: a call takes as long as the server, and fails when
 * that is too long. It opens connections when they are needed and keeps a few.
 *
 * <p>What a client says is never part of the text of a filter or of a name: values are handed over as values.
 */
final class Directory implements AutoCloseable {
    private final Settings settings;
    private final LDAPConnectionPool connections;

    /**
     * Where and how to look.
     *
     * @param bindDn in whose name it is searched; empty for nobody's
     * @param userFilter what users must be, beside having the name
     * @param userAttribute the attribute with their names
     * @param groupBase below which the groups are; empty for none
     * @param groupAttribute the attribute with the names of groups
     * @param memberAttribute the attribute of groups with the distinguished names of their members
     */
    record Settings(
            String url,
            String bindDn,
            String bindPassword,
            String userBase,
            String userFilter,
            String userAttribute,
            String groupBase,
            String groupFilter,
            String groupAttribute,
            String memberAttribute,
            int timeoutMillis,
            int connections) {}

    /** A user: where in the directory, and by the name as the directory spells it. */
    record User(String dn, String name) {}

    /**
     * Connects to nobody yet.
     *
     * @param encrypting makes the sockets of {@code ldaps}
     * @throws IllegalArgumentException if something is not as it should be
     */
    Directory(Settings settings, SocketFactory encrypting) {
        this.settings = settings;
        try {
            filter(settings.userFilter, "user.filter");
            filter(settings.groupFilter, "group.filter");
            LDAPURL url = new LDAPURL(settings.url);
            boolean encrypted = url.getScheme().equals("ldaps");
            LDAPConnectionOptions options = new LDAPConnectionOptions();
            options.setConnectTimeoutMillis(settings.timeoutMillis);
            options.setResponseTimeoutMillis(settings.timeoutMillis);
            options.setUseSynchronousMode(true); // no thread a connection
            options.setFollowReferrals(false);
            options.setAbandonOnTimeout(false);
            if (encrypted) {
                options.setSSLSocketVerifier(new HostNameSSLSocketVerifier(true));
            }
            ServerSet server = new SingleServerSet(
                    url.getHost(), url.getPort(), encrypted ? encrypting : SocketFactory.getDefault(), options);
            BindRequest bind = settings.bindDn.isEmpty()
                    ? new SimpleBindRequest()
                    : new SimpleBindRequest(settings.bindDn, settings.bindPassword);
            connections = new LDAPConnectionPool(server, bind, 0, settings.connections);
            connections.setCreateIfNecessary(true);
            connections.setRetryFailedOperationsDueToInvalidConnections(true);
            connections.setMaxWaitTimeMillis(settings.timeoutMillis);
        } catch (LDAPException wrong) {
            throw new IllegalArgumentException("url: " + settings.url + ": " + wrong.getMessage(), wrong);
        }
    }

    private static Filter filter(String text, String key) {
        try {
            return Filter.create(text);
        } catch (LDAPException wrong) {
            throw new IllegalArgumentException(
                    key + ": expected a filter as (objectClass=person), got '" + text + "'", wrong);
        }
    }

    /** Whether its answers cannot be read by whoever is on the way. */
    boolean isEncrypted() {
        return settings.url.startsWith("ldaps:");
    }

    /**
     * The user of this name; {@code null} if there is none, or more than one.
     *
     * @throws LDAPException if the server does not say
     */
    @Nullable
    User find(String name) throws LDAPException {
        Filter byName = Filter.createEqualityFilter(settings.userAttribute, name);
        SearchRequest search = new SearchRequest(
                settings.userBase,
                SearchScope.SUB,
                Filter.createANDFilter(filter(settings.userFilter, "user.filter"), byName),
                settings.userAttribute);
        search.setSizeLimit(2);
        List<SearchResultEntry> found;
        try {
            found = connections.search(search).getSearchEntries();
        } catch (LDAPSearchException several) {
            if (several.getResultCode().equals(ResultCode.SIZE_LIMIT_EXCEEDED)) {
                return null;
            }
            throw several;
        }
        if (found.size() != 1) {
            return null;
        }
        String spelled = found.get(0).getAttributeValue(settings.userAttribute);
        return spelled == null ? null : new User(found.get(0).getDN(), spelled);
    }

    /**
     * Whether this is the password of that user; for nobody it is found out as well, so that it takes as long.
     *
     * @throws LDAPException if the server does not say
     */
    boolean verify(@Nullable User user, byte[] password) throws LDAPException {
        if (password.length == 0) {
            return false; // RFC 4513, 5.1.2: a bind without a password succeeds, and proves nothing
        }
        String dn = user == null ? "cn=nobody," + settings.userBase : user.dn;
        try {
            connections.bindAndRevertAuthentication(new SimpleBindRequest(dn, password));
            return user != null;
        } catch (LDAPException refused) {
            ResultCode code = refused.getResultCode();
            if (code.equals(ResultCode.INVALID_CREDENTIALS)
                    || code.equals(ResultCode.NO_SUCH_OBJECT)
                    || code.equals(ResultCode.INVALID_DN_SYNTAX)
                    || code.equals(ResultCode.UNWILLING_TO_PERFORM)
                    || code.equals(ResultCode.CONSTRAINT_VIOLATION)) {
                return false;
            }
            throw refused;
        }
    }

    /**
     * The names of the groups that a user is in.
     *
     * @throws LDAPException if the server does not say
     */
    List<String> groups(User user) throws LDAPException {
        List<String> groups = new ArrayList<>();
        if (!settings.groupBase.isEmpty()) {
            SearchRequest search = new SearchRequest(
                    settings.groupBase,
                    SearchScope.SUB,
                    Filter.createANDFilter(
                            filter(settings.groupFilter, "group.filter"),
                            Filter.createEqualityFilter(settings.memberAttribute, user.dn)),
                    settings.groupAttribute);
            for (SearchResultEntry group : connections.search(search).getSearchEntries()) {
                String name = group.getAttributeValue(settings.groupAttribute);
                if (name != null) {
                    groups.add(name);
                }
            }
        }
        return groups;
    }

    @Override
    public void close() {
        connections.close();
    }
}
