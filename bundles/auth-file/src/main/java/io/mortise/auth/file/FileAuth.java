// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.file;

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
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets in whom the password file knows, and lets them do what the rules file says.
 *
 * <p>Any thread. Passwords are checked on threads of their own; one more looks after the files. A change reaches the clients
 * that are connected: their permissions are replaced, and who was struck from the password file may do nothing any more.
 */
@Component(
        configurationPid = FileAuth.PID,
        service = {Authenticator.class, Authorizer.class, Health.class},
        property = Authenticator.NAME + "=file")
@Designate(ocd = FileAuth.Config.class)
public final class FileAuth implements Authenticator, Authorizer, Health {
    static final String PID = "io.mortise.auth.file";

    private static final Logger LOG = LoggerFactory.getLogger(FileAuth.class);
    private static final long END_SECONDS = 10;

    private static final Verdict UNKNOWN = new Verdict.Abstain();
    private static final Verdict WRONG = new Verdict.Refuse(ReasonCode.BAD_USER_NAME_OR_PASSWORD, "wrong password");
    private static final Verdict UNUSABLE =
            new Verdict.Refuse(ReasonCode.NOT_AUTHORIZED, "the password file has not been right so far");
    private static final Verdict BUSY =
            new Verdict.Refuse(ReasonCode.SERVER_BUSY, "too many passwords wait to be checked");

    private final boolean inPart;
    private final WatchedFile<Users> users;
    private final WatchedFile<Rules> rules;
    private final LiveClients clients = new LiveClients(this::isUser, this::permissionsOf);
    private final HashingPool hashing;
    private final ScheduledExecutorService watch;

    @ObjectClassDefinition(
            name = "Users and rules in files",
            description = "Who may connect, and what they may do, from files as Mosquitto has them. Relative names are"
                    + " looked for in the configuration folder. A change is in force within two or three looks.")
    @interface Config {
        @AttributeDefinition(
                name = "Password file",
                description = "Lines of name:hash, as bin/mortise passwd and mosquitto_passwd write them")
        String users() default "users";

        @AttributeDefinition(
                name = "Rules file",
                description =
                        "An access control list: lines of user NAME, topic [ACCESS] TOPIC, pattern [ACCESS] TOPIC,"
                                + " where ACCESS is read, write, readwrite or deny")
        String rules() default "rules";

        @AttributeDefinition(
                name = "Subscriptions in part",
                description = "Whether a client may subscribe with a filter of which only a part is allowed, as with"
                        + " Mosquitto; it is not sent the rest. Otherwise such a subscription is refused.")
        boolean subscribe_in_part() default false;

        @AttributeDefinition(
                name = "Interval of looks",
                description = "How often, in milliseconds, it is looked whether a file has changed",
                min = "50",
                max = "3600000")
        int look_interval_millis() default 500;

        @AttributeDefinition(
                name = "Hashing threads",
                description = "How many passwords are checked at the same time; 0 for half of the processors",
                min = "0",
                max = "256")
        int hashing_threads() default 0;

        @AttributeDefinition(
                name = "Hashing queue",
                description = "How many clients wait for their password to be checked; further ones are told that the"
                        + " broker is busy",
                min = "1",
                max = "100000")
        int hashing_queue_maximum() default 64;

        @AttributeDefinition(
                name = "Hashing wait",
                description =
                        "How long, in milliseconds, a client waits at most until its password begins to be checked; then it"
                                + " is told that the broker is busy. Less than the deadline of authentication of the engine, or"
                                + " passwords are checked for clients that were refused meanwhile",
                min = "1",
                max = "600000")
        int hashing_wait_maximum_millis() default 1_000;
    }

    /** Reads both files; with one that is broken it starts as well, and refuses everybody. */
    @Activate
    public FileAuth(BundleContext context, Config config) {
        this(folder(context), config);
    }

    FileAuth(Path folder, Config config) {
        inPart = config.subscribe_in_part();
        users = new WatchedFile<>("users", folder.resolve(config.users()), Users.NOBODY, Users::parse);
        rules = new WatchedFile<>("rules", folder.resolve(config.rules()), Rules.NONE, Rules::parse);
        hashing = new HashingPool(
                config.hashing_threads(), config.hashing_queue_maximum(), config.hashing_wait_maximum_millis());
        watch = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "mortise-auth-file-watch");
            thread.setDaemon(true);
            return thread;
        });
        watch.scheduleWithFixedDelay(
                this::look, config.look_interval_millis(), config.look_interval_millis(), TimeUnit.MILLISECONDS);
    }

    private static Path folder(BundleContext context) {
        String configured = context.getProperty("mortise.conf");
        return Path.of(configured == null ? "" : configured).toAbsolutePath();
    }

    @Deactivate
    void close() {
        watch.shutdownNow();
        try {
            if (!watch.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                LOG.error("The thread that looks after the files does not end");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        hashing.close();
    }

    @Override
    public CompletionStage<Verdict> authenticate(ConnectAttempt attempt) {
        if (!users.isUsable()) {
            return CompletableFuture.completedStage(UNUSABLE); // whoever else would accept it
        }
        String name = attempt.username();
        Payload password = attempt.password();
        if (name == null || password == null) {
            return CompletableFuture.completedStage(UNKNOWN);
        }
        try {
            return hashing.submit(() -> judge(name, password), BUSY);
        } catch (RejectedExecutionException tooMany) {
            return CompletableFuture.completedStage(BUSY);
        }
    }

    /** Whoever else decides about users that the file does not know, they have cost as much as those that it knows. */
    private Verdict judge(String name, Payload password) {
        Users now = users.content();
        boolean verified = now.verify(name, password);
        return verified ? new Verdict.Accept(name) : now.has(name) ? WRONG : UNKNOWN;
    }

    @Override
    public Authorization authorize(Identity client, Consumer<Permissions> grant) {
        return clients.enter(client, grant);
    }

    private boolean isUser(Identity client) {
        return users.content().has(client.principal());
    }

    private Permissions permissionsOf(Identity client) {
        return rules.isUsable() ? rules.content().permissionsOf(client, inPart) : TopicRules.nothing();
    }

    @Override
    public String name() {
        return "auth-file";
    }

    /** A file that is not there closes the door as well, but is no fault where nobody asks for it. */
    @Override
    public Status status() {
        String problem = Stream.of(users.problem(), rules.problem())
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(". "));
        if (problem.isEmpty()) {
            return Status.UP;
        }
        boolean closed = !users.problem().isEmpty() && !users.isUsable()
                || !rules.problem().isEmpty() && !rules.isUsable();
        return new Status(closed ? Level.DOWN : Level.DEGRADED, problem);
    }

    private void look() {
        try {
            boolean changed = users.look() | rules.look();
            if (changed) {
                clients.grantAnew();
            }
        } catch (RuntimeException failure) {
            LOG.error("The files could not be looked after; trying again", failure);
        }
    }
}
