// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.ldap;

import com.unboundid.ldap.sdk.LDAPException;
import io.mortise.api.auth.Authenticator;
import io.mortise.api.auth.Authorization;
import io.mortise.api.auth.Authorizer;
import io.mortise.api.auth.ConnectAttempt;
import io.mortise.api.auth.Identity;
import io.mortise.api.auth.Permissions;
import io.mortise.api.auth.TopicRules;
import io.mortise.api.auth.Verdict;
import io.mortise.api.health.Health;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.ReasonCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets in whom a directory knows, and lets them do what their groups may. Any thread; the directory is asked on threads of its own,
 * as many as there are connections to it.
 */
@Component(
        configurationPid = LdapAuth.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        service = {Authenticator.class, Authorizer.class, Health.class},
        property = Authenticator.NAME + "=ldap")
@Designate(ocd = LdapAuth.Config.class)
public final class LdapAuth implements Authenticator, Authorizer, Health {
    static final String PID = "io.mortise.auth.ldap";

    private static final Logger LOG = LoggerFactory.getLogger(LdapAuth.class);
    private static final CompletionStage<Verdict> UNKNOWN = CompletableFuture.completedStage(new Verdict.Abstain());
    private static final Verdict WRONG =
            new Verdict.Refuse(ReasonCode.BAD_USER_NAME_OR_PASSWORD, "the directory does not believe its password");
    private static final Verdict BUSY = new Verdict.Refuse(ReasonCode.SERVER_BUSY, "too many wait for the directory");
    private static final String DN = "ldap.dn";
    private static final long IDLE_SECONDS = 30;
    private static final long END_SECONDS = 10;
    private static final int WAITING = 1_024;

    private final Directory directory;
    private final GroupRules rules;
    private final int graceSeconds;
    private final Set<Member> members = ConcurrentHashMap.newKeySet();
    private final ThreadPoolExecutor threads;
    private final ScheduledThreadPoolExecutor timer;
    private volatile String failure = "";

    @ObjectClassDefinition(
            name = "Directory (LDAP)",
            description =
                    "Who may connect and what they may do, by a directory. A directory that does not answer lets nobody"
                            + " in. Without a configuration nobody is asked.")
    @interface Config {
        @AttributeDefinition(
                name = "URL",
                description =
                        "Of the directory server: ldaps://HOST:PORT; passwords go over ldap:// as everybody can read"
                                + " them")
        String url() default "";

        @AttributeDefinition(
                name = "Authorities",
                description =
                        "A PEM file with the certificates of those who vouch for the server; a relative name is looked"
                                + " for in the configuration folder. Empty: those that Java trusts")
        String ca() default "";

        @AttributeDefinition(
                name = "Name to search by",
                description = "The distinguished name in which users and groups are looked for; empty for nobody's")
        String bind_dn() default "";

        @AttributeDefinition(
                name = "Password to search by",
                description = "Its password",
                type = AttributeType.PASSWORD)
        String bind_password() default "";

        @AttributeDefinition(
                name = "Base of users",
                description = "The distinguished name below which users are, as ou=people,dc=acme,dc=example")
        String user_base() default "";

        @AttributeDefinition(
                name = "Filter of users",
                description = "What an entry must be to be a user, beside having the name")
        String user_filter() default "(objectClass=person)";

        @AttributeDefinition(
                name = "Attribute of users",
                description =
                        "The attribute with the user name. A client acts in its value, as the directory spells it")
        String user_attribute() default "uid";

        @AttributeDefinition(
                name = "Base of groups",
                description = "The distinguished name below which groups are; empty for none")
        String group_base() default "";

        @AttributeDefinition(name = "Filter of groups", description = "What an entry must be to be a group")
        String group_filter() default "(objectClass=groupOfNames)";

        @AttributeDefinition(name = "Attribute of groups", description = "The attribute with the name of a group")
        String group_attribute() default "cn";

        @AttributeDefinition(
                name = "Attribute of members",
                description = "The attribute of a group with the distinguished names of its members")
        String member_attribute() default "member";

        @AttributeDefinition(
                name = "Rules",
                description = "What members of groups may do: GROUP: ACCESS TOPIC each, where ACCESS is read, write,"
                        + " readwrite or deny, %c in the topic stands for the client identifier and %u for the user; * is"
                        + " everybody whom the directory knows")
        String[] rules() default {};

        @AttributeDefinition(
                name = "Deadline",
                description =
                        "How long, in milliseconds, the server may take for each of the two or three steps that it"
                                + " takes to let a client in",
                min = "1",
                max = "600000")
        int timeout_millis() default 600;

        @AttributeDefinition(
                name = "Connections",
                description = "How many connections to the server are kept, and clients looked for at once",
                min = "1",
                max = "256")
        int connections() default 4;

        @AttributeDefinition(
                name = "Interval of questions",
                description = "How often, in seconds, it is asked again what connected clients may do",
                min = "1",
                max = "86400")
        int refresh_seconds() default 60;

        @AttributeDefinition(
                name = "Grace",
                description =
                        "For how long, in seconds, the last answer about a connected client holds beyond that when the"
                                + " server does not answer",
                min = "0",
                max = "86400")
        int grace_seconds() default 60;
    }

    /** Connects to nobody yet. */
    @Activate
    public LdapAuth(BundleContext context, Config config) {
        this(folder(context), config);
    }

