// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.cert;

import io.mortise.api.auth.ClientCertificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.jspecify.annotations.Nullable;

/** Where in a certificate the names of its client are. Any thread. */
enum NameSource {
    /** The whole subject, as RFC 2253 writes it. */
    SUBJECT,
    /** The common names of the subject, the most specific one first. */
    CN,
    /** The alternative names that are hosts. */
    SAN_DNS,
    /** Those that are e-mail addresses. */
    SAN_EMAIL,
    /** Those that are URIs. */
    SAN_URI,
    /** What the listener takes, by its own configuration. */
    LISTENER;

    // RFC 5280, 4.2.1.6: GeneralName
    private static final int EMAIL = 1;
    private static final int DNS = 2;
    private static final int URI = 6;

    /**
     * The one with this name, as a configuration has it.
     *
     * @throws IllegalArgumentException if there is none
     */
    static NameSource named(String name) {
        for (NameSource each : values()) {
            if (each.toString().equals(name)) {
                return each;
            }
        }
        throw new IllegalArgumentException(
                "identity: subject, cn, san-dns, san-email, san-uri or listener expected, got " + name);
    }

    /** The names, in order; none if the certificate has none, or one that cannot be read. */
    List<String> names(ClientCertificate certificate) {
        X509Certificate own = certificate.own();
        return switch (this) {
            case SUBJECT -> List.of(own.getSubjectX500Principal().getName());
            case CN -> inSubject(own, "CN");
            case SAN_EMAIL -> alternative(own, EMAIL);
            case SAN_DNS -> alternative(own, DNS);
            case SAN_URI -> alternative(own, URI);
            case LISTENER -> ofListener(certificate.username());
        };
    }

    private static List<String> ofListener(@Nullable String username) {
        return username == null ? List.of() : List.of(username);
    }

    /** What a subject says of one kind, the most specific first. */
    static List<String> inSubject(X509Certificate certificate, String type) {
        List<String> found = new ArrayList<>();
        try {
            List<Rdn> rdns = new LdapName(certificate.getSubjectX500Principal().getName()).getRdns();
            for (int i = rdns.size() - 1; i >= 0; i--) { // the most specific one is the last
                Attribute values = rdns.get(i).toAttributes().get(type);
                if (values != null && values.get() instanceof String text) {
                    found.add(text);
                }
            }
        } catch (NamingException malformed) {
            return List.of();
        }
        return found;
    }

    private static List<String> alternative(X509Certificate certificate, int type) {
        List<String> found = new ArrayList<>();
        Collection<List<?>> names;
        try {
            names = certificate.getSubjectAlternativeNames();
        } catch (CertificateParsingException malformed) {
            return List.of();
        }
        if (names != null) {
            for (List<?> name : names) {
                if (name.get(0).equals(type) && name.get(1) instanceof String text) {
                    found.add(text);
                }
            }
        }
        return found;
    }

    /** As it is written in a configuration. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
