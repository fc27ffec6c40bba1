// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.scram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.StringPreparation;
import com.ongres.scram.common.exception.ScramException;
import io.mortise.api.auth.Step;
import io.mortise.api.auth.Verdict;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.ReasonCode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScramExchangeTest {
    private static final int FEW = Verifier.FEWEST_ITERATIONS;

    // RFC 7677, 3
    private static final byte[] SALT = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");
    private static final String CLIENT_FIRST = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
    private static final String NONCE = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private static final String SERVER_FIRST = "r=" + NONCE + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    private static final String PROOF = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
    private static final String CLIENT_FINAL = "c=biws,r=" + NONCE + ",p=" + PROOF;
    private static final String SERVER_FINAL = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

    private static ScramExchange ofTheRfc() throws BrokenFile {
        return new ScramExchange(
                users("user", Verifier.of("pencil", 4096, SALT)), () -> "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0");
    }

    private static ScramUsers users(String name, Verifier verifier) throws BrokenFile {
        return ScramUsers.parse((name + ":" + verifier + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static Step say(ScramExchange exchange, @Nullable String message) {
        return exchange.proceed(message == null ? null : Payload.of(message))
                .toCompletableFuture()
                .join();
    }

    private static String challenge(Step step) {
        Payload data =
                assertInstanceOf(Step.Challenge.class, step, step.toString()).data();
        return data == null ? "" : data.toText();
    }

    private static void assertRefused(Step step) {
        Verdict verdict = assertInstanceOf(Step.Outcome.class, step).verdict();
        assertEquals(
                ReasonCode.NOT_AUTHORIZED,
                assertInstanceOf(Verdict.Refuse.class, verdict).reasonCode());
    }

    @Test
    void shouldSayWhatTheRfcSays() throws Exception {
        ScramExchange exchange = ofTheRfc();

        assertEquals(SERVER_FIRST, challenge(say(exchange, CLIENT_FIRST)));
        assertEquals(
                new Step.Outcome(new Verdict.Accept("user"), Payload.of(SERVER_FINAL)), say(exchange, CLIENT_FINAL));
    }

    @Test
    void shouldAskAClientThatSaysNothingAtFirst() throws Exception {
        ScramExchange exchange = ofTheRfc();

        assertEquals("", challenge(say(exchange, null)));
        assertEquals(SERVER_FIRST, challenge(say(exchange, CLIENT_FIRST)));
        assertRefused(say(exchange, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "n,,",
                "n,,n=user",
                "n,,n=,r=abc",
                "n,,r=abc,n=user",
                "n,,n=user,r=",
                "n,,n=user,r=a\u00e4",
                "x,,n=user,r=abc",
                "n,n=user,r=abc",
                "n,,m=must,n=user,r=abc", // an extension that has to be understood
                "p=tls-unique,,n=user,r=abc", // RFC 5802, 6: binding is not offered
                "n,a=admin,n=user,r=abc", // in the name of another
                "n,,n=us=er,r=abc",
                "n,,n=us=2cer,r=abc",
                "n,,n=us\u0007er,r=abc",
                "n,,n=user,r=abc,x=\nn=admin"
            })
    void shouldRefuseAFirstMessageThatIsNone(String message) throws Exception {
        assertRefused(say(ofTheRfc(), message));
    }

    @ParameterizedTest
    @ValueSource(strings = {"y,,n=user,r=abc", "n,a=user,n=user,r=abc", "n,,n=user,r=abc,x=extension"})
    void shouldTakeWhatClientsMaySay(String message) throws Exception {
        assertTrue(challenge(say(ofTheRfc(), message)).startsWith("r=abc%hv"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "c=biws,r=" + NONCE,
                "c=biws,r=" + NONCE + ",p=",
                "c=biws,r=" + NONCE + ",p=!!!!",
                "c=biws,r=" + NONCE + ",p=AAAA",
                "c=biws,r=" + NONCE + ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVU=", // one bit
                "c=biws,r=" + NONCE + ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQAAA==", // and some more
                "c=biws,r=rOprNGfwEbeRWgbNEkqO,p=" + PROOF, // the client's part of the nonce only
                "c=eSws,r=" + NONCE + ",p=" + PROOF, // "y,,": somebody took the binding out on the way
                "c=,r=" + NONCE + ",p=" + PROOF,
                CLIENT_FIRST
            })
    void shouldRefuseALastMessageThatProvesNothing(String message) throws Exception {
        ScramExchange exchange = ofTheRfc();
        say(exchange, CLIENT_FIRST);

        assertRefused(say(exchange, message));
    }

    @Test
    void shouldRefuseWhatIsNoText() throws Exception {
        assertRefused(ofTheRfc()
                .proceed(Payload.of((byte) 'n', (byte) 0xFF))
                .toCompletableFuture()
                .join());
    }

    /** SEC-11: what is as long as a packet may make it is judged like everything else. */
    @Test
    void shouldRefuseWhatIsVeryLong() throws Exception {
        assertRefused(say(ofTheRfc(), "n,,n=" + "=2C".repeat(20_000) + "\u0007,r=abc"));
        assertRefused(say(ofTheRfc(), "n".repeat(65_000)));
    }

    /** Nobody learns whether there is such a user: not by the answer, and not by asking twice. */
    @Test
    void shouldPretendToKnowEverybody() throws Exception {
        String first = challenge(say(ofTheRfc(), "n,,n=nobody,r=abc"));
        String again = challenge(say(ofTheRfc(), "n,,n=nobody,r=abc"));
        String other = challenge(say(ofTheRfc(), "n,,n=nobody-else,r=abc"));

        assertEquals(first, again);
        assertNotEquals(first, other);
        assertTrue(first.endsWith(",i=4096"), first);
        assertEquals(
                SERVER_FIRST.length(),
                challenge(say(ofTheRfc(), "n,,n=nobody,r=rOprNGfwEbeRWgbNEkqO")).length());
    }

    /** SCRAM by a client that others wrote; it also checks that the broker knows its password. */
    @ParameterizedTest
    @CsvSource({
        "alice, secret",
        "'a,b=c', 'p,=w'",
        "\u00e4rger, \u00fcber\u00a0all", // a blank that is none
        "\u2168, pass\u00adword" // IX, and a soft hyphen
    })
    void shouldUnderstandAClientThatOthersWrote(String user, String password) throws Exception {
        ScramUsers users = users(SaslPrep.prepare(user), Verifier.of(SaslPrep.prepare(password), FEW));
        ScramExchange exchange =
                new ScramExchange(users, () -> UUID.randomUUID().toString());
        ScramClient client = client(user, password);

        client.serverFirstMessage(
                challenge(say(exchange, client.clientFirstMessage().toString())));
        Step last = say(exchange, client.clientFinalMessage().toString());

        Step.Outcome outcome = assertInstanceOf(Step.Outcome.class, last);
        assertEquals(new Verdict.Accept(SaslPrep.prepare(user)), outcome.verdict());
        client.serverFinalMessage(
                String.valueOf(outcome.data() == null ? "" : outcome.data().toText()));
    }

    @Test
    void shouldNotBelieveAClientWithAnotherPassword() throws Exception {
        ScramExchange exchange = new ScramExchange(users("alice", Verifier.of("secret", FEW)), () -> "server");
        ScramClient client = client("alice", "Secret");
        client.serverFirstMessage(
                challenge(say(exchange, client.clientFirstMessage().toString())));

        assertRefused(say(exchange, client.clientFinalMessage().toString()));
        assertThrows(ScramException.class, () -> client.serverFinalMessage(SERVER_FINAL));
    }

    private static ScramClient client(String user, String password) {
        return ScramClient.builder()
                .advertisedMechanisms(List.of("SCRAM-SHA-256"))
                .username(user)
                .password(password.toCharArray())
                .stringPreparation(StringPreparation.SASL_PREPARATION)
                .build();
    }
}
