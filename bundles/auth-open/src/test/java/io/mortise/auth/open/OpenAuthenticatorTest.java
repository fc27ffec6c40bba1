// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.open;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.auth.ConnectAttempt;
import io.mortise.api.auth.Verdict;
import io.mortise.api.protocol.Payload;
import io.mortise.api.protocol.ProtocolVersion;
import io.mortise.api.protocol.ReasonCode;
import java.lang.annotation.Annotation;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAuthenticatorTest {
    private static final Verdict ANONYMOUS = new Verdict.Accept("");

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"})
    void shouldLetInWhoeverComesByALoopbackAddress(String local) {
        assertEquals(ANONYMOUS, verdict(open("loopback"), new InetSocketAddress(local, 1883)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "2001:db8::1", "0.0.0.0"})
    void shouldRefuseWhoeverComesByAnotherAddressAndNameTheKeyThatLetsThemIn(String local) {
        Verdict.Refuse refusal =
                assertInstanceOf(Verdict.Refuse.class, verdict(open("loopback"), new InetSocketAddress(local, 1883)));

        assertEquals(ReasonCode.NOT_AUTHORIZED, refusal.reasonCode());
        assertTrue(refusal.reason().contains("anonymous=anywhere in io.mortise.auth.open"), refusal.reason());
    }

    @Test
    void shouldRefuseAnAddressThatWasNotResolved() {
        assertInstanceOf(
                Verdict.Refuse.class, verdict(open("loopback"), InetSocketAddress.createUnresolved("localhost", 1883)));
    }

    @Test
    void shouldLetInWhoeverComesFromInsideTheMachine() {
        assertEquals(ANONYMOUS, verdict(open("loopback"), UnixDomainSocketAddress.of(Path.of("bridge.sock"))));
        assertEquals(ANONYMOUS, verdict(open("loopback"), new InProcess()));
    }

    @Test
    void shouldLetEverybodyInWhenThatIsAskedFor() {
        assertEquals(ANONYMOUS, verdict(open("anywhere"), new InetSocketAddress("192.0.2.1", 1883)));
    }

    @Test
    void shouldTakeUpAChangedConfiguration() {
        OpenAuthenticator authenticator = open("loopback");
        authenticator.modified(new Anonymously("anywhere"));

        assertEquals(ANONYMOUS, verdict(authenticator, new InetSocketAddress("192.0.2.1", 1883)));
    }

    @Test
    void shouldKeepWhatIsInForceWhenTheConfigurationBecomesWrong() {
        OpenAuthenticator authenticator = open("loopback");
        authenticator.modified(new Anonymously("everywhere"));

        assertInstanceOf(Verdict.Refuse.class, verdict(authenticator, new InetSocketAddress("192.0.2.1", 1883)));
    }

    @Test
    void shouldNotOpenAtAllWithAWrongConfiguration() {
        IllegalArgumentException wrong = assertThrows(IllegalArgumentException.class, () -> open("Anywhere"));

        assertEquals("io.mortise.auth.open: anonymous is loopback or anywhere, got 'Anywhere'", wrong.getMessage());
    }

    private static OpenAuthenticator open(String anonymous) {
        return new OpenAuthenticator(new Anonymously(anonymous));
    }

    private static Verdict verdict(OpenAuthenticator authenticator, SocketAddress local) {
        return authenticator
                .authenticate(new ConnectAttempt(
                        "fridge",
                        "alice",
                        Payload.of("secret"),
                        ProtocolVersion.MQTT_5,
                        "io.mortise.listener.tcp~default",
                        new InetSocketAddress("192.0.2.99", 40_000),
                        local))
                .toCompletableFuture()
                .join();
    }

    private static final class InProcess extends SocketAddress {
        private static final long serialVersionUID = 1;
    }

    private record Anonymously(String anonymous) implements OpenAuthenticator.Config {
        @Override
        public Class<? extends Annotation> annotationType() {
            return OpenAuthenticator.Config.class;
        }
    }
}