    LdapAuth(Path folder, Config config) {
        if (!config.url().startsWith("ldaps://") && !config.url().startsWith("ldap://")) {
            throw new IllegalArgumentException("url: expected ldaps://HOST:PORT, got '" + config.url() + "'");
        }
        if (config.user_base().isBlank()) {
            throw new IllegalArgumentException("user.base: expected a distinguished name, got nothing");
        }
        rules = new GroupRules(config.rules());
        graceSeconds = config.refresh_seconds() + config.grace_seconds();
        directory = new Directory(
                new Directory.Settings(
                        config.url(),
                        config.bind_dn(),
                        config.bind_password(),
                        config.user_base(),
                        config.user_filter(),
                        config.user_attribute(),
                        config.group_base(),
                        config.group_filter(),
                        config.group_attribute(),
                        config.member_attribute(),
                        config.timeout_millis(),
                        config.connections()),
                encrypting(folder, config.ca()));
        if (!directory.isEncrypted()) {
            LOG.warn("{}: passwords go to {} as everybody on the way can read them; use ldaps", PID, config.url());
        }
        threads = new ThreadPoolExecutor(
                config.connections(),
                config.connections(),
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING),
                named("mortise-auth-ldap"));
        threads.allowCoreThreadTimeOut(true);
        timer = new ScheduledThreadPoolExecutor(1, named("mortise-auth-ldap-timer"));
        timer.scheduleWithFixedDelay(
                this::askAnew, config.refresh_seconds(), config.refresh_seconds(), TimeUnit.SECONDS);
    }

    private static Path folder(BundleContext context) {
        String configured = context.getProperty("mortise.conf");
        return Path.of(configured == null ? "" : configured).toAbsolutePath();
    }

    private static ThreadFactory named(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    private static SocketFactory encrypting(Path folder, String authorities) {
        try {
            KeyStore trusted = null;
            if (!authorities.isBlank()) {
                trusted = KeyStore.getInstance("PKCS12");
                trusted.load(null, null);
                try (InputStream in = Files.newInputStream(folder.resolve(authorities))) {
                    int number = 0;
                    for (Certificate each :
                            CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                        trusted.setCertificateEntry("ca-" + number++, each);
                    }
                }
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context.getSocketFactory();
        } catch (IOException | GeneralSecurityException unusable) {
            throw new IllegalArgumentException("ca: " + authorities + ": " + unusable, unusable);
        }
    }

    @Deactivate
    void close() {
        timer.shutdownNow();
        threads.shutdownNow();
        directory.close(); // whoever still waits for the server does not any more
        await(timer);
        await(threads);
    }

    private static void await(ExecutorService ending) {
        try {
            if (!ending.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                LOG.error("A thread still waits for the directory after {} s; it ends with that", END_SECONDS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public CompletionStage<Verdict> authenticate(ConnectAttempt attempt) {
        String name = attempt.username();
        Payload password = attempt.password();
        if (name == null || name.isEmpty() || password == null) {
            return UNKNOWN;
        }
        try {
            return CompletableFuture.supplyAsync(() -> judge(name, password), threads);
        } catch (RejectedExecutionException tooMany) {
            return CompletableFuture.completedStage(BUSY);
        }
    }

    private Verdict judge(String name, Payload password) {
        try {
            Directory.User user = directory.find(name);
            boolean verified = directory.verify(user, password.toByteArray());
            failure = "";
            if (user == null) {
                return new Verdict.Abstain();
            }
            return verified ? new Verdict.Accept(user.name(), Map.of(DN, user.dn())) : WRONG;
        } catch (LDAPException unanswered) {
            failed(unanswered);
            return new Verdict.Refuse(
                    ReasonCode.SERVER_UNAVAILABLE, "the directory does not answer: " + unanswered.getResultCode());
        }
    }

    private void failed(LDAPException unanswered) {
        String reason = String.valueOf(unanswered.getResultCode());
        if (!reason.equals(failure)) {
            failure = reason;
            LOG.error("The directory does not answer; nobody is let in until it does: {}", unanswered.getMessage());
        }
    }

    @Override
    public Authorization authorize(Identity client, Consumer<Permissions> grant) {
        if (client.isAnonymous()) {
            grant.accept(TopicRules.NONE.permissionsOf(client));
            return () -> {};
        }
        Member member = new Member(client, grant, members);
        members.add(member);
        try {
            threads.execute(() -> ask(member));
        } catch (RejectedExecutionException tooMany) {
            member.mayNothing();
        }
        return member;
    }

    private void ask(Member member) {
        try {
            Directory.User user = user(member.client());
            TopicRules mine = user == null ? null : rules.of(directory.groups(user));
            failure = "";
            if (mine != null) {
                member.may(mine, System.nanoTime());
            } else if (member.client().attributes().containsKey(DN)) {
                member.mayNothing(); // the directory let it in, and knows it no more
            } else {
                member.may(TopicRules.NONE, System.nanoTime()); // it came by somebody else's word
            }
        } catch (LDAPException unanswered) {
            failed(unanswered);
            member.unanswered(System.nanoTime(), graceSeconds);
        }
    }

    private Directory.@Nullable User user(Identity client) throws LDAPException {
        return directory.find(client.principal());
    }

    private void askAnew() {
        for (Member member : members) {
            ask(member);
        }
    }

    @Override
    public String name() {
        return "auth-ldap";
    }

    @Override
    public Status status() {
        String reason = failure;
        return reason.isEmpty()
                ? Status.UP
                : new Status(
                        Level.DOWN,
                        "the directory does not answer (" + reason + "); clients are refused until it does");
    }
}
