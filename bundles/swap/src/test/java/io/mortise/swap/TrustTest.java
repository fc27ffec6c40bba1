// SPDX-License-Identifier: Apache-2.0
package io.mortise.swap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipFile;
import jdk.security.jarsigner.JarSigner;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustTest {
    private static final String PASSWORD = "changeit";

    @TempDir
    Path folder;

    // ---- listed

    @Test
    void shouldTrustWhatIsListed() throws IOException {
        Candidate bundle = candidate(Jars.named("com.example.a", "1", "x"));
        Path list = folder.resolve("trusted");
        Files.writeString(list, "# ours\n\n" + bundle.sha256() + "  a-1.jar\n");
        new Listed(list).check(bundle);
        Files.writeString(list, "0".repeat(64) + "  a-1.jar\n");
        assertDistrusted(new Listed(list), bundle, "is not in " + list);
        Files.delete(list);
        assertDistrusted(new Listed(list), bundle, list + " is not there");
    }

    // ---- signed

    @Test
    void shouldTrustWhatWasSignedBySomebodyWhoIsTrusted() throws Exception {
        Path jar = signed("vendor");
        new Signed(trusting("vendor"), PASSWORD.toCharArray()).check(candidate(Files.readAllBytes(jar)));
    }

    @Test
    void shouldRefuseWhatIsNotSigned() throws Exception {
        assertDistrusted(trust("vendor"), candidate(Jars.named("com.example.a", "1", "x")), "is not signed");
    }

    @Test
    void shouldRefuseWhatSomebodyElseSigned() throws Exception {
        assertDistrusted(
                trust("vendor"), candidate(Files.readAllBytes(signed("stranger"))), "the certificate of CN=stranger");
    }

    @Test
    void shouldRefuseACertificateThatHasExpired() throws Exception {
        assertDistrusted(trust("late"), candidate(Files.readAllBytes(signed("late"))), "the certificate of CN=late");
    }

    @Test
    void shouldRefuseACertificateThatIsForSomethingElse() throws Exception {
        assertDistrusted(
                trust("server"), candidate(Files.readAllBytes(signed("server"))), "is not one for signing code");
    }

    @Test
    void shouldRefuseWhatWasAlteredOrAddedAfterwards() throws Exception {
        Path altered = signed("vendor");
        write(altered, "content.txt", "y");
        assertDistrusted(trust("vendor"), candidate(Files.readAllBytes(altered)), "altered after it was signed");
        Path added = signed("vendor");
        write(added, "more.txt", "y");
        assertDistrusted(trust("vendor"), candidate(Files.readAllBytes(added)), "more.txt is not signed");
    }

    @Test
    void shouldRefuseWhatOnlyAReaderFromTheBeginningWouldSee() throws Exception {
        byte[] hidden = Jars.named("com.example.b", "1", "hidden");
        byte[] signed = Files.readAllBytes(signed("vendor"));
        // the entries of the first archive without its directory, then all of the second
        int entries = directoryOffset(hidden);
        byte[] both = new byte[entries + signed.length];
        System.arraycopy(hidden, 0, both, 0, entries);
        System.arraycopy(signed, 0, both, entries, signed.length);
        assertDistrusted(trust("vendor"), candidate(both), "is hidden in it");
    }

    private static int directoryOffset(byte[] zip) {
        int end = zip.length - 22; // the end record, which has no comment here
        return zip[end + 16] & 0xFF | (zip[end + 17] & 0xFF) << 8 | (zip[end + 18] & 0xFF) << 16;
    }

    // ---- named

    @Test
    void shouldRefuseAPolicyThatThereIsNot() {
        IllegalArgumentException failure =
                assertThrows(IllegalArgumentException.class, () -> Trust.named("some", folder, folder, PASSWORD));
        assertEquals("trust: any, listed or signed expected, got some", failure.getMessage());
    }

    private Trust trust(String alias) throws Exception {
        return new Signed(trusting(alias), PASSWORD.toCharArray());
    }

    private Candidate candidate(byte[] jar) throws IOException {
        return new Shelf(folder.resolve("bundles")).put(new ByteArrayInputStream(jar), "it");
    }

    private static void assertDistrusted(Trust trust, Candidate candidate, String reason) {
        SwapFailure refusal = assertThrows(SwapFailure.class, () -> trust.check(candidate));
        assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
    }

    private static Path keys;

    /** Makes the keys of all, once: keytool takes its time. */
    @BeforeAll
    static void makeKeys(@TempDir Path shared) throws Exception {
        keys = shared.resolve("keys.p12");
        key("vendor", "codeSigning", "-validity", "100");
        key("stranger", "codeSigning", "-validity", "100");
        key("late", "codeSigning", "-startdate", "-10d", "-validity", "9");
        key("server", "serverAuth", "-validity", "100");
    }

    private static void key(String alias, String usage, String... validity) throws Exception {
        List<String> words = new ArrayList<>(List.of("keytool", "-genkeypair", "-alias", alias, "-keyalg", "EC"));
        words.addAll(List.of("-dname", "CN=" + alias, "-ext", "EKU=" + usage, "-storetype", "PKCS12"));
        words.addAll(List.of("-keystore", keys.toString(), "-storepass", PASSWORD));
        words.addAll(List.of(validity));
        run(words);
    }

    private static KeyStore keyStore() throws Exception {
        return KeyStore.getInstance(keys.toFile(), PASSWORD.toCharArray());
    }

    private Path signed(String alias) throws Exception {
        Path jar = Files.createTempFile(folder, "plain", ".jar");
        Files.write(jar, Jars.named("com.example.a", "1", "x"));
        Path signed = Files.createTempFile(folder, "signed", ".jar");
        KeyStore.PrivateKeyEntry key = (KeyStore.PrivateKeyEntry)
                keyStore().getEntry(alias, new KeyStore.PasswordProtection(PASSWORD.toCharArray()));
        try (ZipFile in = new ZipFile(jar.toFile());
                OutputStream out = Files.newOutputStream(signed)) {
            new JarSigner.Builder(key).build().sign(in, out);
        }
        return signed;
    }

    private Path trusting(String alias) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(alias, keyStore().getCertificate(alias));
        Path store = folder.resolve("trusted.p12");
        try (OutputStream out = Files.newOutputStream(store)) {
            trusted.store(out, PASSWORD.toCharArray());
        }
        return store;
    }

    private static void write(Path jar, String entry, String content) throws IOException {
        try (FileSystem zip = FileSystems.newFileSystem(jar)) {
            Files.writeString(zip.getPath(entry), content, StandardCharsets.UTF_8);
        }
    }

    private static void run(List<String> words) throws Exception {
        List<String> command = new ArrayList<>(words);
        command.set(
                0, Path.of(System.getProperty("java.home"), "bin", words.get(0)).toString());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it does not end");
        assertEquals(0, process.exitValue(), output);
    }
}
