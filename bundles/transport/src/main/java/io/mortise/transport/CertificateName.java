// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import org.jspecify.annotations.Nullable;

/** What of a client's certificate is its user name. Any thread. */
enum CertificateName {
    /** Nothing: the user name is that of CONNECT. */
    NONE("none"),
    /** The whole subject, as RFC 2253 writes it. */
    SUBJECT("subject"),
    /** The common name of the subject. */
    CN("cn"),
    /** The first of the subject's alternative names that is a host. */
    SAN_DNS("san-dns"),
    /** The first that is an e-mail address. */
    SAN_EMAIL("san-email"),
    /** The first that is a URI. */
    SAN_URI("san-uri");

    private static final int LONGEST = 65_535; // 1.5.4: what an MQTT string holds

    // RFC 5280, 4.2.1.6: GeneralName
    private static final int EMAIL = 1;
    private static final int DNS = 2;
    private static final int URI = 6;

    private final String value;

    CertificateName(String value) {
        this.value = value;
    }

    /**
     * What a configuration asks for.
     *
     * @throws IllegalArgumentException for any other name
     */
    static CertificateName named(String name) {
        for (CertificateName each : values()) {
            if (each.value.equals(name)) {
                return each;
            }
        }
        throw new IllegalArgumentException(
                "username: none, subject, cn, san-dns, san-email or san-uri expected, got " + name);
    }

    /**
     * The user name; {@code null} if none is taken.
     *
     * @throws CertificateException if the certificate has none, or one that no user name may be
     */
    @Nullable
    String of(X509Certificate certificate) throws CertificateException {
        String name = switch (this) {
            case NONE -> null;
            case SUBJECT -> certificate.getSubjectX500Principal().getName();
            case CN -> commonName(certificate);
            case SAN_EMAIL -> alternativeName(certificate, EMAIL);
            case SAN_DNS -> alternativeName(certificate, DNS);
            case SAN_URI -> alternativeName(certificate, URI);
        };
        if (this == NONE) {
            return null;
        }
        if (name == null || name.isEmpty()) {
            throw new CertificateException(
                    "the certificate of " + certificate.getSubjectX500Principal() + " has no " + value);
        }
        if (!isUserName(name)) {
            throw new CertificateException("the " + value + " of a certificate is no user name: it is longer than "
                    + LONGEST + " bytes or has characters that nobody sees");
        }
        return name;
    }

    private static @Nullable String commonName(X509Certificate certificate) throws CertificateException {
        try {
            LdapName subject =
                    new LdapName(certificate.getSubjectX500Principal().getName());
            for (int i = subject.size() - 1; i >= 0; i--) { // the most specific one is the last
                Attribute attribute = subject.getRdn(i).toAttributes().get("CN");
                if (attribute != null && attribute.get() instanceof String name) {
                    return name;
                }
            }
            return null;
        } catch (NamingException malformed) {
            throw new CertificateException("the subject of the certificate cannot be read", malformed);
        }
    }

    private static @Nullable String alternativeName(X509Certificate certificate, int type)
            throws CertificateParsingException {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        if (names != null) {
            for (List<?> name : names) {
                if (name.get(0).equals(type) && name.get(1) instanceof String text) {
                    return text;
                }
            }
        }
        return null;
    }

    /** 1.5.4: well-formed; and nothing that looks like another name to whoever reads it. */
    private static boolean isUserName(String name) {
        return name.codePoints().noneMatch(each -> Character.isISOControl(each) || isHalf(each) || isNoCharacter(each))
                && name.getBytes(StandardCharsets.UTF_8).length <= LONGEST;
    }

    /** What is left of bytes that are no UTF-8, the mark at the start of a file, and what Unicode keeps for itself. */
    private static boolean isNoCharacter(int codePoint) {
        return codePoint == 0xFFFD
                || codePoint == 0xFEFF
                || codePoint >= 0xFDD0 && codePoint <= 0xFDEF
                || (codePoint & 0xFFFE) == 0xFFFE;
    }

    private static boolean isHalf(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }
}
