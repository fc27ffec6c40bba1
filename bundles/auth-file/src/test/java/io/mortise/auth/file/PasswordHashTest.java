// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.protocol.Payload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHashTest {
    // mosquitto_passwd 2.0.11 made these
    private static final String PBKDF2_OF_SECRET =
            "$7$101$bl7e+uHGPT5XxypM$tmY6dB1CQkZAtuiwDlM5EJ4/wLNuECFAUVUwo3YW/wVm223/fk4kQ2QNJSKvwb5nM+gqWJPLwBrZB/zoPADX6A==";
    private static final String PBKDF2_OF_UMLAUTS =
            "$7$101$deI9iZwWo0ExqcrN$34LFaJJa3qon40o2qZs8G2oN5EtJetmGi/FiydqFyDq7gOJfyjQa0/2pvpiVJVP7oGqX0Be116WinXapkO3xkg==";
    private static final String SHA512_OF_HUNTER2 =
            "$6$uEzgNsH6qG5sn5kX$W2/pYxBU4hqQ0PE85W9ZbIlCnzAbyoFD122QmkZgi+KovPlYOIGRz2lOcGYpCbPYo9uhRqP/vOTfWdYqFRaosQ==";

    @ParameterizedTest
    @CsvSource({
        PBKDF2_OF_SECRET + ", secret",
        PBKDF2_OF_UMLAUTS + ", p\u00e4ssw\u00f6rd",
        SHA512_OF_HUNTER2 + ", hunter2"
    })
    void shouldKnowThePasswordsOfMosquittosHashes(String hash, String password) {
        assertTrue(PasswordHash.parse(hash).matches(Payload.of(password)));
        assertFalse(PasswordHash.parse(hash).matches(Payload.of(password + "x")));
        assertFalse(PasswordHash.parse(hash).matches(Payload.EMPTY));
        assertEquals(hash, PasswordHash.parse(hash).toString());
    }

    @Test
    void shouldMakeHashesThatDifferAndFitTheirPassword() {
        PasswordHash one = PasswordHash.of("tr\u00e4umerei");
        PasswordHash other = PasswordHash.of("tr\u00e4umerei");

        assertTrue(one.toString().startsWith("$7$210000$"), one.toString());
        assertNotEquals(one.toString(), other.toString());
        assertTrue(PasswordHash.parse(one.toString()).matches(Payload.of("tr\u00e4umerei")));
        assertFalse(one.matches(Payload.of("traumerei")));
    }

    @Test
    void shouldNotTakeBytesForThePasswordThatTheyWouldBeIfTheyWereRepaired() {
        PasswordHash replaced = PasswordHash.of("\uFFFD", 1);

        assertTrue(replaced.matches(Payload.of("\uFFFD")));
        assertFalse(replaced.matches(Payload.of((byte) 0xFF)));
        assertFalse(replaced.matches(Payload.of((byte) 0xC3)));
    }

    /** SEC-37: half a hash is none. */
    @Test
    void shouldReadNoBeginningOfAHash_SEC37() {
        for (int length = 0; length < PBKDF2_OF_SECRET.length(); length++) {
            String cut = PBKDF2_OF_SECRET.substring(0, length);
            assertThrows(IllegalArgumentException.class, () -> PasswordHash.parse(cut), cut);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "secret",
                "",
                "x",
                "*",
                "$1$salt$hash",
                "$7$0$AAAA$AAAA",
                "$7$-1$AAAA$AAAA",
                "$7$99999999999$AAAA$AAAA",
                "$7$101$$AAAA",
                "$argon2id$v=19$m=47104,t=1,p=1$c2FsdA$aGFzaA"
            })
    void shouldReadNothingElse(String text) {
        assertThrows(IllegalArgumentException.class, () -> PasswordHash.parse(text));
    }
}
