// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.jwt;

import com.nimbusds.jose.JWSAlgorithm;
import io.mortise.api.auth.AuthenticationMethod;
import io.mortise.api.auth.Authenticator;
import io.mortise.api.auth.Authorization;
import io.mortise.api.auth.Authorizer;
import io.mortise.api.auth.ConnectAttempt;
import io.mortise.api.auth.Exchange;
import io.mortise.api.auth.Identity;
import io.mortise.api.auth.Permissions;
import io.mortise.api.auth.Step;
import io.mortise.api.auth.Verdict;
import io.mortise.api.connection.BrokerAdmin;
import io.mortise.api.health.Health;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.ReasonCode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets in who brings a token of the configured issuer, and lets them do what its claims say, until it ends.
 *
 * <p>Any thread. Signatures are verified on threads of their own; two more read keys and end what has ended. What a token says is kept
 * by the broker, as attributes of the client, and not here: a new version of this bundle goes on with it.
 */
@Component(
        configurationPid = JwtAuth.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        service = {Authenticator.class, Authorizer.class, AuthenticationMethod.class},
        property = Authenticator.NAME + "=jwt")
@Designate(ocd = JwtAuth.Config.class)
public final class JwtAuth implements Authenticator, Authorizer, AuthenticationMethod {
    static final String PID = "io.mortise.auth.jwt";

    private static final Logger LOG = LoggerFactory.getLogger(JwtAuth.class);
    private static final CompletionStage<Verdict> UNKNOWN = CompletableFuture.completedStage(new Verdict.Abstain());
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final long END_SECONDS = 10;
    private static final long IDLE_SECONDS = 30;
    private static final int WAITING = 1_024;

    private final String method;
    private final ScheduledThreadPoolExecutor timer;
    private final ThreadPoolExecutor verifying;
    private final Tokens tokens;
    private final Leases leases;
    private final @Nullable ServiceRegistration<Health> health;
    private volatile @Nullable ServiceReference<BrokerAdmin> broker;

    /** It does what it is for as long as there are keys. */
    private record KeysHealth(Keys keys) implements Health {
        @Override
        public String name() {
            return "auth-jwt";
        }

        @Override
        public Status status() {
            return keys.inForce() != null
                    ? Status.UP
                    : new Status(Level.DOWN, "there are no keys to verify tokens with; see the log");
        }
    }

    @ObjectClassDefinition(
            name = "Access tokens",
            description = "Who may connect and what they may do, by JSON Web Tokens (RFC 7519) as OAuth 2.0 and OpenID"
                    + " Connect issue them: as the password of a client, or by an authentication method of MQTT 5.0. Without a"
                    + " configuration nobody is let in by a token.")
    @interface Config {
        @AttributeDefinition(
                name = "Keys",
                description =
                        "The key set (JWKS, RFC 7517) of who issues the tokens: a URL, as the issuer's jwks_uri, or a"
                                + " file. A relative name is looked for in the configuration folder")
        String keys() default "";

        @AttributeDefinition(
                name = "Interval of reading",
                description =
                        "How often, in seconds, the keys are read again from a URL; a file is looked at each second,"
                                + " and both when a token comes by a key that is not known",
                min = "1",
                max = "86400")
        int keys_interval_seconds() default 300;

        @AttributeDefinition(
                name = "Lifetime of keys",
                description =
                        "How long, in seconds, keys are in force after they were read last, when they cannot be read"
                                + " again",
                min = "1",
                max = "31536000")
        int keys_lifetime_seconds() default 86_400;

        @AttributeDefinition(
                name = "Deadline of reading",
                description = "How long, in milliseconds, a server may take to answer with the keys",
                min = "1",
                max = "60000")
        int keys_timeout_millis() default 1_000;

        @AttributeDefinition(
                name = "Algorithms",
                description = "The signatures that are believed (RFC 7518, 3.1). HS256 and the like need keys that are"
                        + " secret, in a file")
        String[] algorithms() default {"RS256", "PS256", "ES256"};

        @AttributeDefinition(
                name = "Issuer",
                description = "The claim iss that tokens must have; empty for anyone who has one of the keys")
        String issuer() default "";

        @AttributeDefinition(
                name = "Audience",
                description =
                        "What the claim aud of a token must have, one of these; none if that does not matter, which is"
                                + " right only if the issuer has no tokens for anything else")
        String[] audience() default {};

        @AttributeDefinition(
                name = "Claim of the principal",
                description =
                        "The claim in whose name a client acts; what is inside another is written with a dot between")
        String principal_claim() default "sub";

        @AttributeDefinition(
                name = "Claim of the client identifier",
                description = "The claim that a client's identifier has to be the same as; empty for none")
        String client_id_claim() default "";

        @AttributeDefinition(
                name = "Rules",
                description =
                        "What a client with a token may do: ACCESS TOPIC each, where ACCESS is read, write, readwrite"
                                + " or deny, and %c in the topic stands for the client identifier, %u for the principal and"
                                + " %{jwt.NAME} for the claim NAME of its token")
        String[] rules() default {};

        @AttributeDefinition(
                name = "Claim of topics to read",
                description =
                        "The claim with the topic filters from which a client may receive, a list or words with blanks"
                                + " between; empty for none")
        String read_claim() default "";

        @AttributeDefinition(
                name = "Claim of topics to write",
                description = "The claim with the topic filters to which a client may publish; empty for none")
        String write_claim() default "";

        @AttributeDefinition(
                name = "Clock skew",
                description =
                        "By how many seconds the clocks of broker and issuer may differ: so much longer is a token"
                                + " believed",
                min = "0",
                max = "3600")
        int skew_seconds() default 30;

