// SPDX-License-Identifier: Apache-2.0
package io.mortise.swap;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSigner;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.PKIXParameters;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Bundles that somebody signed whose certificate leads to a trust store. Felix installs a jar whatever its signatures say,
 * so this is where they are looked at: every entry is read and must have been signed by one and the same signer, who may
 * sign code, and whose certificates are valid today.
 *
 * <p>Java reads a jar by the directory at its end. An entry that only those would see who read it from its beginning, and
 * one that is there twice, are no part of what was signed; a jar with such entries is refused.
 */
final class Signed implements Trust {
    private static final String CODE_SIGNING = "1.3.6.1.5.5.7.3.3";

    private final Path store;
    private final char[] password;

    Signed(Path store, char[] password) {
        this.store = store;
        this.password = password.clone();
    }

    @Override
    public void check(Candidate candidate) throws IOException {
        String label = candidate.label();
        try {
            Set<CodeSigner> signers = signersOfAll(candidate, label);
            PKIXParameters parameters = new PKIXParameters(trusted());
            parameters.setRevocationEnabled(false); // a gateway may have no way to ask
            String reason = "";
            for (CodeSigner signer : signers) {
                String why = distrust(signer, parameters);
                if (why == null) {
                    return;
                }
                reason = why;
            }
            throw new SwapFailure(label + " is not trusted: " + reason);
        } catch (SecurityException altered) {
            throw new SwapFailure(
                    label + " is not trusted: it was altered after it was signed: " + altered.getMessage(), altered);
        } catch (GeneralSecurityException failure) {
            throw new SwapFailure(label + " cannot be judged by " + store + ": " + failure.getMessage(), failure);
        }
    }

    private KeyStore trusted() throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            trusted.load(in, password);
        }
        return trusted;
    }

    private static Set<CodeSigner> signersOfAll(Candidate candidate, String label) throws IOException {
        Set<String> names = new HashSet<>();
        @Nullable Set<CodeSigner> common = null;
        try (JarFile jar = new JarFile(candidate.file().toFile(), true)) {
            for (JarEntry entry : Collections.list(jar.entries())) {
                if (!names.add(entry.getName())) {
                    throw new SwapFailure(label + " is not trusted: " + entry.getName() + " is in it twice");
                }
                try (InputStream in = jar.getInputStream(entry)) {
                    in.transferTo(OutputStream.nullOutputStream()); // its signers are known when it has been read
                }
                if (entry.isDirectory() || isPartOfSignature(entry.getName())) {
                    continue;
                }
                CodeSigner[] signers = entry.getCodeSigners();
                if (signers == null) {
                    throw new SwapFailure(label + " is not trusted: " + entry.getName() + " is not signed");
                }
                if (common == null) {
                    common = new HashSet<>(List.of(signers));
                } else {
                    common.retainAll(List.of(signers));
                }
            }
        }
        refuseHiddenEntries(candidate, label, names);
        if (common == null || common.isEmpty()) {
            throw new SwapFailure(label + " is not trusted: nobody has signed all of it");
        }
        return common;
    }

    private static void refuseHiddenEntries(Candidate candidate, String label, Set<String> names) throws IOException {
        Set<String> seen = new HashSet<>();
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(candidate.file()))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (!names.contains(entry.getName()) || !seen.add(entry.getName())) {
                    throw new SwapFailure(
                            label + " is not trusted: " + entry.getName() + " is hidden in it from the signer");
                }
            }
        }
    }

    private static boolean isPartOfSignature(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return upper.equals(JarFile.MANIFEST_NAME)
                || upper.matches("META-INF/[^/]+\\.(SF|RSA|DSA|EC)")
                || upper.matches("META-INF/SIG-[^/]+");
    }

    /** Why this signer is not trusted; {@code null} if it is. */
    private static @Nullable String distrust(CodeSigner signer, PKIXParameters parameters)
            throws GeneralSecurityException {
        CertPath path = signer.getSignerCertPath();
        X509Certificate certificate = (X509Certificate) path.getCertificates().get(0);
        String name = certificate.getSubjectX500Principal().getName();
        List<String> usage = certificate.getExtendedKeyUsage();
        if (usage == null || !usage.contains(CODE_SIGNING)) {
            return "the certificate of " + name + " is not one for signing code";
        }
        try {
            CertPathValidator.getInstance("PKIX").validate(path, parameters);
            return null;
        } catch (CertPathValidatorException failure) {
            return "the certificate of " + name + ": " + failure.getMessage();
        }
    }

    @Override
    public boolean knowsOrigin() {
        return true;
    }
}
