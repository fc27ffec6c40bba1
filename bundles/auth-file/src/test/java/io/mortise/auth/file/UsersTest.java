// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mortise.api.protocol.Payload;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsersTest {
    private static final String OPEN_SESAME = PasswordHash.of("open sesame", 3).toString();
    private static final String SECRET = PasswordHash.of("secret", 3).toString();

    @Test
    void shouldLetInWhoKnowsTheirPasswordAndNobodyElse() throws BrokenFile {
        Users users = users("# staff\nalice:" + SECRET + "\nali baba:" + OPEN_SESAME + "\n");

        assertTrue(users.verify("alice", Payload.of("secret")));
        assertTrue(users.verify("ali baba", Payload.of("open sesame")));
        assertFalse(users.verify("alice", Payload.of("open sesame")));
        assertFalse(users.verify("alice", Payload.of(SECRET)));
        assertFalse(users.verify("alice", Payload.EMPTY));
        assertFalse(users.verify("Alice", Payload.of("secret")));
        assertFalse(users.verify("", Payload.of("secret")));
    }

    /** SEC-56: a user who is not there costs as much as one who is, and the same one each time. */
    @Test
    void shouldCompareWithSomebodysHashWhenThereIsNoSuchUser_SEC56() throws BrokenFile {
        Users users = users("alice:" + SECRET + "\n");
        PasswordHash alices = users.hashToCompare("alice");

        for (int i = 0; i < 100; i++) {
            assertSame(alices, users.hashToCompare("nobody" + i));
            assertFalse(users.verify("nobody" + i, Payload.of("secret")));
        }
    }

    @Test
    void shouldLetNobodyInWhenThereIsNobody() throws BrokenFile {
        assertFalse(Users.NOBODY.verify("alice", Payload.EMPTY));
        assertFalse(users("# no users\n").verify("", Payload.EMPTY));
    }

    /** SEC-37: one wrong line, and no line counts. */
    @ParameterizedTest
    @ValueSource(strings = {"alice", "alice:", "alice:secret", ":x", " alice:x", "a\u0085b:x"})
    void shouldReadNothingWhenALineIsWrong_SEC37(String line) {
        BrokenFile broken = assertThrows(BrokenFile.class, () -> users("bob:" + SECRET + "\n" + line + "\n"));

        assertTrue(broken.getMessage().startsWith("line 2: expected "), broken.getMessage());
        assertFalse(broken.getMessage().contains("secret"), broken.getMessage());
    }

    @Test
    void shouldNotChooseBetweenTwoPasswordsOfOneUser() {
        String twice = "alice:" + SECRET + "\nalice:" + OPEN_SESAME + "\n";

        assertEquals(
                "line 2: alice is there already",
                assertThrows(BrokenFile.class, () -> users(twice)).getMessage());
    }

    private static Users users(String text) throws BrokenFile {
        return Users.parse(Lines.of(text.getBytes(StandardCharsets.UTF_8)));
    }
}
