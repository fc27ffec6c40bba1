// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.cert;

import io.mortise.api.auth.Authenticator;
import io.mortise.api.auth.ClientCertificate;
import io.mortise.api.auth.ConnectAttempt;
import io.mortise.api.auth.Verdict;
import io.mortise.api.health.Health;
import io.mortise.api.protocol.ReasonCode;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import javax.security.auth.x500.X500Principal;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows clients by their certificates. Any thread; answers at once.
 *
 * <p>A client that shows none, or one that is mapped to nobody, is left to others. A configuration that is wrong at first closes
 * the door, since the component does not start; one that becomes wrong later is refused and what was in force stays.
 */
@Component(
        configurationPid = CertAuth.PID,
        service = {Authenticator.class, Health.class},
        // where no authenticator is named, another one that there is goes before
        property = {Authenticator.NAME + "=cert", "service.ranking:Integer=-1"})
@Designate(ocd = CertAuth.Config.class)
public final class CertAuth implements Authenticator, Health {
    static final String PID = "io.mortise.auth.cert";

    private static final Logger LOG = LoggerFactory.getLogger(CertAuth.class);
    private static final CompletionStage<Verdict> UNKNOWN = CompletableFuture.completedStage(new Verdict.Abstain());

    /** What of a subject is an attribute of its client. */
    private static final List<String> TOLD = List.of("CN", "O", "OU", "L", "C");

    private volatile Settings settings;
    private volatile Status status = Status.UP;

    private record Settings(
            NameSource source, Mapping mapping, Set<X500Principal> issuers, boolean clientIdIsPrincipal) {

        static Settings of(Config config) {
            Set<X500Principal> issuers = new HashSet<>();
            for (String issuer : config.issuers()) {
                if (!issuer.isBlank()) {
                    try {
                        issuers.add(new X500Principal(issuer));
                    } catch (IllegalArgumentException wrong) {
                        throw new IllegalArgumentException(
                                "issuers: expected a distinguished name as CN=Devices,O=Acme, got '" + issuer + "'",
                                wrong);
                    }
                }
            }
            return new Settings(
                    NameSource.named(config.identity()),
                    Mapping.parse(config.mapping()),
                    Set.copyOf(issuers),
                    config.client_id_is_principal());
        }
    }

    @ObjectClassDefinition(
            name = "Client certificates",
            description =
                    "Who a client is, by the certificate that it has shown to a listener whose TLS configuration asks"
                            + " for one (client.authentication).")
    @interface Config {
        @AttributeDefinition(
                name = "Identity",
                description = "What of a certificate is looked at. Where there are several, the first counts that is"
                        + " mapped to somebody",
                options = {
                    @Option(label = "the whole subject, as RFC 2253 writes it", value = "subject"),
                    @Option(label = "the common name", value = "cn"),
                    @Option(label = "the hosts of the alternative names", value = "san-dns"),
                    @Option(label = "the e-mail addresses of the alternative names", value = "san-email"),
                    @Option(label = "the URIs of the alternative names", value = "san-uri"),
                    @Option(label = "what the listener takes for a user name", value = "listener")
                })
        String identity() default "cn";

        @AttributeDefinition(
                name = "Mapping",
                description =
                        "Lines of EXPRESSION -> PRINCIPAL. The regular expression has to match all of the name; $1"
                                + " and ${group} in the principal stand for what its groups have matched. The first line that"
                                + " matches counts; whom none matches is left to others. Without any line, the name is the"
                                + " principal")
        String[] mapping() default {};

        @AttributeDefinition(
                name = "Issuers",
                description =
                        "The distinguished names of those who may have signed the certificate, or one of its chain;"
                                + " clients of others are left to others. None for all whom the listener trusts")
        String[] issuers() default {};

        @AttributeDefinition(
                name = "Client identifier",
                description = "Whether a client is refused whose client identifier is not its principal")
        boolean client_id_is_principal() default false;
    }

    @Activate
    public CertAuth(Config config) {
        settings = Settings.of(config);
    }

    @Modified
    void modified(Config config) {
        try {
            settings = Settings.of(config);
            status = Status.UP;
        } catch (IllegalArgumentException wrongValue) {
            String problem = PID + ": " + wrongValue.getMessage() + "; what was configured before stays in force";
            status = new Status(Level.DEGRADED, problem);
            LOG.error(problem);
        }
    }

    @Override
    public String name() {
        return "auth-cert";
    }

    @Override
    public Status status() {
        return status;
    }

    @Override
    public CompletionStage<Verdict> authenticate(ConnectAttempt attempt) {
        Settings now = settings;
        ClientCertificate certificate = attempt.certificate();
        if (certificate == null || !isIssued(certificate, now.issuers)) {
            return UNKNOWN;
        }
        String principal = now.mapping.principal(now.source.names(certificate));
        if (principal == null) {
            return UNKNOWN;
        }
        if (now.clientIdIsPrincipal && !principal.equals(attempt.clientId())) {
            return CompletableFuture.completedStage(new Verdict.Refuse(
                    ReasonCode.CLIENT_IDENTIFIER_NOT_VALID, "its client identifier is not that of its certificate"));
        }
        return CompletableFuture.completedStage(new Verdict.Accept(principal, attributes(certificate.own())));
    }

    private static boolean isIssued(ClientCertificate certificate, Set<X500Principal> issuers) {
        return issuers.isEmpty()
                || certificate.chain().stream().anyMatch(each -> issuers.contains(each.getIssuerX500Principal()));
    }

    /** For rules with places: {@code cert.cn}, {@code cert.o} and so on, and {@code cert.serial}. */
    private static Map<String, String> attributes(X509Certificate certificate) {
        Map<String, String> attributes = new HashMap<>();
        for (String type : TOLD) {
            List<String> values = NameSource.inSubject(certificate, type);
            if (!values.isEmpty()) {
                attributes.put("cert." + type.toLowerCase(Locale.ROOT), values.get(0));
            }
        }
        attributes.put("cert.serial", certificate.getSerialNumber().toString(16));
        return attributes;
    }
}
