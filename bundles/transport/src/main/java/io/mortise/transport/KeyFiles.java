// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A certificate and its key, in two files of PEM, in one, or in one of PKCS#12. Any thread; reads files.
 *
 * @param certificate the certificate, with those of its issuers behind it
 * @param key its private key; the same file if both are in it
 * @param password opens the key, if it is locked; empty otherwise
 */
record KeyFiles(Path certificate, Path key, String password) {
    private static final Pattern PEM_KEY = Pattern.compile(
            "-----BEGIN ([A-Z ]*PRIVATE KEY)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----", Pattern.MULTILINE);
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "Ed25519", "Ed448", "RSASSA-PSS");

    /** What is in the files: a key, and the chain that proves it. */
    record Pair(PrivateKey key, List<X509Certificate> chain) {

        X509Certificate own() {
            return chain.get(0);
        }
    }

    /**
     * Reads them.
     *
     * @throws IOException if a file cannot be read or understood, or if they do not belong together; says which, and why
     */
    Pair read() throws IOException {
        Pair pair = isPkcs12(certificate) ? fromKeyStore() : new Pair(privateKey(), certificates(certificate));
        if (!belongTogether(pair.key(), pair.own().getPublicKey())) {
            throw new IOException(key + " is not the key of the certificate in " + certificate);
        }
        return pair;
    }

    /**
     * The certificates in a file of PEM or DER.
     *
     * @throws IOException if it cannot be read, or has none
     */
    static List<X509Certificate> certificates(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            List<X509Certificate> found = new ArrayList<>();
            for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                found.add((X509Certificate) each);
            }
            if (found.isEmpty()) {
                throw new IOException(file + ": a certificate expected, found none");
            }
            return found;
        } catch (GeneralSecurityException malformed) {
            throw new IOException(
                    file + " holds no certificate that can be read: " + malformed.getMessage(), malformed);
        }
    }

    private static boolean isPkcs12(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        return name.endsWith(".p12") || name.endsWith(".pfx");
    }

    private Pair fromKeyStore() throws IOException {
        try (InputStream in = Files.newInputStream(certificate)) {
            KeyStore store = opened(in);
            for (String alias : Collections.list(store.aliases())) {
                Key found = store.getKey(alias, password.toCharArray());
                if (found instanceof PrivateKey privateKey) {
                    List<X509Certificate> chain = new ArrayList<>();
                    for (Certificate each : store.getCertificateChain(alias)) {
                        chain.add((X509Certificate) each);
                    }
                    return new Pair(privateKey, chain);
                }
            }
            throw new IOException(certificate + ": a private key with its certificate expected, found none");
        } catch (GeneralSecurityException malformed) {
            throw new IOException(certificate + " cannot be opened: " + malformed.getMessage(), malformed);
        }
    }

    private KeyStore opened(InputStream in) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(in, password.toCharArray());
            return store;
        } catch (IOException wrong) { // which the password is, too
            throw new IOException(certificate + " cannot be opened: " + wrong.getMessage(), wrong);
        }
    }

    private PrivateKey privateKey() throws IOException {
        Matcher pem = PEM_KEY.matcher(Files.readString(key, StandardCharsets.US_ASCII));
        if (!pem.find()) {
            throw new IOException(key + ": a private key in PEM expected, found none");
        }
        byte[] content = Base64.getMimeDecoder().decode(pem.group(2));
        return switch (pem.group(1)) {
            case "PRIVATE KEY" -> decoded(content);
            case "ENCRYPTED PRIVATE KEY" -> decoded(unlocked(content));
            default ->
                throw new IOException(key + ": PRIVATE KEY or ENCRYPTED PRIVATE KEY (PKCS#8) expected, found "
                        + pem.group(1) + "; openssl pkcs8 -topk8 converts it");
        };
    }

    private byte[] unlocked(byte[] content) throws IOException {
        try {
            EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(content);
            AlgorithmParameters parameters = info.getAlgParameters();
            // PBES2 names what it is made of in its parameters only.
            boolean named = parameters == null || info.getAlgName().startsWith("PBEWith");
            String factory = named ? info.getAlgName() : parameters.toString();
            Cipher cipher = Cipher.getInstance(factory);
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    SecretKeyFactory.getInstance(factory).generateSecret(new PBEKeySpec(password.toCharArray())),
                    parameters);
            return info.getKeySpec(cipher).getEncoded();
        } catch (GeneralSecurityException wrong) {
            throw new IOException(key + " cannot be unlocked with the password: " + wrong.getMessage(), wrong);
        }
    }

    private PrivateKey decoded(byte[] content) throws IOException {
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(content));
            } catch (InvalidKeySpecException another) {
                continue;
            } catch (GeneralSecurityException missing) {
                throw new IOException(key + " cannot be read: " + missing.getMessage(), missing);
            }
        }
        throw new IOException(key + ": a key of one of " + ALGORITHMS + " expected, found another one");
    }

    private static boolean belongTogether(PrivateKey key, PublicKey certified) {
        try {
            Signature signature = Signature.getInstance(
                    switch (key.getAlgorithm()) {
                        case "EC" -> "SHA256withECDSA";
                        case "RSA" -> "SHA256withRSA";
                        case "RSASSA-PSS" -> "RSASSA-PSS";
                        default -> "EdDSA";
                    });
            byte[] probe = {1, 2, 3};
            signature.initSign(key);
            signature.update(probe);
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            signature.update(probe);
            return signature.verify(signed);
        } catch (GeneralSecurityException strangers) {
            return false;
        }
    }

    /** Leaves the password out. */
    @Override
    public String toString() {
        return "KeyFiles[" + certificate + ", " + key + "]";
    }
}