        @AttributeDefinition(
                name = "Length of a token",
                description = "How many characters a token may have",
                min = "64",
                max = "65535")
        int token_maximum_characters() default 8_192;

        @AttributeDefinition(
                name = "Authentication method",
                description =
                        "By what name a client brings a token as Authentication Data, when it connects and when it"
                                + " authenticates anew; empty for not at all")
        String method() default "JWT";
    }

    /** Begins to read the keys; until they are there, nobody is let in. */
    @Activate
    public JwtAuth(BundleContext context, Config config) {
        this(folder(context), config, InstantSource.system(), null, context);
    }

    JwtAuth(Path folder, Config config, InstantSource clock, Consumer<String> end) {
        this(folder, config, clock, end, null);
    }

    private JwtAuth(
            Path folder,
            Config config,
            InstantSource clock,
            @Nullable Consumer<String> end,
            @Nullable BundleContext context) {
        method = config.method();
        KeySource source = KeySource.of(config.keys(), folder, config.keys_timeout_millis());
        TokenRules rules = new TokenRules(config.rules(), config.read_claim(), config.write_claim());
        Tokens.Expected expected = new Tokens.Expected(
                algorithms(config.algorithms()),
                config.issuer(),
                words(config.audience()),
                config.principal_claim(),
                config.client_id_claim(),
                config.skew_seconds(),
                config.token_maximum_characters());
        timer = new ScheduledThreadPoolExecutor(2, named("mortise-auth-jwt-timer"));
        timer.setRemoveOnCancelPolicy(true);
        int count = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        verifying = new ThreadPoolExecutor(
                count,
                count,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING),
                named("mortise-auth-jwt-verify"));
        verifying.allowCoreThreadTimeOut(true);
        Keys keys = new Keys(source, timer, Duration.ofSeconds(config.keys_lifetime_seconds()), System::nanoTime);
        tokens = new Tokens(expected, rules, keys, verifying, clock);
        leases = new Leases(
                rules,
                config.skew_seconds(),
                timer,
                clock,
                end != null ? end : clientId -> disconnect(context, clientId));
        health = context == null ? null : context.registerService(Health.class, new KeysHealth(keys), null);
        keys.readEvery(source.isNear() ? LOOK : Duration.ofSeconds(config.keys_interval_seconds()));
        if (expected.audiences().isEmpty() || expected.issuer().isEmpty()) {
            String any = expected.issuer().isEmpty() ? "issuer" : "audience";
            LOG.warn("{}: tokens of any {} are believed that are signed with one of the keys", PID, any);
        }
    }

    private static Path folder(BundleContext context) {
        String configured = context.getProperty("mortise.conf");
        return Path.of(configured == null ? "" : configured).toAbsolutePath();
    }

    private static Set<JWSAlgorithm> algorithms(String[] names) {
        Set<JWSAlgorithm> algorithms = new LinkedHashSet<>();
        for (String name : words(names)) {
            JWSAlgorithm algorithm = JWSAlgorithm.parse(name);
            if (!JWSAlgorithm.Family.SIGNATURE.contains(algorithm)
                    && !JWSAlgorithm.Family.HMAC_SHA.contains(algorithm)) {
                throw new IllegalArgumentException(
                        "algorithms: expected names of signatures as RS256 and ES256, got " + name);
            }
            algorithms.add(algorithm);
        }
        if (algorithms.isEmpty()) {
            throw new IllegalArgumentException("algorithms: expected one at least, got none");
        }
        return Set.copyOf(algorithms);
    }

    private static Set<String> words(String[] texts) {
        return Arrays.stream(texts)
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static ThreadFactory named(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY,
            service = BrokerAdmin.class)
    void bindBroker(ServiceReference<BrokerAdmin> next) {
        broker = next;
    }

    void unbindBroker(ServiceReference<BrokerAdmin> gone) {
        if (gone.equals(broker)) {
            broker = null;
        }
    }

    /** The broker is looked up at that moment only: it has this provider for a part, and neither should wait for the other. */
    private void disconnect(@Nullable BundleContext context, String clientId) {
        ServiceReference<BrokerAdmin> reference = broker;
        BrokerAdmin admin = context == null || reference == null ? null : context.getService(reference);
        if (context == null || reference == null || admin == null) {
            return; // the engine is being replaced: the next one asks anew, and there is nothing for the client
        }
        try {
            admin.disconnect(clientId, ReasonCode.MAXIMUM_CONNECT_TIME);
        } finally {
            context.ungetService(reference);
        }
    }

    @Deactivate
    void close() {
        if (health != null) {
            health.unregister();
        }
        timer.shutdownNow();
        verifying.shutdownNow();
        await(timer);
        await(verifying);
    }

    private static void await(ExecutorService threads) {
        try {
            if (!threads.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                LOG.error("A thread of the tokens is still busy after {} s; it ends with what it does", END_SECONDS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public CompletionStage<Verdict> authenticate(ConnectAttempt attempt) {
        Payload password = attempt.password();
        String token = password == null ? "" : password.toText();
        return Tokens.isOne(token) ? tokens.verify(token, attempt.clientId()) : UNKNOWN;
    }

    @Override
    public String name() {
        return method;
    }

    @Override
    public Exchange begin(ConnectAttempt attempt) {
        return data -> data == null
                ? CompletableFuture.completedStage(new Step.Outcome(
                        new Verdict.Refuse(ReasonCode.NOT_AUTHORIZED, "expected a token as Authentication Data")))
                : tokens.verify(data.toText(), attempt.clientId()).thenApply(Step.Outcome::new);
    }

    @Override
    public Authorization authorize(Identity client, Consumer<Permissions> grant) {
        return leases.enter(client, grant);
    }
}
