// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One way to encrypt connections, for the listeners that name it: certificates, and what clients show of themselves.
 *
 * <p>Any thread. A thread of its own looks at the files.
 */
@Component(
        service = TlsIdentity.class,
        immediate = true,
        configurationPid = "io.mortise.tls",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = TlsIdentity.Config.class, factory = true)
public final class TlsIdentity {

    private static final int LOOK_SECONDS = 2;
    private static final int END_SECONDS = 10;

    /** What is configured. */
    @ObjectClassDefinition(
            name = "TLS",
            description =
                    "How connections are encrypted, by the name that follows the ~ of this configuration. Files are"
                            + " looked at every 2 seconds: new ones go for new connections, wrong ones change nothing."
                            + " Relative paths begin at the data folder.")
    @interface Config {
        @AttributeDefinition(
                description = "Files with a certificate each, in PEM with those of its issuers behind it, or in PKCS#12"
                        + " (.p12, .pfx) with its key. Clients choose by the host that they ask for; the first is for"
                        + " those who ask for none, or for one that none is for")
        String[] certificates() default {};

        @AttributeDefinition(
                description =
                        "Files with the private keys of the certificates in PEM (PKCS#8), in the same order; left out,"
                                + " each key is in the file of its certificate")
        String[] keys() default {};

        @AttributeDefinition(
                description = "Opens keys and PKCS#12 files that are locked",
                type = AttributeType.PASSWORD)
        String password() default "";

        @AttributeDefinition(
                description = "Who does the work; openssl needs the feature tls-openssl",
                options = {
                    @Option(label = "Java's own", value = "jdk"),
                    @Option(label = "OpenSSL, as netty-tcnative has it", value = "openssl")
                })
        String provider() default "jdk";

        @AttributeDefinition(
                description = "Versions of TLS that are spoken",
                options = {@Option(label = "TLS 1.3", value = "TLSv1.3"), @Option(label = "TLS 1.2", value = "TLSv1.2")
                })
        String[] protocols() default {"TLSv1.3", "TLSv1.2"};

        @AttributeDefinition(
                description =
                        "Cipher suites that may be chosen, by the names of Java, the best first; left out, those with"
                                + " forward secrecy and authenticated encryption. OpenSSL allows all that TLS 1.3 has")
        String[] ciphers() default {};

        @AttributeDefinition(
                description = "Whether clients have to show a certificate",
                options = {
                    @Option(label = "they are not asked", value = "none"),
                    @Option(label = "they may", value = "optional"),
                    @Option(label = "they have to", value = "required")
                })
        String client_authentication() default "none";

        @AttributeDefinition(description = "PEM files with the certificates of those who vouch for clients")
        String[] client_ca() default {};

        @AttributeDefinition(
                description =
                        "Files with certificate revocation lists, of each authority in client.ca one that is not out of"
                                + " date: without it none of its clients comes in")
        String[] client_crl() default {};

        @AttributeDefinition(
                description =
                        "What of a client's certificate is its user name, in the place of that of CONNECT; a client"
                                + " whose certificate has no such name is turned away",
                options = {
                    @Option(label = "nothing", value = "none"),
                    @Option(label = "the whole subject", value = "subject"),
                    @Option(label = "the common name", value = "cn"),
                    @Option(label = "the first host of the alternative names", value = "san-dns"),
                    @Option(label = "the first e-mail address of the alternative names", value = "san-email"),
                    @Option(label = "the first URI of the alternative names", value = "san-uri")
                })
        String username() default "none";

        @AttributeDefinition(
                description = "Whether a connected client goes when changed files no longer vouch for its certificate")
        boolean follow_client_ca() default false;

        @AttributeDefinition(description = "Milliseconds that a handshake may take", min = "100", max = "60000")
        int handshake_timeout_millis() default 10_000;

        @AttributeDefinition(
                description = "Handshakes that may begin in a second; further connections are closed at once",
                min = "1",
                max = "100000")
        int handshakes_per_second() default 500;
    }

    /** What Configuration Admin adds. */
    @interface Identity {
        String service_pid();
    }

    private static final Logger LOG = LoggerFactory.getLogger(TlsIdentity.class);

    private final String name;
    private final Path folder;
    private final Set<Entry> certified = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService looking;
    private volatile Tls tls;

    @Activate
    public TlsIdentity(BundleContext context, Config config, Identity identity) {
        this(
                name(identity.service_pid()),
                Path.of(Objects.requireNonNullElse(context.getProperty("mortise.data"), "")),
                config);
    }

    private TlsIdentity(String name, Path folder, Config config) {
        this(name, folder, settings(config, folder));
    }

    TlsIdentity(String name, Path folder, TlsSettings settings) {
        this.name = name;
        this.folder = folder;
        tls = new Tls(name, settings, certified, System::nanoTime);
        tls.look();
        looking = Executors.newSingleThreadScheduledExecutor(look -> {
            Thread thread = new Thread(look, "mortise-transport-tls " + name);
            thread.setDaemon(true);
            return thread;
        });
        looking.scheduleWithFixedDelay(() -> tls.look(), LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    /** Another configuration: if it is right, it goes for new handshakes. */
    @Modified
    void modified(Config config) {
        try {
            Tls next = new Tls(name, settings(config, folder), certified, System::nanoTime);
            next.look();
            if (next.unready() != null) {
                throw new IllegalArgumentException(next.unready());
            }
            tls = next;
        } catch (IllegalArgumentException wrong) {
            LOG.error("TLS {}: {}; what was in force stays", name, wrong.getMessage());
        }
    }

    @Deactivate
    void close() throws InterruptedException {
        looking.shutdownNow();
        if (!looking.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("TLS " + name + " still reads its files");
        }
    }

    String name() {
        return name;
    }

    /** What is in force now. */
    Tls tls() {
        return tls;
    }

    private static String name(String pid) {
        return pid.substring(pid.indexOf('~') + 1);
    }

    static TlsSettings settings(Config config, Path folder) {
        List<Path> certificates = paths(config.certificates(), folder);
        List<Path> keys = config.keys().length == 0 ? certificates : paths(config.keys(), folder);
        if (keys.size() != certificates.size()) {
            throw new IllegalArgumentException(
                    "keys: one for each of " + certificates.size() + " certificates expected, got " + keys.size());
        }
        List<KeyFiles> identities = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            identities.add(new KeyFiles(certificates.get(i), keys.get(i), config.password()));
        }
        return new TlsSettings(
                identities,
                provider(config.provider()),
                List.of(config.protocols()),
                List.of(config.ciphers()),
                new TlsSettings.Clients(
                        authentication(config.client_authentication()),
                        paths(config.client_ca(), folder),
                        paths(config.client_crl(), folder),
                        CertificateName.named(config.username()),
                        config.follow_client_ca()),
                config.handshake_timeout_millis(),
                config.handshakes_per_second());
    }

    private static SslProvider provider(String name) {
        return switch (name) {
            case "jdk" -> SslProvider.JDK;
            case "openssl" -> SslProvider.OPENSSL;
            default -> throw new IllegalArgumentException("provider: jdk or openssl expected, got " + name);
        };
    }

    private static ClientAuth authentication(String name) {
        return switch (name) {
            case "none" -> ClientAuth.NONE;
            case "optional" -> ClientAuth.OPTIONAL;
            case "required" -> ClientAuth.REQUIRE;
            default ->
                throw new IllegalArgumentException(
                        "client.authentication: none, optional or required expected, got " + name);
        };
    }

    private static List<Path> paths(String[] names, Path folder) {
        return Arrays.stream(names).map(folder::resolve).toList();
    }
}
