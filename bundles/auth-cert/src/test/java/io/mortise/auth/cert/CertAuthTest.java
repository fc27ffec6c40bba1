// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.cert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.auth.ClientCertificate;
import io.mortise.api.auth.ConnectAttempt;
import io.mortise.api.auth.Verdict;
import io.mortise.api.health.Health;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.ReasonCode;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CertAuthTest {
    private static final Path FILES = Path.of("../transport/src/test/resources/tls");
    private static final Verdict UNKNOWN = new Verdict.Abstain();

    /** A configuration in which only these are said. */
    private record Said(String identity, String[] mapping, String[] issuers, boolean client_id_is_principal)
            implements CertAuth.Config {
        @Override
        public Class<? extends Annotation> annotationType() {
            return CertAuth.Config.class;
        }
    }

    static CertAuth auth(String identity, String... mapping) {
        return new CertAuth(new Said(identity, mapping, new String[0], false));
    }

    static X509Certificate certificate(String name) throws Exception {
        try (InputStream in = Files.newInputStream(FILES.resolve(name + ".pem"))) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    private static Verdict verdict(CertAuth auth, String name) throws Exception {
        return verdict(auth, new ClientCertificate(List.of(certificate(name)), "of-the-listener"));
    }

    private static Verdict verdict(CertAuth auth, @Nullable ClientCertificate certificate) {
        ConnectAttempt attempt = new ConnectAttempt(
                "fridge",
                "admin",
                null,
                ProtocolVersion.MQTT_5,
                "tls",
                new InetSocketAddress("127.0.0.1", 1),
                new InetSocketAddress("127.0.0.1", 2),
                certificate);
        return auth.authenticate(attempt).toCompletableFuture().join();
    }

    private static String principal(Verdict verdict) {
        return assertInstanceOf(Verdict.Accept.class, verdict, verdict.toString())
                .principal();
    }

    @ParameterizedTest
    @CsvSource({
        "subject, 'CN=fridge,O=Kitchen'",
        "cn, fridge",
        "san-dns, fridge.kitchen.example",
        "san-email, fridge@kitchen.example",
        "san-uri, urn:kitchen:fridge",
        "listener, of-the-listener"
    })
    void shouldKnowAClientByWhatIsConfigured(String identity, String principal) throws Exception {
        assertEquals(principal, principal(verdict(auth(identity), "client")));
    }

    @Test
    void shouldTellRulesAboutTheSubject() throws Exception {
        Verdict.Accept accepted = assertInstanceOf(Verdict.Accept.class, verdict(auth("cn"), "client"));

        assertEquals("Kitchen", accepted.attributes().get("cert.o"));
        assertEquals("fridge", accepted.attributes().get("cert.cn"));
        assertEquals(
                certificate("client").getSerialNumber().toString(16),
                accepted.attributes().get("cert.serial"));
    }

    @Test
    void shouldMapNamesToPrincipals() throws Exception {
        assertEquals("device:fridge", principal(verdict(auth("cn", "fr(.*) -> device:fr$1"), "client")));
        assertEquals(
                "Kitchen/fridge",
                principal(verdict(
                        auth("subject", "CN=boss.* -> boss", "CN=(?<name>[^,]+),O=(?<org>[^,]+) -> ${org}/${name}"),
                        "client")));
        assertEquals("first", principal(verdict(auth("cn", "fridge -> first", "fridge -> second"), "client")));
        assertEquals(UNKNOWN, verdict(auth("cn", "rid -> somebody"), "client"), "all of the name has to match");
        assertEquals(UNKNOWN, verdict(auth("cn", "f.* -> $0$0", "x -> y"), "nameless"));
    }

    /** Left to others, who refuse if nobody accepts. */
    @ParameterizedTest
    @ValueSource(strings = {"cn", "san-dns", "san-email", "san-uri"})
    void shouldNotKnowAClientWhoseCertificateSaysNothing(String identity) throws Exception {
        assertEquals(UNKNOWN, verdict(auth(identity), "nameless"));
    }

    @Test
    void shouldNotKnowAClientWithoutACertificate() {
        assertEquals(UNKNOWN, verdict(auth("cn"), (ClientCertificate) null));
        assertEquals(UNKNOWN, verdict(auth("cn", ".* -> admin"), (ClientCertificate) null));
    }

    /** SEC-06: a name with a character that nobody sees is nobody's. */
    @Test
    void shouldNotKnowANameThatLooksLikeAnother_SEC06() throws Exception {
        assertEquals(UNKNOWN, verdict(auth("cn"), "hidden"));
    }

    @Test
    void shouldKnowClientsOfTheseIssuersOnly() throws Exception {
        String ca = certificate("ca").getSubjectX500Principal().getName();
        CertAuth ours = new CertAuth(new Said("cn", new String[0], new String[] {ca}, false));

        assertEquals("fridge", principal(verdict(ours, "client")));
        assertEquals(UNKNOWN, verdict(ours, "stranger"), "the same name, from another authority");
    }

    @Test
    void shouldBindTheClientIdentifier() throws Exception {
        CertAuth bound = new CertAuth(new Said("cn", new String[0], new String[0], true));
        assertEquals("fridge", principal(verdict(bound, "client")));

        Verdict refused = verdict(new CertAuth(new Said("san-dns", new String[0], new String[0], true)), "client");
        assertEquals(
                ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
                assertInstanceOf(Verdict.Refuse.class, refused).reasonCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"fridge", "-> x", "( -> x", "fridge ->", "fridge -> $1", "fridge -> ${group}", "(a) -> $"})
    void shouldNotStartWithAMappingThatIsNone(String line) {
        IllegalArgumentException wrong = assertThrows(IllegalArgumentException.class, () -> auth("cn", line));
        assertTrue(String.valueOf(wrong.getMessage()).startsWith("mapping: "), wrong.getMessage());
    }

    @Test
    void shouldKeepWhatWasRightWhenItBecomesWrong() throws Exception {
        CertAuth auth = auth("cn", "fridge -> ours");
        auth.modified(new Said("cn", new String[] {"("}, new String[0], false));
        assertEquals("ours", principal(verdict(auth, "client")));
        assertEquals(Health.Level.DEGRADED, auth.status().level());
        assertTrue(
                auth.status().reason().startsWith("io.mortise.auth.cert: mapping: "),
                auth.status().reason());
        auth.modified(new Said("san", new String[0], new String[0], false));
        assertEquals("ours", principal(verdict(auth, "client")));
        auth.modified(new Said("cn", new String[0], new String[] {"nobody"}, false));
        assertEquals("ours", principal(verdict(auth, "client")));
        auth.modified(new Said("cn", new String[] {"fridge -> theirs"}, new String[0], false));
        assertEquals("theirs", principal(verdict(auth, "client")));
        assertEquals(Health.Status.UP, auth.status());
    }
}
