// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.DomainWildcardMappingBuilder;
import io.netty.util.Mapping;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CRL;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the files of a TLS configuration say at one moment, ready for handshakes. Immutable; any thread. */
final class TlsContexts {
    private static final Logger LOG = LoggerFactory.getLogger(TlsContexts.class);

    /** A ClientHello that names a host is a few hundred bytes; nobody gets more memory before it is understood. */
    private static final int LONGEST_CLIENT_HELLO = 16_384;

    private final SslContext first;
    private final @Nullable Mapping<String, SslContext> byHost;
    private final @Nullable X509TrustManager trust;
    private final int handshakeTimeoutMillis;

    private TlsContexts(
            SslContext first,
            @Nullable Mapping<String, SslContext> byHost,
            @Nullable X509TrustManager trust,
            int handshakeTimeoutMillis) {
        this.first = first;
        this.byHost = byHost;
        this.trust = trust;
        this.handshakeTimeoutMillis = handshakeTimeoutMillis;
    }

    /**
     * Reads the files.
     *
     * @throws IOException if they are not what they should be; says which one, and why
     */
    static TlsContexts read(TlsSettings settings) throws IOException {
        X509TrustManager trust =
                settings.clients().authentication() == ClientAuth.NONE ? null : trust(settings.clients());
        SslContext first = null;
        DomainWildcardMappingBuilder<SslContext> hosts = null;
        Set<String> named = new LinkedHashSet<>();
        for (KeyFiles files : settings.identities()) {
            KeyFiles.Pair pair = files.read();
            warnOfItsEnd(files, pair.own());
            SslContext context = context(settings, pair, trust);
            if (first == null || hosts == null) {
                first = context;
                hosts = new DomainWildcardMappingBuilder<>(context);
            }
            for (String host : hosts(pair.own())) {
                if (named.add(host)) {
                    hosts.add(host, context);
                }
            }
        }
        if (first == null || hosts == null) {
            throw new IllegalStateException("a certificate was asked for");
        }
        // With one certificate there is nothing to choose: the name of the host need not be waited for.
        return new TlsContexts(
                first,
                settings.identities().size() == 1 ? null : hosts.build(),
                trust,
                settings.handshakeTimeoutMillis());
    }

    private static SslContext context(TlsSettings settings, KeyFiles.Pair pair, @Nullable X509TrustManager trust)
            throws IOException {
        if (settings.provider() == SslProvider.OPENSSL && !OpenSsl.isAvailable()) {
            Throwable cause = OpenSsl.unavailabilityCause();
            throw new IOException(
                    "provider: openssl expects the bundles of the feature tls-openssl, started together with the others, and"
                            + " a machine that they are for; got "
                            + cause,
                    cause);
        }
        SslContextBuilder builder = SslContextBuilder.forServer(pair.key(), pair.chain())
                .sslProvider(settings.provider())
                .protocols(settings.protocols())
                .ciphers(settings.ciphers(), SupportedCipherSuiteFilter.INSTANCE)
                .clientAuth(settings.clients().authentication());
        if (trust != null) {
            builder.trustManager(trust);
        }
        return builder.build();
    }

    private static void warnOfItsEnd(KeyFiles files, X509Certificate certificate) {
        try {
            certificate.checkValidity();
        } catch (CertificateException outOfTime) {
            LOG.warn("{} is not valid now, clients will refuse it: {}", files.certificate(), outOfTime.getMessage());
        }
    }

    /** The hosts that a certificate is for. */
    private static List<String> hosts(X509Certificate certificate) throws IOException {
        List<String> hosts = new ArrayList<>();
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names != null) {
                for (List<?> name : names) {
                    if (name.get(0).equals(2) && name.get(1) instanceof String host) { // RFC 5280, 4.2.1.6: dNSName
                        hosts.add(host);
                    }
                }
            }
            return hosts;
        } catch (CertificateException malformed) {
            throw new IOException(
                    "the names in the certificate of " + certificate.getSubjectX500Principal() + " cannot be read",
                    malformed);
        }
    }

    /** Who vouches for clients, and whom they have disowned. */
    private static X509TrustManager trust(TlsSettings.Clients clients) throws IOException {
        try {
            KeyStore anchors = KeyStore.getInstance("PKCS12");
            anchors.load(null, null);
            int number = 0;
            for (Path file : clients.authorities()) {
                for (X509Certificate authority : KeyFiles.certificates(file)) {
                    anchors.setCertificateEntry("ca-" + number++, authority);
                }
            }
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
            parameters.setRevocationEnabled(!clients.revocations().isEmpty());
            if (parameters.isRevocationEnabled()) {
                parameters.addCertStore(
                        CertStore.getInstance("Collection", new CollectionCertStoreParameters(revoked(clients))));
                PKIXRevocationChecker checker = (PKIXRevocationChecker)
                        CertPathBuilder.getInstance("PKIX").getRevocationChecker();
                // By the files alone: nobody is asked over the network in the middle of a handshake.
                checker.setOptions(
                        EnumSet.of(PKIXRevocationChecker.Option.PREFER_CRLS, PKIXRevocationChecker.Option.NO_FALLBACK));
                parameters.addCertPathChecker(checker);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(new CertPathTrustManagerParameters(parameters));
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509TrustManager x509) {
                    return x509;
                }
            }
            throw new IllegalStateException("PKIX trusts certificates of X.509");
        } catch (GeneralSecurityException failure) {
            throw new IOException("client.ca: " + failure.getMessage(), failure);
        }
    }

    private static Collection<CRL> revoked(TlsSettings.Clients clients) throws IOException {
        List<CRL> revoked = new ArrayList<>();
        for (Path file : clients.revocations()) {
            try (InputStream in = Files.newInputStream(file)) {
                int before = revoked.size();
                revoked.addAll(CertificateFactory.getInstance("X.509").generateCRLs(in));
                if (revoked.size() == before) {
                    throw new IOException(file + ": a certificate revocation list expected, found none");
                }
            } catch (GeneralSecurityException malformed) {
                throw new IOException(
                        file + " is no certificate revocation list: " + malformed.getMessage(), malformed);
            }
        }
        return revoked;
    }

    /** What begins the handshake of one connection. */
    ChannelHandler handler(ByteBufAllocator allocator) {
        if (byHost != null) {
            return new SniHandler(byHost, LONGEST_CLIENT_HELLO, handshakeTimeoutMillis);
        }
        SslHandler handler = first.newHandler(allocator);
        handler.setHandshakeTimeoutMillis(handshakeTimeoutMillis);
        return handler;
    }

    /** Whether a client with these certificates could come in now. */
    boolean vouchesFor(List<X509Certificate> chain) {
        if (trust == null) {
            return false;
        }
        try {
            trust.checkClientTrusted(
                    chain.toArray(X509Certificate[]::new),
                    chain.get(0).getPublicKey().getAlgorithm());
            return true;
        } catch (CertificateException disowned) {
            return false;
        }
    }
}
