// SPDX-License-Identifier: Apache-2.0
package io.mortise.itests;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** The certificates of the tests, as Java wants them. */
final class TestTls {

    private TestTls() {}

    /** Shows the certificate with this name. */
    static KeyManagerFactory client(String name) throws GeneralSecurityException, IOException {
        String pem = Files.readString(EveryDoor.FILES.resolve(name + ".key"));
        byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
        PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
        Certificate certificate;
        try (InputStream in = Files.newInputStream(EveryDoor.FILES.resolve(name + ".pem"))) {
            certificate = CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("own", key, new char[0], new Certificate[] {certificate});
        return manager(store);
    }

    /** For a server on the loopback address. */
    static SSLContext server() throws GeneralSecurityException, IOException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(client("server-1").getKeyManagers(), null, null);
        return context;
    }

    private static KeyManagerFactory manager(KeyStore store) throws GeneralSecurityException {
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return factory;
    }
}
