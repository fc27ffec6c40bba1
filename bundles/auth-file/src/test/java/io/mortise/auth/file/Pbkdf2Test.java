// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.mortise.api.protocol.Payload;
import java.nio.charset.StandardCharsets;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** It finds what Java's own finds. */
class Pbkdf2Test {
    @ParameterizedTest
    @CsvSource({
        "password, salt, 1",
        "password, salt, 2",
        "'', salt, 63",
        "p\u00e4ssw\u00f6rd, salt, 64",
        "\uD83D\uDD11, saltSALTsalt, 65",
        "secret, a salt that is longer than one block of SHA-512 has bytes because nobody said that it must not be and so it goes on"
                + " and on, 1000",
        "a password that is longer than one block of SHA-512 has bytes because somebody was told that long ones are good and so it"
                + " goes on, salt, 4097"
    })
    void shouldFindWhatJavaFinds(String password, String salt, int iterations) throws Exception {
        byte[] bytes = salt.getBytes(StandardCharsets.UTF_8);
        byte[] expected = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                .generateSecret(new PBEKeySpec(password.toCharArray(), bytes, iterations, 512))
                .getEncoded();
        assertArrayEquals(expected, Pbkdf2.hash(Payload.of(password), bytes, iterations));
    }
}
