// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.scram;

import io.mortise.api.auth.AuthenticationMethod;
import io.mortise.api.auth.Authenticator;
import io.mortise.api.auth.ConnectAttempt;
import io.mortise.api.auth.Exchange;
import io.mortise.api.auth.Verdict;
import io.mortise.api.health.Health;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets in, by SCRAM-SHA-256, whom a file of users knows. Any thread; one of its own looks after the file.
 *
 * <p>The channel of TLS is not bound to the exchange: SCRAM-SHA-256-PLUS is not offered.
 *
 * <p>As an authenticator, for clients that name no method, it knows nobody. So a broker that asks this one alone lets in only
 * who proves a password by the method.
 */
@Component(
        configurationPid = ScramAuth.PID,
        service = {AuthenticationMethod.class, Authenticator.class},
        // where no authenticator is named, another one that there is goes before: this one knows nobody
        property = {Authenticator.NAME + "=scram", "service.ranking:Integer=-1"})
@Designate(ocd = ScramAuth.Config.class)
public final class ScramAuth implements AuthenticationMethod, Authenticator {
    static final String PID = "io.mortise.auth.scram";
    static final String METHOD = "SCRAM-SHA-256";

    private static final Logger LOG = LoggerFactory.getLogger(ScramAuth.class);
    private static final CompletionStage<Verdict> UNKNOWN = CompletableFuture.completedStage(new Verdict.Abstain());
    private static final long END_SECONDS = 10;
    private static final int NONCE_BYTES = 18;

    private final SecureRandom random = new SecureRandom();
    private final UsersFile file;
    private final ScheduledExecutorService watch;
    private final @Nullable ServiceRegistration<Health> health;

    @ObjectClassDefinition(
            name = "SCRAM-SHA-256",
            description =
                    "Who may connect by the authentication method SCRAM-SHA-256 of MQTT 5.0, from a file. A change is"
                            + " in force within two or three looks, for clients that authenticate after it.")
    @interface Config {
        @AttributeDefinition(
                name = "File of users",
                description =
                        "Lines of name:verifier, as bin/mortise scram-passwd writes them. A relative name is looked"
                                + " for in the configuration folder")
        String users() default "scram-users";

        @AttributeDefinition(
                name = "Interval of looks",
                description = "How often, in milliseconds, it is looked whether the file has changed",
                min = "50",
                max = "3600000")
        int look_interval_millis() default 500;
    }

    /** Reads the file; with one that is broken it starts as well, and refuses everybody. */
    @Activate
    public ScramAuth(BundleContext context, Config config) {
        this(context, folder(context), config);
    }

    ScramAuth(Path folder, Config config) {
        this(null, folder, config);
    }

    private ScramAuth(@Nullable BundleContext context, Path folder, Config config) {
        file = new UsersFile(folder.resolve(config.users()));
        watch = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "mortise-auth-scram-watch");
            thread.setDaemon(true);
            return thread;
        });
        watch.scheduleWithFixedDelay(
                this::look, config.look_interval_millis(), config.look_interval_millis(), TimeUnit.MILLISECONDS);
        // by itself: a method of authentication has a name too, and it is another one
        health = context == null ? null : context.registerService(Health.class, file, null);
    }

    Health health() {
        return file;
    }

    private static Path folder(BundleContext context) {
        String configured = context.getProperty("mortise.conf");
        return Path.of(configured == null ? "" : configured).toAbsolutePath();
    }

    @Deactivate
    void close() {
        if (health != null) {
            health.unregister();
        }
        watch.shutdownNow();
        try {
            if (!watch.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                LOG.error("The thread that looks after the file of users does not end");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        try {
            file.look();
        } catch (RuntimeException failure) {
            LOG.error("The file of users could not be looked after; trying again", failure);
        }
    }

    @Override
    public String name() {
        return METHOD;
    }

    @Override
    public Exchange begin(ConnectAttempt attempt) {
        return new ScramExchange(file.users(), this::nonce);
    }

    private String nonce() {
        byte[] bytes = new byte[NONCE_BYTES];
        random.nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    @Override
    public CompletionStage<Verdict> authenticate(ConnectAttempt attempt) {
        return UNKNOWN;
    }
}
